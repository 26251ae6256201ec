# SPDX-License-Identifier: GPL-2.0-or-later
"""Abort and destroy in every state: where RFC 9293 3.10.5 has a reset, where it has none, and what is then left."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import (
    NO_PAYLOAD,
    Dut,
    Peer,
    StackClock,
    TcpEnd,
    TcpSocket,
    connected,
    has_flags,
    refused,
    scenario,
)

PORT = 7
WITH_RESET = ["SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT"]
IN_SILENCE = ["SYN-SENT", "CLOSING", "LAST-ACK", "TIME-WAIT"]
RESET = has_flags("R", without="SF")
Reach = Callable[[str], tuple[TcpEnd, TcpSocket]]


@pytest.mark.parametrize("state", WITH_RESET)
@scenario("RFC9293 SA-40", "AX-TCP-28", "AX-TCP-23", "AX-TCP-31")
def test_resets_at_once_where_the_peer_may_send(dut: Dut, reach: Reach, clock: StackClock, state: str) -> None:
    conn, sock = reach(state)

    sock.abort()

    conn.expect(TCP(flags=RESET, seq=conn.rcv_nxt) / NO_PAYLOAD)
    view = sock.state()
    assert (view.state, view.end, view.released) == ("CLOSED", "aborted", True)
    assert dut.mem().levels["active"] == 0
    clock.advance(10_000)
    conn.expect_nothing()


@pytest.mark.parametrize("state", IN_SILENCE)
@scenario("RFC9293 SA-40", "AX-TCP-28", "AX-TCP-31")
def test_is_silent_where_there_is_nothing_to_reset(dut: Dut, reach: Reach, clock: StackClock, state: str) -> None:
    conn, sock = reach(state)

    sock.abort()

    conn.expect_nothing()
    view = sock.state()
    assert (view.state, view.end, view.released) == (
        "CLOSED", "closed" if state == "TIME-WAIT" else "aborted", True,
    )  # fmt: skip
    assert dut.mem().levels["active"] == 0
    clock.advance(10_000)
    conn.expect_nothing()


@pytest.mark.parametrize("state", WITH_RESET + IN_SILENCE)
@scenario("AX-TCP-29", "AX-TCP-31", "RFC9293 SA-40")
def test_destroying_is_aborting_and_gives_everything_back(
    dut: Dut, reach: Reach, clock: StackClock, state: str
) -> None:
    conn, sock = reach(state)

    sock.destroy()

    if state in WITH_RESET:
        conn.expect(TCP(flags=RESET, seq=conn.rcv_nxt))
    conn.expect_nothing()
    assert (dut.mem().levels["active"], dut.mem().levels["tcp"]) == (0, 0)
    clock.advance(10_000)
    conn.expect_nothing()


@pytest.mark.parametrize("verb", [TcpSocket.abort, TcpSocket.close], ids=["abort", "close"])
@scenario("AX-TCP-28", "AX-TCP-11")
def test_a_socket_that_never_connected_has_nothing_to_end(
    dut: Dut, peer: Peer, verb: Callable[[TcpSocket], None]
) -> None:
    sock = dut.tcp()

    if verb is TcpSocket.close:
        with refused("state"):
            verb(sock)
    else:
        verb(sock)

    assert (sock.state().state, sock.state().end) == ("CLOSED", "ok")
    peer.expect_nothing()


@scenario("RFC9293 SA-40", "AX-TCP-28")
def test_the_reset_lies_behind_all_that_was_sent(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    sock.send(b"on its way")
    conn.expect(TCP(flags="PA") / b"on its way")

    sock.abort()

    conn.expect(TCP(flags=RESET, seq=conn.rcv_nxt))
    conn.expect_nothing()


@scenario("RFC9293 SA-40", "AX-TCP-28")
def test_what_was_not_sent_yet_is_not_sent(dut: Dut, peer: Peer) -> None:
    sock, conn = dut.accept_on(PORT), peer.tcp(PORT)
    conn.window = 0
    conn.handshake()
    sock.send(b"never to be sent")
    conn.expect_nothing()

    sock.abort()

    conn.expect(TCP(flags=RESET, seq=conn.rcv_nxt) / NO_PAYLOAD)
    conn.expect_nothing()


@scenario("AX-PRED-17", "AX-PRED-16")
def test_bytes_received_stay_readable(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)
    conn.send(TCP(flags="PA") / b"to be read")
    clock.advance(dut.profile["delayed_ack_ms"])
    conn.expect(TCP(flags="A", ack=conn.snd_nxt))

    sock.abort()

    conn.expect(TCP(flags=RESET))
    assert (sock.state().may_recv, sock.recv()) == (True, b"to be read")
    with refused("aborted"):
        sock.recv()
    conn.expect_nothing()


@scenario("AX-TCP-11", "AX-TCP-31", "AX-PRED-19")
def test_an_aborted_socket_connects_again(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    sock.abort()
    conn.expect(TCP(flags=RESET))

    other = peer.tcp(sport=PORT)
    sock.connect(peer, PORT)
    other.accept()

    assert (sock.state().state, sock.state().end) == ("ESTABLISHED", "ok")
    conn.expect_nothing()
