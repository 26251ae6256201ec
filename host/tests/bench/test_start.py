# SPDX-License-Identifier: GPL-2.0-or-later
"""A device that did not take the boot word is no device to judge: its clock is not where scenarios think."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from plumbline.bench import Bench
from plumbline.bench.identity import check_start
from plumbline.board import BenchSpec, StartWord, load_bench
from plumbline.errors import BenchError
from plumbline.shell.protocol import Fields

ROOT = Path(__file__).resolve().parents[3]


def with_boot_word_at(name: str, address: int) -> BenchSpec:
    spec = load_bench(name, ROOT)
    assert spec.board.machine is not None
    return replace(spec, board=replace(spec.board, machine=replace(spec.board.machine, boot_word=address)))


@pytest.mark.parametrize(("board", "address"), [("mps2-an500", 0x20300000), ("lm3s6965evb", 0x10)])
def test_a_boot_word_where_no_firmware_looks_is_the_benchs_fault(board: str, address: int) -> None:
    with pytest.raises(BenchError) as caught:
        Bench(with_boot_word_at(board, address))

    told, clock = str(caught.value).splitlines()
    assert told == f"the device did not take the boot word at {address:#x}: fixtures/boards/{board}.toml"
    assert clock == "  its clock is running, and was to be held at 0 ms"


@pytest.mark.parametrize(
    ("held_at_ms", "clock", "says"),
    [
        (5, {"held": "1", "now": "0"}, "is held at 0 ms, and was to be held at 5 ms"),
        (5, {"held": "0", "now": "5"}, "is running, and was to be held at 5 ms"),
        (None, {"held": "1", "now": "0"}, "is held at 0 ms, and was to be running"),
    ],
)
def test_a_clock_that_is_elsewhere_is_named(held_at_ms: int | None, clock: dict[str, str], says: str) -> None:
    with pytest.raises(BenchError, match=says):
        check_start(load_bench("native", ROOT), StartWord(held_at_ms), Fields(clock))


@pytest.mark.parametrize("held_at_ms", [0, 0xFFFFF000, None])
@pytest.mark.parametrize("name", ["native", "mps2-an500"])
def test_a_clock_that_is_where_it_is_to_be_is_taken(name: str, held_at_ms: int | None) -> None:
    Bench(load_bench(name, ROOT), held_at_ms=held_at_ms).close()
