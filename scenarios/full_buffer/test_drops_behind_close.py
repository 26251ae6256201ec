# SPDX-License-Identifier: GPL-2.0-or-later
"""The device has closed its half and still receives: what finds no room is dropped and counted as ever."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Given, Pattern, Peer, Reached, StackClock, reach, scenario
from scenarios.sequence import off

SEED = 17
RING = 1000
GAP = 10
STILL_RECEIVING = pytest.mark.parametrize("state", ["ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2"])
PEER_HAS_CLOSED = pytest.mark.parametrize("state", ["CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT"])


def came_to(dut: Dut, peer: Peer, state: str) -> Reached:
    """What the device sent last, its FIN too, stays unacknowledged where that is its state."""
    return reach(dut, peer, state, Given(rx=RING))


def send(reached: Reached, at: int, length: int) -> None:
    conn = reached.conn
    conn.send(TCP(seq=off(conn.isn, 1 + at), ack=reached.una, flags="PA") / bytes(Pattern(SEED, at, length)))


def dropped(reached: Reached) -> tuple[int, int]:
    stats = reached.sock.stats()
    return stats["rx_dropped_window"], stats["rx_dropped_reorder"]


@STILL_RECEIVING
@pytest.mark.parametrize("beyond", [1, 400])
@scenario("AX-FULL-8", "AX-FULL-1", "AX-TCP-26", "RFC9293 SA-31")
def test_what_lies_over_the_edge_is_counted(dut: Dut, peer: Peer, clock: StackClock, state: str, beyond: int) -> None:
    reached = came_to(dut, peer, state)

    send(reached, 0, RING + beyond)
    clock.advance(dut.profile["delayed_ack_ms"])

    reached.conn.expect(TCP(flags="A", ack=off(reached.conn.isn, 1 + RING), window=0))
    assert (reached.sock.state().state, dropped(reached)) == (state, (beyond, 0))
    check = reached.sock.recv_pattern(RING + 1, SEED)
    assert (check.n, check.bad) == (RING, 0)


@STILL_RECEIVING
@scenario("AX-FULL-8", "AX-FULL-3", "AX-FULL-4", "AX-TCP-26", "RFC9293 SA-13")
def test_a_segment_that_meets_a_full_ring_is_counted(dut: Dut, peer: Peer, state: str) -> None:
    reached = came_to(dut, peer, state)
    send(reached, 0, RING)

    send(reached, RING, 7)

    reached.conn.expect(TCP(flags="A", ack=off(reached.conn.isn, 1 + RING), window=0))
    assert (reached.sock.state().state, dropped(reached)) == (state, (7, 0))


@STILL_RECEIVING
@scenario("AX-FULL-8", "AX-TCP-26", "RFC9293 SHLD-31")
def test_what_finds_no_place_to_wait_is_counted(dut: Dut, peer: Peer, state: str) -> None:
    reached = came_to(dut, peer, state)

    for number in range(dut.profile["reorder_frames"] + 3):  # with a gap before each
        send(reached, GAP * (2 * number + 1), GAP)

    assert (reached.sock.state().state, dropped(reached)) == (state, (0, 3 * GAP))


@PEER_HAS_CLOSED
@pytest.mark.parametrize("at", [0, RING])
@scenario("AX-FULL-8", "RFC9293 SA-35")
def test_text_behind_the_fin_is_no_drop_for_lack_of_room(dut: Dut, peer: Peer, state: str, at: int) -> None:
    reached = came_to(dut, peer, state)

    send(reached, 1 + at, GAP)

    view = reached.sock.state()
    assert (view.state, view.rx, dropped(reached)) == (state, 0, (0, 0))
