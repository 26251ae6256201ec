# SPDX-License-Identifier: GPL-2.0-or-later
"""What ends between a look at its ring and the acknowledgement of its flag is told of by nothing, so the driver looks
once more. Each test is silent while it waits: the clock is held, and no fence or other frame wakes anybody."""

from __future__ import annotations

import pytest

from host.tests.virtual_nucleo.virtual_board import VirtualBoard, lacks
from host.tests.virtual_nucleo.wire_end import Wire, agree, wait_for_link, wired

pytestmark = pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")

ROUNDS = 8
LONG = bytes(1400)  # a frame that takes longer on the line than the driver to look
AT_ONCE_US = 10000  # a fifth of a beat, at which the driver looks for what nobody told of
DATAGRAM = 65507
SLOW = "10-full"  # Mbit/s: the ring fills before it empties
PARTS = 45  # more than there are transmit descriptors


def hold_still(board: VirtualBoard, wire: Wire, its: bytes) -> None:
    """Its clock stands, and nothing is on its way."""
    assert wire.answered(its, 1)
    wire.ping(its, 2)
    assert wire.answers_up_to(2)[-1:] == [2]
    board.type("@1 clock hold")
    board.serial.hear("@1= ok")


def test_a_frame_that_ends_behind_the_look_at_the_ring_is_answered() -> None:
    with wired() as (board, wire):
        its = wire.find()
        hold_still(board, wire, its)

        for number in range(4, 4 + 2 * ROUNDS, 2):
            untold = board.stat("untold_rx")
            with board.frozen():  # the second is on the line when the first one wakes the driver
                wire.ping(its, number, LONG)
                wire.ping(its, number + 1, LONG)
            assert wire.answers_up_to(number + 1) == [number, number + 1]
            assert board.stat("untold_rx") > untold
            assert board.stat("out_us") - board.stat("in_us") < AT_ONCE_US

        assert board.tell("strict") == "total=0"


def test_room_that_comes_behind_the_look_at_a_full_ring_is_used() -> None:
    with wired() as (board, wire):
        its = wire.find()
        agree(board, SLOW)
        wait_for_link(board)
        hold_still(board, wire, its)
        board.type(f"@2 udp open 100 1 {DATAGRAM} 1")
        board.serial.hear("@2= ok sock=1")
        board.type("@3 udp bind 1 0.0.0.0:7")
        board.serial.hear("@3= ok")

        for _ in range(ROUNDS):
            untold = board.stat("untold_tx")
            board.type(f"@4 udp send 1 10.0.0.1:9 pattern:1:0:{DATAGRAM}")
            board.serial.hear("@4= ok")
            assert len(wire.parts_in_silence(PARTS)) == PARTS
            assert board.stat("untold_tx") > untold

        assert board.tell("strict") == "total=0"
