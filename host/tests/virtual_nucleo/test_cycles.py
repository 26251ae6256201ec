# SPDX-License-Identifier: GPL-2.0-or-later
"""The core's cycle counter runs, and the device tells how long it was awake."""

from __future__ import annotations

import pytest

from host.tests.virtual_nucleo.virtual_board import VirtualBoard, lacks
from host.tests.virtual_nucleo.wire_end import wired

pytestmark = pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")


def totals(board: VirtualBoard, number: int) -> dict[str, int]:
    board.type(f"@{number} tasks")
    board.serial.hear(f"@{number}= ok ")
    pairs = (word.split("=") for word in board.serial.hear("\n").split())
    return {name: int(value) for name, value in pairs}


def test_cycles_count_while_the_core_is_awake() -> None:
    with wired() as (board, wire):
        its = wire.find()
        before = totals(board, 3)
        assert wire.answered(its, 1)
        after = totals(board, 4)

        assert 0 < before["longest_cycles"] <= before["cycles"]
        assert after["cycles"] > before["cycles"]
        assert after["longest_cycles"] >= before["longest_cycles"]
