# SPDX-License-Identifier: GPL-2.0-or-later
"""What the program says that keeps a place is heard to its last word, in whatever pieces it comes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from plumbline.lab.keeper import Keeper
from plumbline.lab.program import Labgrid

KEEP = """
import os, sys
os.write(1, {said!r})
sys.stdin.read()
"""


def labgrid(folder: Path, said: bytes) -> Labgrid:
    """One whose program says that, at once, and goes when it may."""
    ours = folder / "plumbline_labgrid"
    ours.mkdir()
    (ours / "__init__.py").touch()
    (ours / "keep.py").write_text(KEEP.format(said=said))
    return Labgrid(Path(sys.executable), folder)


@pytest.mark.parametrize("before", [b"", b'{"note": "waits"}\nof no interest\n'])
def test_a_loss_that_comes_in_one_piece_with_the_place_is_told(tmp_path: Path, before: bytes) -> None:
    notes: list[str] = []
    program = labgrid(tmp_path, before + b'{"place": "desk-1"}\n{"lost": "labgrid\'s coordinator went away"}\n')

    with Keeper(program, {}, wait_s=0, note=notes.append) as keeper:
        assert keeper.told == {"place": "desk-1"}

    assert notes[-1] == "labgrid's coordinator went away"
