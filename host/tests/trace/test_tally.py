# SPDX-License-Identifier: GPL-2.0-or-later
"""The files of several emulators, written here as the plugin would write them."""

import struct
from pathlib import Path

import pytest

from plumbline.errors import BenchError
from plumbline.trace import tally
from plumbline.trace.symbols import Symbols
from plumbline.trace.tally import Tally

MAGIC = 0x3145434152544C50


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tally:
    monkeypatch.setattr(tally, "read_symbols", lambda image: Symbols(["00000041 00000008 T main"]))
    (tmp_path / "insn.so").touch()
    folder = tmp_path / "kept"
    folder.mkdir()
    return Tally(folder, tmp_path / "image", tmp_path / "insn.so")


def count(options: tuple[str, ...], ran: list[int]) -> None:
    words = dict(word.split("=") for word in options[1].split(",")[1:])
    start = int(words["ran"].split("-")[0], 16)
    Path(words["out"]).write_bytes(struct.pack(f"={6 + len(ran)}Q", MAGIC, 0, 0, 0, start, len(ran), *ran))


def test_what_several_emulators_ran_is_added_up(kept: Tally) -> None:
    count(kept.options(), [1, 0, 5, 0])
    count(kept.options(), [2, 0, 0, 0])

    assert kept.ran() == {0x40: 3, 0x44: 5}


def test_an_emulator_that_did_not_start_ran_nothing(kept: Tally) -> None:
    count(kept.options(), [1])
    kept.options()

    assert kept.ran() == {0x40: 1}


def test_a_missing_plugin_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="make trace-plugin"):
        Tally(tmp_path, tmp_path / "image", tmp_path / "insn.so")
