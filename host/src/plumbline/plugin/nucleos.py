# SPDX-License-Identifier: GPL-2.0-or-later
"""Nucleos for a session: from which rig file, which of its boards, and what a person sees meanwhile."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from plumbline.board import BenchSpec, load_bench
from plumbline.errors import BenchError, PlumblineError
from plumbline.lab import from_rig, source_of
from plumbline.probe import checked_openocd
from plumbline.probe.script import GDB_PORT, gdb_server
from plumbline.rig.lock import seconds
from plumbline.rig.nucleo_rack import NucleoRack
from plumbline.rig.rig_file import VARIABLE
from plumbline.rig.spec import RigBoard
from plumbline.rig.taken import FromRig, Progress, Source
from plumbline.rig.using import Purpose, setup_of
from plumbline.scenario.checkout import Checkout, find_checkout

_LEASE_MINUTES = 5  # of who only waits
BOARD, RIG, WAIT = "--board", "--rig", "--wait"


def add_options(group: pytest.OptionGroup) -> None:
    group.addoption(
        BOARD, metavar="NAMES", help="on a bench that takes its board from the rig file: which, with commas (any free)"
    )
    group.addoption(
        WAIT,
        type=seconds,
        default=0,
        metavar="SECONDS",
        help="for boards that are let go, in all: one, or as many as -n asks for",
    )
    group.addoption(RIG, metavar="FILE", help="the rig file (default: $PLUMB_RIG, else where docs/rig.md says)")


def rack_of(spec: BenchSpec, checkout: Checkout, config: pytest.Config) -> NucleoRack:
    """BenchError for a rig file that cannot be used. No board is taken yet."""
    checked_openocd()
    source = source_of(
        spec, checkout.root, rig=config.getoption("rig"), names=config.getoption("board"), number=_worker_number(config)
    )
    if config.getoption("hold_in"):
        raise _debugged_by_its_probe(spec, source)
    return NucleoRack(
        spec,
        source,
        progress=_progress(config),
        wait_s=config.getoption("wait"),
        keeps=not config.getoption("new_devices"),
    )


def _debugged_by_its_probe(spec: BenchSpec, source: Source) -> BenchError:
    told = f"{spec.board.name} is debugged by its probe, not by `plumb debug`: "
    if not isinstance(source, FromRig):
        return BenchError(f"{told}start a virtual one by hand, and take it from a rig file (docs/rig.md)")
    setups = [setup_of(each, source.folders) for each in source.boards() if isinstance(each, RigBoard)]
    if not setups:
        return BenchError(f"{told}at the machine where labgrid has it, with a rig file that names the board")
    servers = "\n".join(f"  {gdb_server(setup)}" for setup in setups)
    gdb = f"  gdb-multiarch {spec.board.image} -ex 'target extended-remote :{GDB_PORT}'"
    return BenchError(f"{told}`plumb rig hold` it, then\n{servers}\n{gdb}")


def again(config: pytest.Config, rack: NucleoRack | None) -> list[str]:
    """The options that take the board which the rack has; where it has none, those that were asked for."""
    rig = config.getoption("rig") or os.environ.get(VARIABLE)
    board = (rack.entry if rack else "") or config.getoption("board")
    return [*([RIG, str(Path(rig).absolute())] if rig else []), *([BOARD, board] if board else [])]


def cut_workers(config: pytest.Config) -> None:
    """To the boards that there are, once as many are let go as were asked for, or the time is over in which one is
    waited for: each worker takes its own, in what is left of it."""
    if not getattr(config.option, "numprocesses", None) or hasattr(config, "workerinput"):
        return
    try:
        checkout = find_checkout(config.rootpath)
        spec = load_bench(config.getoption("bench"), checkout.root)
        if spec.stands != "rig":
            return
        rig, names = config.getoption("rig"), config.getoption("board")
        source = from_rig(spec.board.name, checkout.root, rig=rig, names=names)
        count = _awaited(source, spec, config)
    except PlumblineError:
        return  # said once scenarios are collected
    asked = config.option.numprocesses
    if count is None or (isinstance(asked, int) and asked <= count):
        return
    config.option.maxprocesses = max(count, 1)
    workers = f"{'as many workers' if count > 1 else 'one worker'}, not {asked}"
    _say(f"{_told(count, spec.board.name)}: {workers}")


def _awaited(source: FromRig, spec: BenchSpec, config: pytest.Config) -> int | None:
    """How many are free. Whoever asks for `auto` workers asks for no more than those."""
    count, asked, wait_s = source.count(), config.option.numprocesses, config.getoption("wait")
    there = len(source.boards())
    if not wait_s or count is None or not isinstance(asked, int) or min(asked, there) <= count:
        return count
    wanted = min(asked, there)
    _say(f"{_told(count, spec.board.name)}: waits {wait_s:g} s at most for {wanted - count} more")
    began = time.monotonic()
    purpose = Purpose(f"waits to run scenarios on {spec.name}", os.getpid(), _LEASE_MINUTES, wait_s)
    source.wait_for_more(wanted - count, purpose, _say)
    config.option.wait = max(wait_s - (time.monotonic() - began), 0.0)  # xdist hands it on to the workers
    return source.count()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _told(count: int, platform: str) -> str:
    if count > 1:
        return f"{count} boards of {platform} are free"
    return f"{'one' if count else 'no'} board of {platform} is free"


def _worker_number(config: pytest.Config) -> int:
    """0 without xdist, and for its first worker."""
    name: str = getattr(config, "workerinput", {}).get("workerid", "gw0")
    return int(name.removeprefix("gw"))


def _progress(config: pytest.Config) -> Progress:
    capture = config.pluginmanager.getplugin("capturemanager")
    worker = getattr(config, "workerinput", {}).get("workerid", "")

    def tell(board: str, word: str) -> None:
        text = ": ".join(filter(None, [worker, board, word]))
        with capture.global_and_fixture_disabled():
            print(text, file=sys.stderr, flush=True)

    return tell
