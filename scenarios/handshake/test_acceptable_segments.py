# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of acceptable segments (RFC 9293 3.10.7.4) at both edges of the window, in every synchronized state."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import NO_PAYLOAD, STATES, Dut, Given, Peer, TcpEnd, is_possible, reach, scenario
from scenarios.sequence import off

SYNCHRONIZED = STATES[STATES.index("SYN-RECEIVED") :]
STREAMING = ["ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2"]  # where a peer can have closed the window with octets
ACKNOWLEDGED = {  # what the ACK of all makes of a state
    "SYN-RECEIVED": "ESTABLISHED",
    "ESTABLISHED": "ESTABLISHED",
    "FIN-WAIT-1": "FIN-WAIT-2",
    "CLOSE-WAIT": "CLOSE-WAIT",
    "CLOSING": "TIME-WAIT",
    "LAST-ACK": "CLOSED",
}
RING = 256
LEFT, RIGHT = "left", "right"

# How many octets a segment has, and where it begins: so far from an edge.
Place = tuple[int, str, int]
OUTSIDE: dict[str, Place] = {
    "empty, before it": (0, LEFT, -1),
    "empty, at its end": (0, RIGHT, 0),
    "one octet before it": (1, LEFT, -1),
    "octets up to it": (10, LEFT, -10),
    "octets at its end": (10, RIGHT, 0),
}
INSIDE: dict[str, Place] = {
    "empty, at its first": (0, LEFT, 0),
    "empty, at its last": (0, RIGHT, -1),
    "octets over its first": (10, LEFT, -9),
    "octets from its first": (10, LEFT, 0),
    "octets over its last": (10, RIGHT, -1),
}
CLOSED: dict[str, Place] = {
    "empty, before it": (0, LEFT, -1),
    "empty, behind it": (0, LEFT, 1),
    "an octet before it": (1, LEFT, -1),
    "an octet at it": (1, LEFT, 0),
    "octets over it": (10, LEFT, -9),
}


def owing(state: str) -> Given:
    """With as much to be acknowledged as there can be."""
    full = Given(tx_full=True, rx=RING)
    return full if is_possible(state, full) else Given(rx=RING)


def send_at(conn: TcpEnd, place: Place) -> None:
    """It acknowledges all there is."""
    length, side, offset = place
    edges = {LEFT: conn.snd_nxt, RIGHT: off(conn.dut_acked, conn.dut_window)}
    conn.send(TCP(flags="A", seq=off(edges[side], offset)) / bytes(length))


@pytest.mark.parametrize("case", OUTSIDE)
@pytest.mark.parametrize("state", SYNCHRONIZED)
@scenario("RFC9293 SA-12", "RFC9293 SA-13", "RFC9293 SA-14")
def test_what_lies_outside_is_answered_and_nothing_else_comes_of_it(
    dut: Dut, peer: Peer, state: str, case: str
) -> None:
    reached = reach(dut, peer, state, owing(state))
    conn, sock = reached.conn, reached.sock
    before, expected = sock.state(), conn.snd_nxt

    send_at(conn, OUTSIDE[case])

    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=expected) / NO_PAYLOAD)
    conn.expect_nothing()
    assert sock.state() == before


@pytest.mark.parametrize("case", INSIDE)
@pytest.mark.parametrize("state", ACKNOWLEDGED)
@scenario("RFC9293 SA-12")
def test_the_ack_of_what_lies_inside_counts(dut: Dut, peer: Peer, state: str, case: str) -> None:
    reached = reach(dut, peer, state, owing(state))

    send_at(reached.conn, INSIDE[case])

    assert (reached.sock.state().state, reached.sock.state().tx) == (ACKNOWLEDGED[state], 0)


@pytest.mark.parametrize("case", [case for case in INSIDE if case.startswith("empty")])
@pytest.mark.parametrize("state", SYNCHRONIZED)
@scenario("RFC9293 SA-12")
def test_what_is_empty_and_lies_inside_is_not_answered(dut: Dut, peer: Peer, state: str, case: str) -> None:
    conn = reach(dut, peer, state, owing(state)).conn

    send_at(conn, INSIDE[case])

    conn.expect_nothing()


@pytest.mark.parametrize("case", CLOSED)
@pytest.mark.parametrize("state", STREAMING)
@scenario("RFC9293 SA-12", "RFC9293 SA-13")
def test_beside_a_closed_window_all_is_answered(dut: Dut, peer: Peer, state: str, case: str) -> None:
    reached = reach(dut, peer, state, Given(unread=bytes(RING), rx=RING))
    conn, sock = reached.conn, reached.sock
    expected = conn.snd_nxt

    conn.send(TCP(flags="A", seq=off(expected, CLOSED[case][2]), ack=reached.una) / bytes(CLOSED[case][0]))

    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=expected, window=0) / NO_PAYLOAD)
    conn.expect_nothing()
    assert (sock.state().state, sock.state().rx) == (state, RING)


@pytest.mark.parametrize("state", STREAMING)
@scenario("RFC9293 SA-12")
def test_the_empty_one_at_a_closed_window_is_not_answered(dut: Dut, peer: Peer, state: str) -> None:
    reached = reach(dut, peer, state, Given(unread=bytes(RING), rx=RING))

    reached.conn.send(TCP(flags="A", ack=reached.una))

    reached.conn.expect_nothing()
    assert reached.sock.state().state == state
