# SPDX-License-Identifier: GPL-2.0-or-later
"""What a session asks for reaches the rack of its Nucleos. No board is taken here."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from host.tests.virtual_nucleo.virtual_board import ROOT, lacks
from plumbline.board import load_bench
from plumbline.errors import BenchError
from plumbline.plugin import nucleos
from plumbline.plugin.nucleos import rack_of
from plumbline.rig.nucleo_rack import NucleoRack
from plumbline.rig.taken import Virtual
from plumbline.scenario.checkout import find_checkout

pytestmark = pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")

SPEC = load_bench("nucleo-h743zi-virtual", ROOT)
UNASKED = {"hold_in": None, "rig": None, "board": None, "wait": 0.0, "new_devices": False}


def rack(worker: str = "", **asked: object) -> NucleoRack:
    """Of one of xdist's workers, or of a session without."""
    options = {**UNASKED, **asked}
    plugins = SimpleNamespace(getplugin=lambda name: None)
    config = SimpleNamespace(getoption=options.__getitem__, pluginmanager=plugins)
    if worker:
        config.workerinput = {"workerid": worker}
    return rack_of(SPEC, find_checkout(ROOT), cast(pytest.Config, config))


@pytest.mark.parametrize(("worker", "number"), [("", 0), ("gw0", 0), ("gw1", 1), ("gw12", 12)])
def test_the_virtual_boards_of_a_sessions_workers_are_apart(worker: str, number: int) -> None:
    assert rack(worker)._source == Virtual(SPEC.board.name, ROOT, number, os.getpid())


@pytest.mark.parametrize(("new_devices", "keeps"), [(False, True), (True, False)])
def test_whoever_wants_new_devices_gets_no_warm_starts(new_devices: bool, keeps: bool) -> None:
    assert rack(new_devices=new_devices)._keeps is keeps


def test_it_waits_for_a_board_as_long_as_was_asked() -> None:
    assert (rack()._wait_s, rack(wait=7.0)._wait_s) == (0, 7.0)


RACK = NucleoRack(SPEC, Virtual(SPEC.board.name, ROOT, 0, 0), progress=lambda board, word: None)


@pytest.mark.parametrize(
    ("variable", "asked", "entry", "words"),
    [
        ("", {}, "", []),
        ("", {}, "desk-1", ["--board", "desk-1"]),
        ("", {"board": "desk-1,desk-2"}, "", ["--board", "desk-1,desk-2"]),
        ("", {"board": "desk-1,desk-2"}, "desk-2", ["--board", "desk-2"]),
        ("/else.yaml", {}, "desk-1", ["--rig", "/else.yaml", "--board", "desk-1"]),
        ("/else.yaml", {"rig": "mine.yaml"}, "", ["--rig", str(Path("mine.yaml").absolute())]),
    ],
)
def test_the_board_that_was_taken_is_taken_again_or_one_that_was_asked_for(
    monkeypatch: pytest.MonkeyPatch, variable: str, asked: dict[str, str], entry: str, words: list[str]
) -> None:
    monkeypatch.setenv("PLUMB_RIG", variable)
    monkeypatch.setattr(RACK, "entry", entry)
    options = {**UNASKED, **asked}
    config = cast(pytest.Config, SimpleNamespace(getoption=options.__getitem__))

    assert nucleos.again(config, RACK) == words


def test_a_board_is_not_held_for_a_debugger_and_the_way_to_debug_it_is_told() -> None:
    with pytest.raises(BenchError, match=r"debugged by its probe, not by `plumb debug`: start a virtual one by hand"):
        rack(hold_in="/tmp/nowhere")
