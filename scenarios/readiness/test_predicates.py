# SPDX-License-Identifier: GPL-2.0-or-later
"""The predicate table, in every state, rx empty and not, tx full and not; and what the calls then do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import STATES, Dut, Given, Peer, Refused, TcpSocket, is_possible, reach, scenario

UNREAD = b"unread"
MAY_SEND = {"ESTABLISHED", "CLOSE-WAIT"}
MAY_RECV = {"ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2"}
AFTER_FIN = {"CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT"}

GIVENS = {
    "empty": Given(),
    "unread": Given(unread=UNREAD),
    "tx-full": Given(tx_full=True),
    "unread,tx-full": Given(unread=UNREAD, tx_full=True),
}
CASES = [
    pytest.param(state, given, id=f"{state},{name}")
    for state in STATES
    for name, given in GIVENS.items()
    if is_possible(state, given)
]


def said(call: Callable[[], object]) -> object:
    """What a call gives, or the name it is refused with."""
    try:
        return call()
    except Refused as refusal:
        return refusal.name


def predicates(sock: TcpSocket) -> tuple[bool, bool, bool, bool]:
    view = sock.state()
    return view.may_send, view.can_send, view.may_recv, view.can_recv


def send_says(state: str, given: Given) -> object:
    if state not in MAY_SEND:
        return "state"
    return "would-block" if given.tx_full else 1


def recv_says(state: str, given: Given) -> object:
    if given.unread:
        return given.unread[:1]
    if state in AFTER_FIN:
        return "eof"
    return "would-block" if state in MAY_RECV else "state"


@scenario("AX-PRED-1", "AX-PRED-2", "AX-PRED-3", "AX-PRED-4", "AX-PRED-5", "AX-PRED-6", "AX-PRED-7")
@pytest.mark.parametrize(("state", "given"), CASES)
def test_predicates_are_those_of_the_table(dut: Dut, peer: Peer, state: str, given: Given) -> None:
    sock = reach(dut, peer, state, given).sock

    now = predicates(sock)

    may_send, holds = state in MAY_SEND, bool(given.unread)
    assert now == (may_send, may_send and not given.tx_full, state in MAY_RECV or holds, holds)


@scenario("AX-PRED-8", "AX-PRED-9", "AX-PRED-10", "AX-PRED-11", "AX-PRED-13", "AX-PRED-14", "AX-PRED-15")
@pytest.mark.parametrize(("state", "given"), CASES)
def test_send_and_receive_do_what_the_predicates_say(dut: Dut, peer: Peer, state: str, given: Given) -> None:
    sock = reach(dut, peer, state, given).sock

    sent, received = said(lambda: sock.send(b"s")), said(lambda: sock.recv(1))

    assert (sent, received) == (send_says(state, given), recv_says(state, given))


@scenario("AX-PRED-12", "AX-BENCH-1")
@pytest.mark.parametrize(("state", "given"), CASES)
def test_a_refused_call_changes_nothing(dut: Dut, peer: Peer, state: str, given: Given) -> None:
    reached = reach(dut, peer, state, given)
    sock, before = reached.sock, reached.sock.state()
    refused = {"send": send_says(state, given), "recv": recv_says(state, given)}

    if isinstance(refused["send"], str):
        said(lambda: sock.send(b"s"))
    if isinstance(refused["recv"], str):
        said(lambda: sock.recv(1))

    assert sock.state() == before
    reached.conn.expect_nothing()


@scenario("AX-PRED-18")
@pytest.mark.parametrize(("state", "given"), CASES)
def test_nothing_of_a_legal_call_is_nothing(dut: Dut, peer: Peer, state: str, given: Given) -> None:
    sock = reach(dut, peer, state, given).sock
    send, recv = send_says(state, given), recv_says(state, given)

    sent, received = said(lambda: sock.send(b"")), said(lambda: sock.recv(0))

    assert sent == (0 if state in MAY_SEND else send)
    assert received == (b"" if recv == "would-block" or isinstance(recv, bytes) else recv)


@scenario("AX-PRED-15")
@pytest.mark.parametrize("state", sorted(AFTER_FIN - {"TIME-WAIT"}))
def test_end_of_stream_stays_even_if_a_reset_follows(dut: Dut, peer: Peer, state: str) -> None:
    reached = reach(dut, peer, state, Given(unread=UNREAD))
    sock = reached.sock

    reached.conn.send(TCP(flags="R"))

    assert sock.recv() == UNREAD
    assert [said(sock.recv), said(sock.recv)] == ["eof", "eof"]
    assert (sock.state().state, sock.state().end) == ("CLOSED", "reset")


@scenario("AX-PRED-19")
def test_a_socket_with_unread_bytes_cannot_begin_anew(dut: Dut, peer: Peer) -> None:
    reached = reach(dut, peer, "ESTABLISHED", Given(unread=UNREAD))
    sock, listener = reached.sock, dut.listen(80)
    reached.conn.send(TCP(flags="R"))

    refusals = [said(lambda: sock.connect(peer, 9)), said(lambda: listener.lend(sock))]

    assert refusals == ["state", "state"]
    assert sock.recv() == UNREAD
    listener.lend(sock)
    assert sock.state().state == "LISTEN"
