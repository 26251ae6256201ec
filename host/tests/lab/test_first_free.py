# SPDX-License-Identifier: GPL-2.0-or-later
"""Of several places that a rig file names the first that is free is taken, or the first that is given back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest

from host.tests.lab.loopback_lab import PLATFORM, LoopbackLab, lacks, until
from host.tests.virtual_nucleo.virtual_board import ROOT
from plumbline.lab import borrowed, reach
from plumbline.rig.machine import Machine
from plumbline.rig.reading import read_rig
from plumbline.rig.taken import FromRig, TakenBoard
from plumbline.rig.using import Folders, Purpose

pytestmark = pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")
LONG_S = 600  # nobody waits for so long


@contextmanager
def taken(lab: LoopbackLab, folder: Path, notes: list[str]) -> Iterator[TakenBoard]:
    """By a bench, at a machine whose rig file names both places."""
    rig = folder / "rig.yaml"
    told = "- name: lab-{0}\n  platform: {1}\n  labgrid: {{coordinator: '{2}', place: desk-{0}}}\n"
    rig.write_text("".join(told.format(number, PLATFORM, lab.address) for number in (1, 2)))
    folders = Folders(lab.run, ROOT)
    source = FromRig(read_rig(rig), PLATFORM, (), Machine(), folders, partial(reach, folders))
    purpose = Purpose("scenarios", os.getpid(), 5, LONG_S)
    with source.taken(purpose, notes.append, lambda name, word: None) as board:
        yield board


def silent(_text: str) -> None:
    """For who wants no notes."""


def test_one_that_is_free_is_taken_before_anybody_is_waited_for(lab: LoopbackLab, tmp_path: Path) -> None:
    notes: list[str] = []
    with borrowed(lab.place("desk-1"), lab.lab, note=silent), taken(lab, tmp_path, notes) as ours:
        assert (ours.board.name, ours.entry) == ("desk-2", "lab-2")  # at labgrid's, and in the rig file

    assert notes == []
    until(lambda: lab.who() == {})


def test_the_one_that_is_given_back_is_taken(lab: LoopbackLab, tmp_path: Path) -> None:
    with borrowed(lab.place("desk-1"), lab.lab, note=silent), ExitStack() as second:
        second.enter_context(borrowed(lab.place("desk-2"), lab.lab, note=silent))

        class Notes(list[str]):
            def append(self, text: str) -> None:
                super().append(text)
                if text.startswith("lab-2: waits: "):  # then both are waited for
                    second.close()

        notes = Notes()
        with taken(lab, tmp_path, notes) as ours:
            assert ours.board.name == "desk-2"

    assert [note.split(" is taken:")[0] for note in notes] == [
        "lab-1: waits: labgrid's place desk-1", "lab-2: waits: labgrid's place desk-2",
    ]  # fmt: skip
    until(lambda: lab.who() == {})
