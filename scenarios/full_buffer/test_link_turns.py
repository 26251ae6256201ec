# SPDX-License-Identifier: GPL-2.0-or-later
"""Connections that all wait for a full link: they share what room comes back, a few frames at a time."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Pattern, Peer, TcpEnd, connected, scenario
from scenarios.full_buffer.segments import MSS, first_octet, lengths
from scenarios.sequence import off

SEED = 54
CONNECTIONS = 4
QUEUED = 20_000  # more than all the rounds give room for


def all_waiting(dut: Dut, peer: Peer, room: int) -> list[TcpEnd]:
    """Each has much to send and could not send any of it."""
    pairs = [connected(dut, peer, port=20 + number, rx=200, tx=QUEUED) for number in range(CONNECTIONS)]
    dut.fault_tx_full("all")
    for conn, sock in pairs:
        sock.send(Pattern(SEED, 0, QUEUED))
        conn.rcv_nxt = first_octet(conn)
    dut.fault_tx_room(room)
    dut.fault_tx_full("off")
    return [conn for conn, _ in pairs]


def take(conn: TcpEnd) -> int:
    """Acknowledges what came. How many segments it was."""
    came = lengths(conn)
    if came:
        conn.rcv_nxt = off(conn.rcv_nxt, sum(came))
        conn.send(TCP(flags="A"))
    return sum(came) // MSS


@pytest.mark.parametrize("room", [1, 2, 3])
@scenario("AX-TIME-7", "AX-FULL-10")
def test_none_gets_all_the_room_there_is(dut: Dut, peer: Peer, room: int) -> None:
    conns, rounds = all_waiting(dut, peer, room), 3 * CONNECTIONS
    sent = [0] * CONNECTIONS

    for _ in range(rounds):
        sent = [before + take(conn) for before, conn in zip(sent, conns, strict=True)]
        dut.fault_tx_room(room)

    fair = rounds * room // CONNECTIONS
    assert sum(sent) == rounds * room
    assert min(sent) >= fair // 2, f"of {sum(sent)} segments these many were of each: {sent}"


@pytest.mark.parametrize("room", [1, 2, 3])
@scenario("AX-TIME-7", "AX-FULL-10")
def test_one_without_answers_does_not_hold_up_the_others(dut: Dut, peer: Peer, room: int) -> None:
    silent, *conns = all_waiting(dut, peer, room)
    sent = [0] * len(conns)

    for _ in range(3 * CONNECTIONS):
        sent = [before + take(conn) for before, conn in zip(sent, conns, strict=True)]
        dut.fault_tx_room(room)

    assert len(lengths(silent)) >= 1
    assert min(sent) >= room, f"these many segments were of each that was answered: {sent}"
