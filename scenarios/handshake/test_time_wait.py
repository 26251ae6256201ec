# SPDX-License-Identifier: GPL-2.0-or-later
"""TIME-WAIT: how long it lasts, what it answers, and what ends it (RFC 9293 3.6.1)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import NO_PAYLOAD, Dut, Peer, StackClock, TcpEnd, TcpSocket, has_flags, scenario
from scenarios.sequence import off

Reach = Callable[[str], tuple[TcpEnd, TcpSocket]]


def two_msl(dut: Dut) -> int:
    return 2 * dut.profile["msl_ms"]


@scenario("RFC9293 MUST-13", "AX-TCP-12", "AX-TCP-31")
def test_lasts_two_msl_and_at_most_a_tick_more(dut: Dut, reach: Reach, clock: StackClock) -> None:
    conn, sock = reach("TIME-WAIT")

    clock.advance(two_msl(dut))
    before = sock.state()
    clock.advance(dut.profile["tcp_slow_tick_ms"])

    after = sock.state()
    assert (before.state, before.end, before.released) == ("TIME-WAIT", "closed", False)
    assert (after.state, after.end, after.released) == ("CLOSED", "closed", True)
    conn.expect_nothing()


@pytest.mark.parametrize("state", ["CLOSING", "FIN-WAIT-1", "FIN-WAIT-2"])
@scenario("RFC9293 MUST-13")
def test_lasts_as_long_whatever_led_to_it(dut: Dut, reach: Reach, clock: StackClock, state: str) -> None:
    conn, sock = reach(state)
    clock.advance(1000)
    conn.send(TCP(flags="A" if state == "CLOSING" else "FA"))
    conn.expect_nothing() if state == "CLOSING" else conn.expect(TCP(flags="A", ack=conn.snd_nxt))

    clock.advance(two_msl(dut))
    before = sock.state().state
    clock.advance(dut.profile["tcp_slow_tick_ms"])

    assert (before, sock.state().state) == ("TIME-WAIT", "CLOSED")
    conn.expect_nothing()


@scenario("RFC9293 SA-34")
def test_the_fin_again_is_acknowledged_and_starts_the_time_anew(dut: Dut, reach: Reach, clock: StackClock) -> None:
    conn, sock = reach("TIME-WAIT")
    clock.advance(two_msl(dut) - 1000)

    conn.send(TCP(flags="FA", seq=off(conn.snd_nxt, -1)))
    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=conn.snd_nxt) / NO_PAYLOAD)
    clock.advance(two_msl(dut))
    before = sock.state().state
    clock.advance(dut.profile["tcp_slow_tick_ms"])

    assert (before, sock.state().state) == ("TIME-WAIT", "CLOSED")
    conn.expect_nothing()


@pytest.mark.parametrize("flags", ["A", "PA"])
@scenario("RFC9293 SA-13", "RFC9293 SA-35")
def test_old_segments_do_not_start_the_time_anew(dut: Dut, reach: Reach, clock: StackClock, flags: str) -> None:
    conn, sock = reach("TIME-WAIT")
    clock.advance(two_msl(dut) - 1000)

    conn.send(TCP(flags=flags, seq=off(conn.isn, 1)) / (b"" if flags == "A" else b"old"))
    clock.advance(1000 + dut.profile["tcp_slow_tick_ms"])

    assert sock.state().state == "CLOSED"


@pytest.mark.parametrize("flags", ["A", "PA"])
@scenario("RFC9293 SA-13")
def test_old_segments_are_acknowledged(reach: Reach, flags: str) -> None:
    conn, sock = reach("TIME-WAIT")

    conn.send(TCP(flags=flags, seq=off(conn.snd_nxt, -1000)) / (b"" if flags == "A" else b"old"))

    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=conn.snd_nxt) / NO_PAYLOAD)
    conn.expect_nothing()
    assert sock.state().state == "TIME-WAIT"


@pytest.mark.parametrize("by", [-100, -1, 0, 1, 4095, 4096, 1 << 30])
@scenario("RFC1337 1")
def test_a_reset_does_not_end_it(dut: Dut, reach: Reach, clock: StackClock, by: int) -> None:
    conn, sock = reach("TIME-WAIT")

    conn.send(TCP(flags="R", seq=off(conn.snd_nxt, by)))

    conn.expect_nothing()
    clock.advance(two_msl(dut))
    assert sock.state().state == "TIME-WAIT"


@scenario("AX-TCP-32", "AX-TCP-29", "AX-TCP-31")
def test_destroyed_it_is_released_at_once_and_stays_quiet(dut: Dut, reach: Reach, clock: StackClock) -> None:
    conn, sock = reach("TIME-WAIT")

    sock.destroy()

    assert dut.mem().levels["tcp"] == 0
    assert dut.mem().levels["time_wait"] == 1
    conn.send(TCP(flags="FA", seq=off(conn.snd_nxt, -1)))
    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=conn.snd_nxt))
    clock.advance(two_msl(dut) + dut.profile["tcp_slow_tick_ms"])
    conn.expect_nothing()
    assert dut.mem().levels["time_wait"] == 0


@scenario("RFC9293 SA-40", "AX-TCP-28")
def test_aborted_it_says_nothing(reach: Reach, clock: StackClock) -> None:
    conn, sock = reach("TIME-WAIT")

    sock.abort()

    conn.expect_nothing()
    assert (sock.state().state, sock.state().end, sock.state().released) == ("CLOSED", "closed", True)
    clock.advance(10_000)
    conn.expect_nothing()


@scenario("RFC9293 SA-03")
def test_behind_it_the_peer_is_a_stranger(dut: Dut, reach: Reach, clock: StackClock) -> None:
    conn, _ = reach("TIME-WAIT")
    clock.advance(two_msl(dut) + dut.profile["tcp_slow_tick_ms"])

    conn.send(TCP(flags="A"))

    conn.expect(TCP(flags=has_flags("R", without="SF"), seq=conn.rcv_nxt))
    conn.expect_nothing()


@scenario("AX-TCP-32", "AX-LISTEN-4")
def test_other_connections_of_its_port_are_not_held_up(dut: Dut, peer: Peer, reach: Reach) -> None:
    _, sock = reach("TIME-WAIT")
    other = dut.accept_on(8)

    peer.tcp(8).handshake().expect_nothing()

    assert (sock.state().state, other.state().state) == ("TIME-WAIT", "ESTABLISHED")


@pytest.mark.parametrize("by", [0, 1, 100, 4095, 5000, 1 << 20, -1, -5000])
@scenario("RFC9293 SA-21", "RFC5961 2")
def test_a_syn_is_challenged(reach: Reach, by: int) -> None:
    conn, sock = reach("TIME-WAIT")
    nxt = conn.snd_nxt

    conn.send(TCP(flags="S", seq=off(nxt, by)))

    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=nxt) / NO_PAYLOAD)
    conn.expect_nothing()
    assert sock.state().state == "TIME-WAIT"
