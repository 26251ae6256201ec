# SPDX-License-Identifier: GPL-2.0-or-later
"""What breaks in a lab is named, and is the bench's fault."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from host.tests.lab.loopback_lab import LoopbackLab, lacks, until
from host.tests.virtual_nucleo.virtual_board import ROOT
from plumbline.errors import BenchError
from plumbline.lab import Labgrid, borrowed, labgrid_of

pytestmark = pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")


def borrow(lab: LoopbackLab, name: str | None) -> str:
    place = lab.place(name) if name else lab.any_place()
    with borrowed(place, lab.lab, note=lambda text: None) as board:
        return board.name


def test_a_place_whose_board_or_exporter_is_gone_is_passed_by_and_named(frail: LoopbackLab) -> None:
    frail.boards[0].__exit__(None, None, None)
    until(lambda: "desk-1" not in frail.client("resources"))

    assert borrow(frail, None) == "desk-2"
    with pytest.raises(BenchError, match="no board is behind labgrid's place desk-1:\n.* its serial port is not there"):
        borrow(frail, "desk-1")

    frail.exporter.kill()
    until(lambda: "desk-2" not in frail.client("resources"))
    with pytest.raises(BenchError, match=r"desk-2: no exporter offers a PlumblineBoard for it \(it has \*/desk-2/\*\)"):
        borrow(frail, None)


def test_a_coordinator_that_goes_meanwhile_is_told_and_takes_nothing_from_the_run(frail: LoopbackLab) -> None:
    notes: list[str] = []
    with borrowed(frail.place("desk-1"), frail.lab, note=notes.append) as board:
        frail.coordinator.kill()
        assert board.name == "desk-1"

    assert notes == ["lab: labgrid's coordinator went away; it may have given desk-1 to others"]
    with pytest.raises(BenchError, match="labgrid's coordinator does not answer at 127.0.0.1"):
        borrow(frail, "desk-1")


def test_a_python_without_labgrid_is_named_with_its_own_last_words(lab: LoopbackLab) -> None:
    without = replace(lab.lab, labgrid=Labgrid(Path(sys.executable), lab.labgrid.ours))

    with (
        pytest.raises(BenchError, match="(?s)labgrid's client ended without a word.*No module named"),
        borrowed(lab.place("desk-1"), without, note=lambda text: None),
    ):
        pass


def test_what_is_no_program_is_named(lab: LoopbackLab, tmp_path: Path) -> None:
    none = replace(lab.lab, labgrid=Labgrid(tmp_path, lab.labgrid.ours))

    with (
        pytest.raises(BenchError, match=f"{tmp_path} does not start: Permission denied"),
        borrowed(lab.place("desk-1"), none, note=lambda text: None),
    ):
        pass


def test_labgrid_that_is_not_installed_is_one_command_away(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="labgrid is not installed: .*; run `make labgrid`, or name one"):
        labgrid_of(tmp_path, {})
    with pytest.raises(BenchError, match="there is no /no/python; \\$PLUMB_LABGRID names it"):
        labgrid_of(ROOT, {"PLUMB_LABGRID": "/no/python"})
