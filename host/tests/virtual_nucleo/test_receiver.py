# SPDX-License-Identifier: GPL-2.0-or-later
"""What months and bad luck do to the Ethernet MAC, and no peer can: the driver goes on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from host.tests.virtual_nucleo.virtual_board import VirtualBoard, lacks
from host.tests.virtual_nucleo.wire_end import Wire, wired

pytestmark = pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")

RESTS_US = 1000000  # twenty looks of the driver's at a receiver with nothing to do
WORKS_US = 500000  # ten at one with much to do: more in a row than one that hangs is given
BURST = 60  # more than the receive queue holds, so nothing more is counted
NUMBERS = 1 << 16  # of pings
BEAT_US = 50000
LEFT = 10  # frames
PINGS = 40  # more than there are descriptors, and than a counter has left to its half


@pytest.fixture
def board() -> Iterator[tuple[VirtualBoard, Wire]]:
    with wired() as both:
        yield both


def _pass(nucleo: VirtualBoard, us: int) -> None:
    """So long on the board's own clock."""
    until = nucleo.stat("us") + us
    while nucleo.stat("us") < until:
        pass


def test_a_receiver_that_missed_its_tail_is_told_again(board: tuple[VirtualBoard, Wire]) -> None:
    nucleo, wire = board
    its = wire.find()

    nucleo.tell("receiver suspend")

    assert wire.answered(its, 1)
    assert nucleo.tell("strict") == "total=0"


def test_a_receiver_that_hears_and_brings_nothing_is_reset(board: tuple[VirtualBoard, Wire]) -> None:
    nucleo, wire = board
    its = wire.find()
    resets = nucleo.stat("resets")

    nucleo.tell("receiver stick")

    assert all(wire.answered(its, number) for number in range(PINGS))
    assert nucleo.stat("resets") == resets
    assert nucleo.tell("strict") == "total=0"


def test_a_receiver_that_sticks_under_a_burst_is_reset(board: tuple[VirtualBoard, Wire]) -> None:
    nucleo, wire = board
    its = wire.find()

    nucleo.tell("receiver stick")
    for number in range(BURST):
        wire.ping(its, number)

    assert wire.answered(its, BURST)
    assert nucleo.tell("strict") == "total=0"


def test_a_receiver_that_sticks_where_nothing_is_for_it_alone_is_reset(board: tuple[VirtualBoard, Wire]) -> None:
    nucleo, wire = board
    its = wire.find()
    assert wire.answered(its, 1)  # and no question from before

    nucleo.tell("receiver stick")

    assert wire.find()  # asks all, again and again
    assert nucleo.tell("strict") == "total=0"


def test_a_receiver_that_works_or_rests_is_not_reset(board: tuple[VirtualBoard, Wire]) -> None:
    nucleo, wire = board
    its = wire.find()
    resets, overflowed = nucleo.stat("mac_resets"), nucleo.stat("overflowed")

    _pass(nucleo, RESTS_US)
    first, until = 0, nucleo.stat("us") + WORKS_US
    while nucleo.stat("us") < until:
        for number in range(first, first + BURST):
            wire.ping(its, number % NUMBERS)
        first += BURST
        assert wire.answered(its, first % NUMBERS)
    _pass(nucleo, RESTS_US)

    assert nucleo.stat("overflowed") > overflowed  # its queue was full
    assert nucleo.stat("mac_resets") == resets


def test_frames_that_the_stack_leaves_for_a_while_are_kept(board: tuple[VirtualBoard, Wire]) -> None:
    """The DMA brings nothing new to what it has in memory already: it is not reset for that."""
    nucleo, wire = board
    its = wire.find()
    assert wire.answered(its, 1)
    wire.ping(its, 2)
    assert wire.answers_up_to(2)[-1:] == [2]  # and nothing is on its way to the board
    nucleo.type("@3 link fault rx-hold on")
    nucleo.serial.hear("@3= ok")

    for number in range(3, 3 + LEFT):
        wire.ping(its, number)
        _pass(nucleo, BEAT_US)
    nucleo.type("@4 link fault rx-hold off")
    nucleo.serial.hear("@4= ok")

    assert wire.answers_up_to(2 + LEFT) == list(range(3, 3 + LEFT))


def test_a_frame_with_a_wrong_sum_of_its_own_is_nobodys(board: tuple[VirtualBoard, Wire]) -> None:
    nucleo, wire = board
    its = wire.find()
    assert wire.answered(its, 1)
    wire.ping(its, 2)
    assert wire.answers_up_to(2)[-1:] == [2]  # and nothing is on its way to the board
    bad = nucleo.stat("bad_crc")

    for number in range(4, PINGS, 2):
        nucleo.tell("spoil 1")
        wire.ping(its, number - 1)
        wire.ping(its, number)
        assert wire.answers_up_to(number) == [number]

    assert nucleo.stat("bad_crc") == bad + PINGS // 2 - 2
    assert nucleo.tell("strict") == "total=0"


def test_a_packet_with_a_wrong_sum_comes_in_and_is_nobodys(board: tuple[VirtualBoard, Wire]) -> None:
    """It is the stack that drops it, and not the MAC."""
    nucleo, wire = board
    its = wire.find()
    assert wire.answered(its, 1)
    wire.ping(its, 2)
    assert wire.answers_up_to(2)[-1:] == [2]  # and nothing is on its way to the board
    bad, received = nucleo.stat("bad_sum"), nucleo.stat("received")

    wire.ping(its, 3, spoiled=True)
    wire.ping(its, 4)

    assert wire.answers_up_to(4) == [4]
    assert nucleo.stat("bad_sum") == bad + 1
    assert nucleo.stat("received") == received + 2
    assert nucleo.tell("strict") == "total=0"


def test_a_frame_that_dribbles_is_nobodys(board: tuple[VirtualBoard, Wire]) -> None:
    """The MAC hands it up with an error: the driver has to look."""
    nucleo, wire = board
    its = wire.find()
    assert wire.answered(its, 1)
    wire.ping(its, 2)
    assert wire.answers_up_to(2)[-1:] == [2]

    nucleo.tell(f"dribble {PINGS}")
    for number in range(3, PINGS + 4):
        wire.ping(its, number)

    assert wire.answers_up_to(PINGS + 3) == [PINGS + 3]
    assert nucleo.stat("dribbled") == PINGS
    assert nucleo.tell("strict") == "total=0"


def test_a_frame_that_is_too_long_and_dribbles_takes_no_other_along(board: tuple[VirtualBoard, Wire]) -> None:
    """Its parts fill more than one buffer, and the last of them has the error."""
    nucleo, wire = board
    its = wire.find()
    assert wire.answered(its, 1)
    wire.ping(its, 2)
    assert wire.answers_up_to(2)[-1:] == [2]

    for number in range(3, PINGS):
        nucleo.tell("dribble 1")
        wire.send_too_long(its)
        wire.ping(its, number)
        assert wire.answers_up_to(number) == [number]

    assert nucleo.tell("strict") == "total=0"


@pytest.mark.parametrize("how_full", ["half", "full"])
def test_counters_that_reach_their_half_or_their_end_interrupt_nobody(
    board: tuple[VirtualBoard, Wire], how_full: str
) -> None:
    nucleo, wire = board
    its = wire.find()

    nucleo.tell(f"counters {how_full}")

    assert all(wire.answered(its, number) for number in range(PINGS))
    assert nucleo.tell("strict") == "total=0"
