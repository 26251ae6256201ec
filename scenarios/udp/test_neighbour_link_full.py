# SPDX-License-Identifier: GPL-2.0-or-later
"""The link is full at the moment the neighbour answers: what waited for it goes on waiting, whoever sent it."""

from __future__ import annotations

import pytest
from scapy.layers.inet import ICMP, IP, TCP
from scapy.layers.l2 import ARP

from plumbline.scenario import Dut, Pattern, Peer, StackClock, UdpEnd, UdpSocket, Wire, refused, scenario, takes

REFUSALS = [1, 2, "all"]  # sends that find the link full; then there is room
LARGE = 5000  # four fragments
FRAGMENT = 1480  # octets of a packet that one frame carries


def waiting(dut: Dut, peer: Peer, *patterns: Pattern) -> tuple[UdpEnd, UdpSocket]:
    """Datagrams that wait for the peer's address; the device has asked for it."""
    takes(dut, "neighbour_packets", sum(pattern.length // FRAGMENT + 1 for pattern in patterns))
    udp, end = dut.udp(tx=2 * LARGE), peer.udp(7, sport=9)
    udp.bind(7)
    peer.arp = False
    for pattern in patterns:
        udp.send(peer, 9, pattern)
    peer.expect(ARP(op="who-has", pdst=peer.ip))
    return end, udp


def places_used(dut: Dut) -> int:
    return dut.mem().pools["neighbour_packets"].used


@pytest.mark.parametrize("refusals", REFUSALS)
@scenario("AX-UDP-15", "AX-UDP-1", "AX-TIME-7")
def test_every_datagram_that_waited_leaves_once_and_in_order(dut: Dut, peer: Peer, refusals: int | str) -> None:
    patterns = [Pattern(seed, 0, size) for seed, size in enumerate((1472, 0, 1, 100))]
    end, udp = waiting(dut, peer, *patterns)

    dut.fault_tx_full(refusals)
    peer.send(ARP(op="is-at"))
    dut.fault_tx_full("off")

    assert end.payloads() == [bytes(pattern) for pattern in patterns]
    assert (udp.stats()["sent"], udp.stats()["unreachable"], places_used(dut)) == (len(patterns), 0, 0)
    end.expect_nothing()


@pytest.mark.parametrize("room", range(1, 4))
@scenario("AX-UDP-15", "AX-UDP-1", "AX-TIME-7")
def test_each_stays_in_its_place_until_there_is_room_for_it(dut: Dut, peer: Peer, room: int) -> None:
    patterns = [Pattern(seed, 0, 30) for seed in range(4)]
    end, udp = waiting(dut, peer, *patterns)

    dut.fault_tx_room(room)
    peer.send(ARP(op="is-at"))
    assert end.payloads() == [bytes(pattern) for pattern in patterns[:room]]
    assert (udp.stats()["sent"], places_used(dut)) == (room, len(patterns) - room)
    dut.fault_tx_room("off")

    assert end.payloads() == [bytes(pattern) for pattern in patterns[room:]]
    assert (udp.stats()["sent"], places_used(dut)) == (len(patterns), 0)
    end.expect_nothing()


@pytest.mark.parametrize("room", range(1, 4))
@scenario("AX-UDP-15", "AX-UDP-1", "AX-TIME-7")
def test_a_datagram_in_fragments_is_sent_when_its_last_one_is(dut: Dut, peer: Peer, wire: Wire, room: int) -> None:
    end, udp = waiting(dut, peer, Pattern(1, 0, LARGE))
    wire.frames()

    dut.fault_tx_room(room)
    peer.send(ARP(op="is-at"))
    assert udp.stats()["sent"] == 0
    dut.fault_tx_room("off")

    end.expect(bytes(Pattern(1, 0, LARGE)))
    assert (udp.stats()["sent"], len(wire.frames())) == (1, 4)
    end.expect_nothing()


@scenario("AX-UDP-15", "AX-UDP-2", "AX-TIME-7")
def test_what_is_sent_in_the_instant_of_the_refusal_goes_behind_it(dut: Dut, peer: Peer) -> None:
    takes(dut, "neighbour_packets", 3)
    end, udp = waiting(dut, peer, Pattern(1, 0, 30), Pattern(2, 0, 30))
    dut.poll_by_hand()
    udp.send(peer, 9, Pattern(3, 0, 30))
    dut.fault_tx_full(1)
    peer.send(ARP(op="is-at"))

    dut.poll(frames=1, datagrams=1)
    dut.poll()

    assert end.payloads() == [bytes(Pattern(seed, 0, 30)) for seed in (1, 2, 3)]
    assert (udp.stats()["sent"], places_used(dut)) == (3, 0)


@scenario("AX-UDP-15", "AX-UDP-16", "AX-TIME-7")
def test_it_is_not_given_up_for_a_link_that_stays_full(dut: Dut, peer: Peer, clock: StackClock) -> None:
    end, udp = waiting(dut, peer, Pattern(1, 0, 100))
    dut.fault_tx_full("all")
    peer.send(ARP(op="is-at"))

    clock.advance(2 * dut.profile["arp_tries"] * dut.profile["arp_every_ms"])
    assert (udp.stats()["unreachable"], places_used(dut)) == (0, 1)
    dut.fault_tx_full("off")

    end.expect(bytes(Pattern(1, 0, 100)))
    peer.expect_nothing()


@pytest.mark.parametrize("refusals", REFUSALS)
@scenario("AX-TIME-7", "RFC1122 A")
def test_a_syn_that_waited_leaves_without_time_passing(
    dut: Dut, peer: Peer, clock: StackClock, refusals: int | str
) -> None:
    sock, conn = dut.tcp(), peer.tcp(sport=9)
    peer.arp = False
    sock.connect(peer, 9)
    peer.expect(ARP(op="who-has", pdst=peer.ip))

    dut.fault_tx_full(refusals)
    peer.send(ARP(op="is-at"))
    dut.fault_tx_full("off")

    conn.expect(TCP(flags="S"))
    assert (clock.now, places_used(dut)) == (0, 0)
    conn.expect_nothing()


@pytest.mark.parametrize("refusals", REFUSALS)
@scenario("AX-TIME-7", "RFC1122 A", "RFC792 1")
def test_an_echo_reply_that_waited_leaves(dut: Dut, peer: Peer, refusals: int | str) -> None:
    peer.arp = False
    peer.send(IP() / ICMP(type="echo-request", id=7, seq=3) / b"whose address is not known")
    peer.expect(ARP(op="who-has", pdst=peer.ip))

    dut.fault_tx_full(refusals)
    peer.send(ARP(op="is-at"))
    dut.fault_tx_full("off")

    peer.expect(IP() / ICMP(type="echo-reply", id=7, seq=3) / b"whose address is not known")
    assert places_used(dut) == 0
    peer.expect_nothing()


@scenario("AX-UDP-10", "AX-UDP-15", "AX-UDP-7")
def test_the_ring_is_empty_while_only_places_hold_datagrams(dut: Dut, peer: Peer) -> None:
    area, slots, places = 60, 3, dut.profile["neighbour_packets"]
    udp, end = dut.udp(tx=area, tx_slots=slots), peer.udp(7, sport=9)
    udp.bind(7)
    peer.arp = False

    for seed in range(places):
        udp.send(peer, 9, Pattern(seed, 0, area))
        state = udp.state()
        assert (state.tx, state.tx_slots, state.can_send) == (0, 0, True)
        assert [udp.can_send(length) for length in range(area + 2)] == [True] * (area + 1) + [False]
    dut.poll_by_hand()
    for length in (area, 0, 0):
        udp.send(peer, 9, Pattern(9, 0, length))
    with refused("would-block"):
        udp.send(peer, 9, b"")

    assert (udp.stats()["unreachable"], places_used(dut)) == (0, places)
    end.expect_nothing()
