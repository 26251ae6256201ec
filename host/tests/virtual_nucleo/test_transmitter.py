# SPDX-License-Identifier: GPL-2.0-or-later
"""The transmitter hangs, and no peer can make it: the driver goes on. One that waits for its cable is let wait."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from host.tests.virtual_nucleo.virtual_board import VirtualBoard, lacks
from host.tests.virtual_nucleo.wire_end import Wire, wait_for_cable, wired

pytestmark = pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")

BURST = 60  # answers: more than there are descriptors
PART = 1480  # bytes of a datagram in a frame
WAITS_US = 3000000  # longer than any frame is on its way while there is a link


@pytest.fixture
def board() -> Iterator[tuple[VirtualBoard, Wire]]:
    with wired() as both:
        yield both


@pytest.mark.parametrize("frames", [1, BURST])
def test_a_transmitter_that_sends_nothing_is_reset(board: tuple[VirtualBoard, Wire], frames: int) -> None:
    nucleo, wire = board
    its = wire.find()
    assert wire.answered(its, 1)
    resets, mac_resets = nucleo.stat("resets"), nucleo.stat("mac_resets")

    nucleo.tell("transmitter stick")
    for number in range(2, 2 + frames):
        wire.ping(its, number)

    assert wire.answered(its, 2 + frames)
    assert nucleo.stat("mac_resets") == mac_resets + 1
    assert nucleo.stat("resets") == resets
    assert nucleo.tell("strict") == "total=0"


def test_so_is_one_that_has_no_room_for_the_answer_to_a_fence(board: tuple[VirtualBoard, Wire]) -> None:
    """Behind a fence nothing is received until it is answered."""
    nucleo, wire = board
    its = wire.find()
    mac_resets = nucleo.stat("mac_resets")

    nucleo.tell("transmitter stick")
    for number in range(BURST):
        wire.ping(its, number)

    wire.rest(its)
    assert nucleo.stat("mac_resets") == mac_resets + 1


def test_a_transmitter_that_waits_for_its_cable_is_not_reset(board: tuple[VirtualBoard, Wire]) -> None:
    nucleo, wire = board
    wire.find()
    mac_resets = nucleo.stat("mac_resets")

    nucleo.type(f"@3 udp open 100 1 {4 * PART} 1")
    nucleo.serial.hear("@3= ok sock=1")
    nucleo.type("@4 udp bind 1 0.0.0.0:7")
    nucleo.serial.hear("@4= ok")
    nucleo.tell("link cut 1")
    nucleo.type(f"@5 udp send 1 10.0.0.1:9 pattern:1:0:{3 * PART}")
    nucleo.serial.hear("@5= ok")
    wait_for_cable(nucleo, "out")
    until = nucleo.stat("us") + WAITS_US
    while nucleo.stat("us") < until:
        pass

    assert nucleo.stat("mac_resets") == mac_resets
    nucleo.tell("link up")
    wait_for_cable(nucleo, "in")
    assert nucleo.stat("mac_resets") == mac_resets
    assert nucleo.tell("strict") == "total=0"
