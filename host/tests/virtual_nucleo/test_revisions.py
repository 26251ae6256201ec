# SPDX-License-Identifier: GPL-2.0-or-later
"""A board may have an older chip on it: what its errata ask for is done on each."""

from __future__ import annotations

import pytest

from host.tests.virtual_nucleo.virtual_board import READY, VirtualBoard, flash, lacks

pytestmark = pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")

REVISION_Y = 0x10036450


def test_revision_y_starts_as_its_errata_ask_for() -> None:
    with VirtualBoard() as board:
        board.tell(f"chip {REVISION_Y:#x}")
        assert board.openocd(flash()).status == 0

        board.serial.hear(READY)

        assert board.tell("strict") == "total=0"
