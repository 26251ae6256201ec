# SPDX-License-Identifier: GPL-2.0-or-later
"""Connections in TIME-WAIT hold control blocks, not sockets: when none is left, the oldest of them makes room."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import (
    NO_PAYLOAD,
    Dut,
    Peer,
    StackClock,
    TcpEnd,
    TcpSocket,
    connected_actively,
    has_flags,
    scenario,
)
from scenarios.sequence import off

FIRST_PORT = 1000
APART_MS = 1000  # between one that closes and the next: more than a tick of the timer


def into_time_wait(dut: Dut, peer: Peer, port: int) -> TcpEnd:
    """Closed by the device first, and its socket given back."""
    conn, sock = connected_actively(dut, peer, port=port, rx=64, tx=64)
    sock.close()
    conn.accept_close()
    conn.send(TCP(flags="FA"))
    conn.expect(TCP(flags="A", ack=conn.snd_nxt))
    sock.destroy()
    return conn


def fill(dut: Dut, peer: Peer, clock: StackClock, live: int) -> tuple[list[TcpEnd], list[tuple[TcpEnd, TcpSocket]]]:
    """Every control block is used: so many by connections, the others by TIME-WAIT, oldest first."""
    waiting = []
    for number in range(dut.profile["connections"] - live):
        waiting.append(into_time_wait(dut, peer, FIRST_PORT + number))
        clock.advance(APART_MS)
    pairs = [connected_actively(dut, peer, port=FIRST_PORT + 500 + number, rx=64, tx=64) for number in range(live)]
    assert (dut.mem().levels["time_wait"], dut.mem().levels["active"]) == (len(waiting), live)
    return waiting, pairs


def is_in_time_wait(conn: TcpEnd) -> bool:
    """It acknowledges the peer's FIN again, and so starts its time anew; a stranger would be reset."""
    conn.send(TCP(flags="FA", seq=off(conn.snd_nxt, -1)))
    came = conn.expect(TCP(flags=has_flags("A")) / NO_PAYLOAD)
    conn.expect_nothing()
    return "R" not in str(came.flags)


@pytest.mark.parametrize("more", [1, 3])
@scenario("AX-TCP-2", "AX-TCP-32", "AX-FULL-11", needs={"pools"})
def test_the_oldest_in_time_wait_makes_room(dut: Dut, peer: Peer, clock: StackClock, more: int) -> None:
    waiting, _ = fill(dut, peer, clock, live=0)

    for number in range(more):
        connected_actively(dut, peer, port=FIRST_PORT + 900 + number, rx=64, tx=64)

    assert [is_in_time_wait(conn) for conn in waiting] == [False] * more + [True] * (len(waiting) - more)


@scenario("AX-TCP-32", "RFC9293 SA-34", needs={"pools"})
def test_the_oldest_is_the_one_heard_of_longest_ago(dut: Dut, peer: Peer, clock: StackClock) -> None:
    waiting, _ = fill(dut, peer, clock, live=0)
    assert is_in_time_wait(waiting[0])

    connected_actively(dut, peer, port=FIRST_PORT + 900, rx=64, tx=64)

    assert [is_in_time_wait(conn) for conn in waiting[:3]] == [True, False, True]


@scenario("AX-TCP-2", "AX-TCP-32", "AX-LISTEN-3", needs={"pools"})
def test_a_syn_finds_room_too(dut: Dut, peer: Peer, clock: StackClock) -> None:
    waiting, _ = fill(dut, peer, clock, live=0)
    sock = dut.accept_on(7, rx=64, tx=64)

    peer.tcp(7).handshake().expect_nothing()

    assert sock.state().state == "ESTABLISHED"
    assert dut.mem().levels["time_wait"] < len(waiting)


@scenario("AX-TCP-22", "AX-TCP-32", needs={"pools"})
def test_no_connection_is_evicted_for_another(dut: Dut, peer: Peer, clock: StackClock) -> None:
    _, pairs = fill(dut, peer, clock, live=dut.profile["tcp_sockets"] - 1)

    conn, sock = connected_actively(dut, peer, port=7, rx=64, tx=64)
    dut.listen(8)

    for end, one in [*pairs, (conn, sock)]:
        assert (one.state().state, one.state().end) == ("ESTABLISHED", "ok")
        end.expect_nothing()


@scenario("AX-TCP-12", "AX-TCP-32", "AX-TCP-31", needs={"pools"})
def test_a_socket_that_makes_room_has_ended_as_closed(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected_actively(dut, peer, port=7, rx=64, tx=64)
    sock.close()
    conn.accept_close()
    conn.send(TCP(flags="FA"))
    conn.expect(TCP(flags="A", ack=conn.snd_nxt))
    clock.advance(APART_MS)
    fill(dut, peer, clock, live=0)

    view = sock.state()

    assert (view.state, view.end, view.released) == ("CLOSED", "closed", True)
    conn.expect_nothing()
