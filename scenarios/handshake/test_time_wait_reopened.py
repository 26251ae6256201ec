# SPDX-License-Identifier: GPL-2.0-or-later
"""A SYN for a pair of endpoints in TIME-WAIT opens it again, where its listener may do so (RFC 9293 3.6.1, MAY-2)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import (
    NO_PAYLOAD,
    Dut,
    Listener,
    Peer,
    StackClock,
    TcpEnd,
    TcpSocket,
    is_at_its_own_address,
    scenario,
)
from scenarios.sequence import off

PORT = 7
BEYOND = [0, 1, 100, 4095, 5000, 1 << 20, (1 << 31) - 1]
NOT_BEYOND = [-1, -5000, 1 << 31]


def in_time_wait(dut: Dut, peer: Peer, listener: Listener, *, said: bytes = b"said before") -> tuple[TcpEnd, TcpSocket]:
    """A connection of that listener that the device closed first."""
    sock = dut.tcp(rx=64, tx=64)
    listener.lend(sock)
    conn = peer.tcp(PORT).handshake()
    sock.send(said)
    conn.expect(said)
    sock.close()
    conn.expect(TCP(flags="FA"))
    conn.send(TCP(flags="FA"))
    conn.expect(TCP(flags="A", ack=conn.snd_nxt))
    assert sock.state().state == "TIME-WAIT"
    return conn, sock


def reopening(dut: Dut, peer: Peer) -> tuple[Listener, TcpEnd, TcpSocket, TcpSocket]:
    """A pair in TIME-WAIT, its socket, and another that waits."""
    listener = dut.listen(PORT)
    listener.reopen()
    conn, old = in_time_wait(dut, peer, listener)
    new = dut.tcp(rx=64, tx=64)
    listener.lend(new)
    return listener, conn, old, new


@pytest.mark.parametrize("by", BEYOND)
@scenario("RFC9293 MAY-2", "AX-TCP-11", "AX-TCP-12")
def test_a_syn_beyond_the_last_begins_anew(dut: Dut, peer: Peer, by: int) -> None:
    _, conn, old, new = reopening(dut, peer)
    conn.snd_nxt = off(conn.snd_nxt, by)

    conn.send(TCP(flags="S", options=[("MSS", 1460)]))

    conn.expect(TCP(flags="SA", ack=conn.snd_nxt, window=64) / NO_PAYLOAD)
    assert (old.state().state, new.state().state) == ("TIME-WAIT", "SYN-RECEIVED")
    conn.send(TCP(flags="A"))
    conn.expect_nothing()
    assert (old.state().state, old.state().end, old.state().released) == ("CLOSED", "closed", True)
    assert (new.state().state, dut.mem().levels["time_wait"]) == ("ESTABLISHED", 0)
    conn.send(TCP(flags="PA") / b"and on")
    new.send(b"it goes")
    conn.expect(TCP(flags="PA", ack=conn.snd_nxt) / b"it goes")
    assert new.recv() == b"and on"


@pytest.mark.parametrize("after_ms", [0, 10_000], ids=["at-once", "later"])
@scenario("RFC9293 MAY-2")
def test_our_sequence_numbers_begin_beyond_all_before(dut: Dut, peer: Peer, clock: StackClock, after_ms: int) -> None:
    _, conn, _, _ = reopening(dut, peer)
    clock.advance(after_ms)
    used = conn.rcv_nxt

    conn.send(TCP(flags="S"))

    isn = conn.expect(TCP(flags="SA")).seq
    assert (isn - used) % (1 << 32) < 1 << 31
    conn.send(TCP(flags="A"))
    conn.expect_nothing()


@pytest.mark.parametrize("by", NOT_BEYOND)
@scenario("RFC9293 SA-21", "RFC5961 2", "RFC9293 MAY-2")
def test_any_other_syn_is_challenged(dut: Dut, peer: Peer, by: int) -> None:
    _, conn, old, new = reopening(dut, peer)

    conn.send(TCP(flags="S", seq=off(conn.snd_nxt, by)))

    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=conn.snd_nxt) / NO_PAYLOAD)
    conn.expect_nothing()
    assert (old.state().state, new.state().state) == ("TIME-WAIT", "LISTEN")


@pytest.mark.parametrize("flags", ["SA", "SF"])
@scenario("RFC9293 SA-21", "RFC9293 MAY-2")
def test_a_syn_with_more_is_challenged(dut: Dut, peer: Peer, flags: str) -> None:
    _, conn, old, new = reopening(dut, peer)

    conn.send(TCP(flags=flags, seq=off(conn.snd_nxt, 100)))

    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=conn.snd_nxt) / NO_PAYLOAD)
    conn.expect_nothing()
    assert (old.state().state, new.state().state) == ("TIME-WAIT", "LISTEN")


@pytest.mark.parametrize("lacks", ["leave", "socket", "listener"])
@scenario("RFC9293 SA-21", "RFC9293 MAY-2")
def test_without_leave_or_socket_it_is_challenged(dut: Dut, peer: Peer, lacks: str) -> None:
    if lacks == "leave":
        is_at_its_own_address(dut)
    listener, other = dut.listen(PORT), dut.listen(PORT + 1)
    (other if lacks == "leave" else listener).reopen()
    conn, old = in_time_wait(dut, peer, listener)
    if lacks != "socket":
        listener.lend(dut.tcp(rx=64, tx=64))
    if lacks == "listener":
        listener.close()

    conn.send(TCP(flags="S", seq=off(conn.snd_nxt, 100)))

    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=conn.snd_nxt) / NO_PAYLOAD)
    conn.expect_nothing()
    assert old.state().state == "TIME-WAIT"


@scenario("RFC9293 MAY-2", "RFC9293 MUST-13", "AX-LISTEN-9")
def test_an_old_duplicate_that_is_reset_leaves_it_in_time_wait(dut: Dut, peer: Peer) -> None:
    _, conn, old, new = reopening(dut, peer)
    conn.send(TCP(flags="S", seq=off(conn.snd_nxt, 100)))
    came = conn.expect(TCP(flags="SA", ack=off(conn.snd_nxt, 101)))

    conn.send(TCP(flags="R", seq=came.ack))

    conn.expect_nothing()
    assert (old.state().state, new.state().state) == ("TIME-WAIT", "LISTEN")
    assert dut.mem().levels["time_wait"] == 1


@scenario("RFC9293 MAY-2", "RFC9293 MUST-13", "AX-LISTEN-10")
def test_one_that_nobody_answers_leaves_it_for_as_long_as_it_had(dut: Dut, peer: Peer, clock: StackClock) -> None:
    _, conn, old, new = reopening(dut, peer)
    conn.send(TCP(flags="S", seq=off(conn.snd_nxt, 100)))

    clock.advance(dut.profile["syn_received_ms"] + dut.profile["tcp_slow_tick_ms"])

    conn.segments()
    assert (old.state().state, new.state().state) == ("TIME-WAIT", "LISTEN")
    clock.advance(2 * dut.profile["msl_ms"] - clock.now)
    before = old.state().state
    clock.advance(dut.profile["tcp_slow_tick_ms"])
    conn.expect_nothing()
    assert (before, old.state().state) == ("TIME-WAIT", "CLOSED")


@scenario("RFC9293 MAY-2", "RFC9293 MUST-13")
def test_time_wait_may_end_while_the_new_one_is_half_open(dut: Dut, peer: Peer, clock: StackClock) -> None:
    _, conn, old, new = reopening(dut, peer)
    clock.advance(2 * dut.profile["msl_ms"] - 500)
    conn.send(TCP(flags="S"))
    conn.expect(TCP(flags="SA"))
    clock.advance(1000)

    conn.send(TCP(flags="A"))

    conn.expect_nothing()
    assert (old.state().state, new.state().state) == ("CLOSED", "ESTABLISHED")


@scenario("RFC9293 MAY-2", "AX-LISTEN-7")
def test_a_place_to_be_held_in_will_do(dut: Dut, peer: Peer) -> None:
    listener = dut.listen(PORT, "hold=1")
    listener.reopen()
    conn, old = in_time_wait(dut, peer, listener)

    conn.send(TCP(flags="S"))

    conn.expect(TCP(flags="SA", ack=conn.snd_nxt, window=0))
    conn.send(TCP(flags="A"))
    conn.expect_nothing()
    assert (old.state().state, listener.stats()["holding"]) == ("CLOSED", 1)


@scenario("RFC9293 MAY-2", "AX-TCP-32", needs={"pools"})
def test_it_makes_room_for_its_own_successor(dut: Dut, peer: Peer, clock: StackClock) -> None:
    listener = dut.listen(PORT)
    listener.reopen()
    conns = []
    for _ in range(dut.profile["connections"]):
        conn, sock = in_time_wait(dut, peer, listener)
        sock.destroy()
        conns.append(conn)
        clock.advance(1000)
    listener.lend(dut.tcp(rx=64, tx=64))

    conns[0].send(TCP(flags="S"))

    conns[0].expect(TCP(flags="SA", ack=conns[0].snd_nxt))
    conns[0].send(TCP(flags="A"))
    conns[0].expect_nothing()
    assert dut.mem().levels["time_wait"] == len(conns) - 1


@scenario("RFC9293 MAY-2", "RFC9293 MUST-13")
def test_another_peers_pair_with_the_same_ports_is_left_alone(dut: Dut, peers: Callable[[int], list[Peer]]) -> None:
    listener = dut.listen(PORT)
    listener.reopen()
    here, there = peers(2)
    held = []
    for at in (here, there):
        sock = dut.tcp(rx=64, tx=64)
        listener.lend(sock)
        conn = at.tcp(PORT, 5000).handshake()
        sock.close()
        conn.expect(TCP(flags="FA"))
        conn.send(TCP(flags="FA"))
        conn.expect(TCP(flags="A", ack=conn.snd_nxt))
        held.append((conn, sock))
    listener.lend(dut.tcp(rx=64, tx=64))

    anew, _ = held[0]
    anew.send(TCP(flags="S"))
    anew.expect(TCP(flags="SA", ack=anew.snd_nxt))
    anew.send(TCP(flags="A"))

    assert [old.state().state for _, old in held] == ["CLOSED", "TIME-WAIT"]
