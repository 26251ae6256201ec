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
os.write(1, {last!r})
"""


def labgrid(folder: Path, said: bytes, last: bytes = b"") -> Labgrid:
    """One whose program says that, at once, and goes when it may, with its last word."""
    ours = folder / "plumbline_labgrid"
    ours.mkdir()
    (ours / "__init__.py").touch()
    (ours / "keep.py").write_text(KEEP.format(said=said, last=last))
    return Labgrid(Path(sys.executable), folder)


@pytest.mark.parametrize("before", [b"", b'{"note": "waits"}\nof no interest\n'])
def test_a_loss_that_comes_in_one_piece_with_the_place_is_told(tmp_path: Path, before: bytes) -> None:
    notes: list[str] = []
    program = labgrid(tmp_path, before + b'{"place": "desk-1"}\n{"lost": "labgrid\'s coordinator went away"}\n')

    with Keeper(program, {}, wait_s=0, note=notes.append) as keeper:
        assert keeper.told == {"place": "desk-1"}

    assert notes[-1] == "labgrid's coordinator went away"


def test_a_loss_that_comes_with_the_end_is_told(tmp_path: Path) -> None:
    """Said on the way out, when nobody asks the place any more."""
    notes: list[str] = []
    program = labgrid(tmp_path, b'{"place": "desk-1"}\n', b'{"lost": "labgrid\'s coordinator went away"}\n')

    with Keeper(program, {}, wait_s=0, note=notes.append) as keeper:
        assert keeper.told == {"place": "desk-1"}
        assert notes == []

    assert notes == ["labgrid's coordinator went away"]
