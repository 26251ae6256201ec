# SPDX-License-Identifier: GPL-2.0-or-later
"""Connects that come to nothing: refused, out of time, withdrawn. Each says why, once, and leaves nothing behind."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP
from scapy.layers.l2 import ARP

from plumbline.scenario import Dut, Peer, StackClock, TcpEnd, TcpSocket, has_flags, refused, scenario

PORT = 7
GIVEN_UP_MS = 240_000  # by then a SYN that nobody answers has been: R2 is three minutes at least
Reach = Callable[[str], tuple[TcpEnd, TcpSocket]]


def has_ended(sock: TcpSocket, end: str) -> None:
    view = sock.state()
    assert (view.state, view.end, view.released) == ("CLOSED", end, True)
    assert (view.may_send, view.can_send, view.may_recv, view.can_recv) == (False, False, False, False)


def syns_until(dut: Dut, ms: int) -> int:
    """How many SYNs leave before that stack time, the one at 0 among them."""
    limits = dut.profile
    early = limits["tcp_slow_tick_ms"] - limits["tcp_tick_ms"]
    timeouts = [limits["rto_initial_ms"] << number for number in range(limits["syn_retries"])]
    return 1 + sum(at - early < ms for at in itertools.accumulate(timeouts))


@scenario("AX-TCP-14", "AX-TCP-11", "AX-PRED-16")
def test_refused_says_so_until_the_next_connect(dut: Dut, peer: Peer) -> None:
    sock, conn = dut.tcp(), peer.tcp(sport=PORT)
    sock.connect(peer, PORT)
    conn.expect(TCP(flags="S"))

    conn.send(TCP(flags="RA", seq=0))

    has_ended(sock, "refused")
    with refused("refused"):
        sock.recv()
    with refused("state"):
        sock.send(b"x")
    again = peer.tcp(sport=PORT)
    sock.connect(peer, PORT)
    assert (sock.state().state, sock.state().end) == ("SYN-SENT", "ok")
    again.expect(TCP(flags="S"))
    conn.expect_nothing()


@pytest.mark.parametrize("timeout_ms", [1, 249, 251, 1234, 2749, 2751, 10_000, 189_249])
@scenario("AX-TIME-3", "AX-TCP-15", "AX-TIME-1")
def test_the_callers_deadline_ends_it_at_its_tick(dut: Dut, peer: Peer, clock: StackClock, timeout_ms: int) -> None:
    sock, conn = dut.tcp(), peer.tcp(sport=PORT)
    sock.connect(peer, PORT, timeout_ms=timeout_ms)

    clock.advance(timeout_ms - 1)
    before = sock.state().state
    clock.advance(1)

    assert before == "SYN-SENT"
    has_ended(sock, "connect-timeout")
    conn.expect(TCP(flags="S"))
    for _ in range(1, syns_until(dut, timeout_ms)):
        conn.expect(TCP(flags="S"))
    clock.advance(60_000)
    conn.expect_nothing()


@scenario("AX-TIME-3", "RFC9293 SA-03")
def test_an_answer_behind_the_deadline_is_reset(dut: Dut, peer: Peer, clock: StackClock) -> None:
    sock, conn = dut.tcp(), peer.tcp(sport=PORT)
    sock.connect(peer, PORT, timeout_ms=500)
    conn.expect(TCP(flags="S"))
    clock.advance(500)

    conn.send(TCP(flags="SA"))

    conn.expect(TCP(flags=has_flags("R", without="SF"), seq=conn.rcv_nxt))
    conn.expect_nothing()
    has_ended(sock, "connect-timeout")


@scenario("AX-TIME-3")
def test_an_answer_before_the_deadline_takes_the_deadline_away(dut: Dut, peer: Peer, clock: StackClock) -> None:
    sock, conn = dut.tcp(), peer.tcp(sport=PORT)
    sock.connect(peer, PORT, timeout_ms=500)
    clock.advance(499)
    conn.accept()

    clock.advance(60_000)

    assert sock.state().state == "ESTABLISHED"
    conn.expect_nothing()


@scenario("AX-TCP-16", "AX-TIME-8", "RFC1122 A")
def test_a_neighbour_that_does_not_answer_ends_it(dut: Dut, peer: Peer, clock: StackClock) -> None:
    peer.arp = False
    sock, conn = dut.tcp(), peer.tcp(sport=PORT)
    sock.connect(peer, PORT)

    clock.advance(GIVEN_UP_MS)

    has_ended(sock, "connect-timeout")
    questions = peer.frames()
    assert len(questions) >= dut.profile["arp_tries"]
    assert all(frame.arp is not None for frame in questions)
    conn.expect_nothing()


@scenario("AX-TCP-16", "AX-TIME-3")
def test_the_callers_deadline_holds_without_a_neighbour(dut: Dut, peer: Peer, clock: StackClock) -> None:
    peer.arp = False
    sock, conn = dut.tcp(), peer.tcp(sport=PORT)
    sock.connect(peer, PORT, timeout_ms=1700)

    clock.advance(1699)
    before = sock.state().state
    clock.advance(1)

    assert before == "SYN-SENT"
    has_ended(sock, "connect-timeout")
    conn.expect_nothing()


@pytest.mark.parametrize("withdraw", [TcpSocket.abort, TcpSocket.close], ids=["abort", "close"])
@scenario("AX-TIME-2", "AX-TIME-3", "AX-TCP-23")
def test_withdrawn_before_the_neighbour_answers(
    dut: Dut, peer: Peer, clock: StackClock, withdraw: Callable[[TcpSocket], None]
) -> None:
    peer.arp = False
    sock, conn = dut.tcp(), peer.tcp(sport=PORT)
    sock.connect(peer, PORT)
    question = peer.expect(ARP(op="who-has", pdst=peer.ip))

    withdraw(sock)
    peer.send(ARP(op="is-at", hwdst=question.hwsrc, pdst=question.psrc))

    has_ended(sock, "aborted")
    clock.advance(60_000)
    conn.expect_nothing()


@pytest.mark.parametrize("withdraw", [TcpSocket.abort, TcpSocket.close], ids=["abort", "close"])
@scenario("AX-TIME-2", "AX-TIME-3", "RFC9293 SA-40", "AX-TCP-28")
def test_withdrawn_before_the_answer(reach: Reach, clock: StackClock, withdraw: Callable[[TcpSocket], None]) -> None:
    conn, sock = reach("SYN-SENT")

    withdraw(sock)

    has_ended(sock, "aborted")
    clock.advance(60_000)
    conn.expect_nothing()
    conn.send(TCP(flags="SA"))
    conn.expect(TCP(flags=has_flags("R", without="SF"), seq=conn.rcv_nxt))
    conn.expect_nothing()


@scenario("AX-TIME-2", "AX-TCP-29", "AX-TCP-31")
def test_destroyed_before_the_answer_it_is_released_at_once(dut: Dut, reach: Reach, clock: StackClock) -> None:
    conn, sock = reach("SYN-SENT")

    sock.destroy()

    clock.advance(60_000)
    conn.expect_nothing()
    assert dut.mem().levels["active"] == 0


@scenario("AX-TIME-2", "RFC9293 SA-40")
def test_withdrawn_behind_the_answer_it_is_reset(reach: Reach) -> None:
    conn, sock = reach("SYN-SENT")
    conn.send(TCP(flags="SA"))
    conn.expect(TCP(flags="A"))

    sock.abort()

    conn.expect(TCP(flags=has_flags("R", without="SF"), seq=conn.rcv_nxt))
    conn.expect_nothing()
    has_ended(sock, "aborted")
