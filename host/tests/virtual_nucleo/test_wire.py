# SPDX-License-Identifier: GPL-2.0-or-later
"""A board has one bench at its wire, and one after the other."""

from __future__ import annotations

import pytest

from host.tests.virtual_nucleo.virtual_board import VirtualBoard, lacks
from host.tests.virtual_nucleo.wire_end import SOON_S, Wire, wired
from plumbline.wire.port import WireClosed, WirePort

pytestmark = pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")


def test_a_second_bench_is_turned_away_at_once_and_the_first_does_not_notice() -> None:
    with wired() as (board, wire):
        its = wire.find()
        second = WirePort.at(board.wire_path)

        with pytest.raises(WireClosed, match=f"another bench has the wire {board.wire_path}"):
            second.receive(within_s=SOON_S)
        with pytest.raises(WireClosed, match="another bench has the wire"):
            second.wait_for_link(within_s=0)

        second.close()
        assert wire.answered(its, 1)


def test_whoever_comes_as_the_last_bench_goes_is_let_in() -> None:
    with VirtualBoard() as board:
        for _ in range(100):
            wire = Wire(board.wire_path)
            assert board.tell("stats")  # it had time to let it in
            wire.close()
        with WirePort.at(board.wire_path) as last:
            board.tell("stats")
            assert last.wait_for_link(within_s=0)
