# SPDX-License-Identifier: GPL-2.0-or-later
"""What closing leaves in the numbers: every byte that was acknowledged is counted, none that was not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Peer, StackClock, TcpEnd, TcpSocket, connected, has_flags, refused, scenario
from scenarios.sequence import off

WORDS = b"last words"
RING = 64
ENDS: dict[str, Callable[[TcpEnd, TcpSocket], None]] = {
    "reset": lambda conn, _: conn.reset(),
    "aborted": lambda _, sock: sock.abort(),
}


def closing_with_words(dut: Dut, peer: Peer, *, peer_closes_first: bool) -> tuple[TcpEnd, TcpSocket, int]:
    """Words and FIN are on their way, neither is acknowledged; and the number of the first octet."""
    conn, sock = connected(dut, peer, tx=RING)
    first = conn.rcv_nxt
    if peer_closes_first:
        conn.close()
    sock.send(WORDS)
    sock.close()
    conn.expect(TCP(flags="PA", seq=first) / WORDS)
    conn.expect(TCP(flags="FA", seq=conn.rcv_nxt))
    return conn, sock, first


def numbers(sock: TcpSocket) -> tuple[str, int, int, bool]:
    view = sock.state()
    return view.state, sock.stats()["tx_bytes"], view.tx, view.can_send


@pytest.mark.parametrize(
    ("peer_closes_first", "state", "after"),
    [(True, "LAST-ACK", "CLOSED"), (False, "FIN-WAIT-1", "FIN-WAIT-2")],
    ids=["LAST-ACK", "FIN-WAIT-1"],
)
@scenario("AX-TCP-25", "AX-PRED-1", "AX-PRED-5", "AX-PRED-7", "RFC9293 SA-33", "RFC9293 SA-30")
def test_one_ack_of_words_and_fin_counts_the_words(
    dut: Dut, peer: Peer, peer_closes_first: bool, state: str, after: str
) -> None:
    conn, sock, _ = closing_with_words(dut, peer, peer_closes_first=peer_closes_first)
    before = numbers(sock)

    conn.send(TCP(flags="A"))

    assert before == (state, 0, len(WORDS), False)
    assert numbers(sock) == (after, len(WORDS), 0, False)
    conn.expect_nothing()


@scenario("AX-TCP-25", "AX-PRED-7", "RFC9293 SA-30", "RFC9293 SA-32")
def test_a_crossing_fin_that_acknowledges_the_words_counts_them(dut: Dut, peer: Peer) -> None:
    conn, sock, first = closing_with_words(dut, peer, peer_closes_first=False)

    conn.send(TCP(flags="FA", ack=off(first, len(WORDS))))
    conn.expect(TCP(flags="A", ack=conn.snd_nxt))
    crossed = numbers(sock)
    conn.send(TCP(flags="A"))

    assert crossed == ("CLOSING", len(WORDS), 0, False)
    assert numbers(sock) == ("TIME-WAIT", len(WORDS), 0, False)
    conn.expect_nothing()


@pytest.mark.parametrize("peer_closes_first", [True, False], ids=["LAST-ACK", "FIN-WAIT-1"])
@scenario("AX-PRED-1", "AX-PRED-11", "AX-PRED-5", "AX-PRED-7")
def test_room_that_comes_back_behind_the_close_is_nobodys(dut: Dut, peer: Peer, peer_closes_first: bool) -> None:
    conn, sock, first = closing_with_words(dut, peer, peer_closes_first=peer_closes_first)
    state = sock.state().state

    conn.send(TCP(flags="A", ack=off(first, len(WORDS))))

    assert numbers(sock) == (state, len(WORDS), 0, False)
    with refused("state"):
        sock.send(b"too late")
    conn.expect_nothing()


@pytest.mark.parametrize("end", ENDS)
@scenario("AX-TCP-11", "AX-PRED-2", "AX-PRED-11", "AX-TCP-13", "AX-TCP-23")
def test_what_was_never_acknowledged_is_not_counted_at_the_end(dut: Dut, peer: Peer, end: str) -> None:
    conn, sock = connected(dut, peer, tx=RING)
    sock.send(WORDS)
    conn.expect(WORDS)
    conn.send(TCP(flags="A"))
    sock.send(b"lost")
    conn.expect(b"lost")

    ENDS[end](conn, sock)

    assert numbers(sock) == ("CLOSED", len(WORDS), len(b"lost"), False)
    assert sock.state().end == end
    with refused("state"):
        sock.send(b"too late")


@scenario("AX-TCP-25", "AX-TCP-19", "RFC9293 MUST-20")
def test_words_that_are_given_up_are_not_counted(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock, first = closing_with_words(dut, peer, peer_closes_first=True)
    conn.send(TCP(flags="A", ack=off(first, 4)))

    clock.advance(3_600_000)

    assert numbers(sock) == ("CLOSED", 0, len(WORDS), False)
    conn.expect(TCP(flags=has_flags("A", without="R")))
