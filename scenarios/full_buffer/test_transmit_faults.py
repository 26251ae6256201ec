# SPDX-License-Identifier: GPL-2.0-or-later
"""The link's transmit ring is full: nothing is lost that can be kept, nothing spins, and it goes on by itself."""

from __future__ import annotations

import pytest
from scapy.layers.inet import ICMP, IP, TCP

from plumbline.scenario import WITH_DATAGRAMS, Dut, Pattern, Peer, StackClock, connected, connected_actively, scenario

SEED = 51
POLLS_MAX = 12  # task polls for one thing that happened

few = pytest.mark.parametrize("refusals", [1, 2, 5])


@scenario("AX-TIME-7", "AX-FULL-10", "AX-TCP-8")
@few
def test_a_stream_goes_on_when_there_is_room_again(dut: Dut, peer: Peer, refusals: int) -> None:
    conn, sock = connected(dut, peer)
    dut.fault_tx_full(refusals)

    dut.pump_source(sock, SEED, 20_000)
    conn.receive_pattern(SEED, 20_000, patience_ms=dut.profile["rto_initial_ms"])

    assert dut.link()["tx_full"] == refusals
    conn.expect_nothing()


@scenario("AX-TIME-7", "AX-TIME-4")
def test_a_segment_that_was_refused_leaves_when_there_is_room_without_time_passing(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    dut.fault_tx_full("all")
    sock.send(b"waits for room")
    conn.expect_nothing()

    dut.fault_tx_full("off")

    conn.expect(TCP(flags="PA") / b"waits for room")
    conn.expect_nothing()


@scenario("AX-TIME-7", "AX-TIME-5")
def test_a_ring_that_stays_full_does_not_spin(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)
    udp = dut.udp()
    udp.bind(7)
    dut.fault_tx_full("all")
    sock.send(b"waits")
    udp.send(peer, 9, b"waits too")
    conn.expect_nothing()
    before = dut.tasks()

    clock.advance(1000)

    after = dut.tasks()
    polls = after.by_name["network"] - before.by_name["network"]
    assert polls <= POLLS_MAX + 3 * (after.deadlines - before.deadlines)
    assert after.idles > before.idles


@scenario("AX-TIME-7", "AX-UDP-1", "AX-UDP-5", "AX-FULL-10", ways=WITH_DATAGRAMS)
@few
def test_datagrams_are_kept_until_there_is_room(dut: Dut, peer: Peer, refusals: int) -> None:
    udp = dut.udp()
    udp.bind(7)
    end = peer.udp(sport=9, dport=7)
    udp.send(peer, 9, b"teaches the neighbour's address")
    end.expect(b"teaches the neighbour's address")
    dut.fault_tx_full(refusals)

    for number in range(4):
        udp.send(peer, 9, bytes([number]))

    assert end.payloads() == [bytes([number]) for number in range(4)]
    assert (udp.stats()["sent"], udp.stats()["unreachable"]) == (5, 0)


@scenario("AX-TIME-7", "RFC9293 MUST-40")
def test_an_acknowledgment_that_was_refused_comes_within_the_delay(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, _ = connected(dut, peer)
    dut.fault_tx_full(1)
    conn.send(TCP(seq=conn.snd_nxt - 1, flags="A") / b"?")

    clock.advance(dut.profile["delayed_ack_ms"])

    conn.expect(TCP(flags="A", ack=conn.snd_nxt))
    conn.expect_nothing()


@scenario("AX-TIME-7", "RFC9293 SA-39")
def test_a_fin_that_was_refused_is_sent(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    dut.fault_tx_full("all")
    sock.close()
    conn.expect_nothing()

    dut.fault_tx_full("off")

    conn.expect(TCP(flags="FA"))
    assert sock.state().state == "FIN-WAIT-1"


@scenario("AX-TIME-7")
def test_a_syn_that_was_refused_is_sent_again(dut: Dut, peer: Peer, clock: StackClock) -> None:
    dut.fault_tx_full(3)
    sock = dut.tcp()
    conn = peer.tcp(sport=7)

    sock.connect(peer, 7)
    clock.advance_to_frame(at_most_ms=2 * dut.profile["rto_initial_ms"])
    conn.accept()

    assert sock.state().state == "ESTABLISHED"


@scenario("AX-FULL-8", "AX-TIME-10")
def test_what_is_lost_is_counted(dut: Dut, peer: Peer) -> None:
    peer.send(IP() / ICMP(id=1, seq=0))
    peer.expect(ICMP(type=0))
    before = dut.link()
    dut.fault_tx_full(3)

    for number in range(1, 6):
        peer.send(IP() / ICMP(id=1, seq=number))

    answered = len(peer.frames())
    after = dut.link()
    assert (answered, after["tx_full"] - before["tx_full"]) == (2, 3)
    assert after["tx"] - before["tx"] == answered


@scenario("AX-TIME-7", "AX-FULL-11", "AX-BENCH-7")
def test_a_connection_opened_by_the_device_lives_through_a_full_ring(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected_actively(dut, peer)
    dut.fault_tx_full("all")
    sock.send(Pattern(SEED, 0, 4096))
    clock.advance(4 * dut.profile["rto_initial_ms"])
    dut.fault_tx_full("off")

    conn.receive_pattern(SEED, 4096, patience_ms=8 * dut.profile["rto_initial_ms"])

    assert (sock.state().state, sock.state().tx) == ("ESTABLISHED", 0)
