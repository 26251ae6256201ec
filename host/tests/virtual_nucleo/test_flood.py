# SPDX-License-Identifier: GPL-2.0-or-later
"""More comes than the board can take, on either of its lines: what is lost is lost, and it goes on."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from host.tests.virtual_nucleo.virtual_board import ATTACH, READY, VirtualBoard, lacks
from host.tests.virtual_nucleo.wire_end import SOON_S, Wire, wired

pytestmark = pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")

RING = 24  # receive descriptors
FLOOD = 40 * RING  # frames: some of them come while it starts
ROUNDS = 3
UART_FIFO = 16  # bytes


@pytest.fixture
def board() -> Iterator[tuple[VirtualBoard, Wire]]:
    with wired() as both:
        yield both


def test_a_warm_start_in_a_flood_begins_its_ring_anew(board: tuple[VirtualBoard, Wire]) -> None:
    nucleo, wire = board
    its = wire.find()
    resets = nucleo.stat("resets")

    for _ in range(ROUNDS):
        nucleo.type("@1 reset")
        wire.flood(its, FLOOD)
        nucleo.serial.hear(READY)

        assert wire.find() == its
        assert all(wire.answered(its, FLOOD + number) for number in range(2 * RING))
    assert nucleo.stat("resets") == resets
    assert nucleo.tell("strict") == "total=0"


def test_a_uart_that_lost_bytes_hears_the_next_line(board: tuple[VirtualBoard, Wire]) -> None:
    nucleo, _ = board
    assert nucleo.openocd(ATTACH, "init", "halt", "shutdown").status == 0
    nucleo.type("@1 clock" + UART_FIFO * " ")
    until = time.monotonic() + SOON_S
    while nucleo.stat("serial_overruns") == 0:
        assert time.monotonic() < until, "no byte is lost"

    assert nucleo.openocd(ATTACH, "init", "resume", "shutdown").status == 0

    nucleo.type("")
    nucleo.type("@2 clock")
    nucleo.serial.hear("@2= ok")
    assert nucleo.tell("strict") == "total=0"
