# SPDX-License-Identifier: GPL-2.0-or-later
"""Connections whose peer falls silent half way: given up at the time the profile says, and given back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Peer, StackClock, TcpEnd, TcpSocket, scenario

PORT = 7
Reach = Callable[[str], tuple[TcpEnd, TcpSocket]]


def half_open_ms(dut: Dut) -> int:
    """From a SYN at stack time 0: slow ticks are counted, the first comes early, and one more than the time takes."""
    return dut.profile["syn_received_ms"] + dut.profile["tcp_tick_ms"]


@scenario("AX-LISTEN-10", "AX-LISTEN-8")
def test_a_half_open_connection_gives_its_socket_back(dut: Dut, peer: Peer, clock: StackClock) -> None:
    listener, sock, conn = dut.listen(PORT), dut.tcp(), peer.tcp(PORT)
    listener.lend(sock)
    conn.send(TCP(flags="S"))
    conn.expect(TCP(flags="SA"))

    clock.advance(half_open_ms(dut) - 1)
    before = sock.state().state
    clock.advance(1)

    assert (before, sock.state().state, sock.state().end) == ("SYN-RECEIVED", "LISTEN", "ok")
    stats = listener.stats()
    assert (stats["lent"], stats["syns"], stats["accepted"], stats["returned"]) == (1, 1, 0, 1)
    assert dut.mem().levels["active"] == 0


@scenario("AX-LISTEN-10", "RFC9293 SA-41")
def test_it_is_given_up_without_a_word(dut: Dut, reach: Reach, clock: StackClock) -> None:
    conn, _ = reach("SYN-RECEIVED")

    clock.advance(half_open_ms(dut))

    conn.expect(TCP(flags="SA"))
    conn.expect(TCP(flags="SA"))
    conn.expect_nothing()


@scenario("AX-LISTEN-10", "RFC9293 SA-05")
def test_the_socket_that_came_back_serves_the_next_peer(
    dut: Dut, peers: Callable[[int], list[Peer]], clock: StackClock
) -> None:
    sock = dut.accept_on(PORT)
    one, other = peers(2)
    late = one.tcp(PORT)
    late.send(TCP(flags="S"))
    clock.advance(half_open_ms(dut))

    other.tcp(PORT).handshake().expect_nothing()

    assert (sock.state().state, sock.state().remote.addr) == ("ESTABLISHED", other.ip)


@scenario("AX-TCP-33", "AX-TCP-31")
def test_fin_wait_2_is_reaped_at_its_time_without_a_word(dut: Dut, reach: Reach, clock: StackClock) -> None:
    conn, sock = reach("FIN-WAIT-2")

    clock.advance(dut.profile["fin_wait_2_ms"] - 1)
    before = sock.state()
    clock.advance(1)

    after = sock.state()
    assert (before.state, before.end, before.may_recv) == ("FIN-WAIT-2", "ok", True)
    assert (after.state, after.end, after.released) == ("CLOSED", "reaped", True)
    assert dut.mem().levels["active"] == 0
    conn.expect_nothing()


@scenario("AX-TCP-33", "RFC9293 SA-31")
def test_a_peer_that_still_sends_is_not_reaped(dut: Dut, reach: Reach, clock: StackClock) -> None:
    conn, sock = reach("FIN-WAIT-2")
    clock.advance(dut.profile["fin_wait_2_ms"] - 1)
    conn.send(TCP(flags="PA") / b"still here")

    clock.advance(dut.profile["fin_wait_2_ms"] - 1)
    before = sock.state().state
    clock.advance(1)

    assert (before, sock.state().state, sock.recv()) == ("FIN-WAIT-2", "CLOSED", b"still here")
    conn.expect(TCP(flags="A", ack=conn.snd_nxt))
    conn.expect_nothing()


@pytest.mark.parametrize("user_timeout_ms", [0, 1, 100_000])
@scenario("AX-TCP-33", "AX-TCP-40")
def test_a_new_user_timeout_does_not_put_it_off(
    dut: Dut, reach: Reach, clock: StackClock, user_timeout_ms: int
) -> None:
    _, sock = reach("FIN-WAIT-2")
    sock.option(user_timeout_ms=5000)
    clock.advance(dut.profile["fin_wait_2_ms"] - 1)

    sock.option(user_timeout_ms=user_timeout_ms)

    before = sock.state().state
    clock.advance(1)
    assert (before, sock.state().state, sock.state().end) == ("FIN-WAIT-2", "CLOSED", "reaped")


@scenario("AX-TCP-33", "RFC9293 SA-30")
def test_fin_before_the_time_closes_as_ever(dut: Dut, reach: Reach, clock: StackClock) -> None:
    conn, sock = reach("FIN-WAIT-2")
    clock.advance(dut.profile["fin_wait_2_ms"] - 1)

    conn.send(TCP(flags="FA"))

    conn.expect(TCP(flags="A", ack=conn.snd_nxt))
    clock.advance(dut.profile["fin_wait_2_ms"])
    assert (sock.state().state, sock.state().end) == ("TIME-WAIT", "closed")
    conn.expect_nothing()


@scenario("AX-TCP-24")
def test_an_idle_connection_is_never_given_up(reach: Reach, clock: StackClock) -> None:
    conn, sock = reach("ESTABLISHED")

    clock.advance(24 * 3_600_000)

    assert sock.state().state == "ESTABLISHED"
    conn.expect_nothing()
