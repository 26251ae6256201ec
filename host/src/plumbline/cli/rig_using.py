# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb rig flash`, `reset`, `halt`, `console` and `power`: the board is ours meanwhile."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from plumbline.board.spec import images_folder
from plumbline.cli.as_ctrl_c import as_ctrl_c
from plumbline.cli.rig_command import RigCommand, progress
from plumbline.cli.rig_terminal import talk_on
from plumbline.cli.streams import tell
from plumbline.errors import BenchError
from plumbline.probe.sayings import WRITES
from plumbline.rig import flashing
from plumbline.rig.power import Switch, switch
from plumbline.rig.spec import RigBoard
from plumbline.rig.using import refuse_another, take
from plumbline.scenario.checkout import Checkout


@as_ctrl_c()
def flash_board(options: argparse.Namespace, _rest: Sequence[str], checkout: Checkout) -> int:
    command = RigCommand(options, checkout)
    found = command.rig.find(options.board)
    image = flashing.image_for(found.platform, options.image or images_folder(checkout.root) / found.platform / "dut")
    purpose = command.purpose("plumb rig flash")
    with (
        _telling_of_half_an_image(found.name) as hears,
        command.lent(found) as board,
        take(board, purpose, command.machine, command.folders, note=tell, hear=_each(hears, progress(board))) as probe,
    ):
        _tell_whom(board)
        if options.no_proof:
            how = "was written" if flashing.flash(board, probe, image) else "was there"
            print(f"{board.name}: {image.path} {how}, and nobody asked whether it runs")
            return 0
        proved = flashing.flash_and_prove(board, probe, image)
    how = "written" if proved.was_written else "was there"
    print(f"{board.name}: {how}; it runs build {proved.said.build} for {proved.said.profile}")
    return 0


def _tell_whom(board: RigBoard) -> None:
    """A probe that hangs is heard of a minute later."""
    tell(f"{board.name}: asks {board.probe}")


@contextmanager
def _telling_of_half_an_image(name: str) -> Iterator[Callable[[str], None]]:
    """To who pressed Ctrl-C, or sent what means the same. It is to hear how far the flashing came."""
    heard: list[str] = []
    try:
        yield heard.append
    except KeyboardInterrupt:
        if WRITES in heard:
            tell(f"interrupted: {name} may have half an image; `plumb rig flash {name}` writes it anew")
        else:
            tell(f"interrupted: `plumb rig flash {name}` begins anew")
        raise


def _each(*hearers: Callable[[str], None]) -> Callable[[str], None]:
    def hear(word: str) -> None:
        for hearer in hearers:
            hearer(word)

    return hear


@as_ctrl_c()
def reset_board(options: argparse.Namespace, _rest: Sequence[str], checkout: Checkout) -> int:
    command = RigCommand(options, checkout)
    with (
        command.use() as board,
        take(board, command.purpose("plumb rig reset"), command.machine, command.folders, note=tell) as probe,
    ):
        _tell_whom(board)
        refuse_another(board, probe)
        probe.reset(leaves_halted=options.halt)
    print(f"{board.name}: {'stands ahead of its first instruction' if options.halt else 'runs from its start'}")
    return 0


@as_ctrl_c()
def halt_board(options: argparse.Namespace, _rest: Sequence[str], checkout: Checkout) -> int:
    """By no rung that resets it: what it has become is what a person wants to see."""
    command = RigCommand(options, checkout)
    with (
        command.use() as board,
        take(board, command.purpose("plumb rig halt"), command.machine, command.folders, note=tell) as probe,
    ):
        _tell_whom(board)
        refuse_another(board, probe)
        probe.halt()
    print(f"{board.name}: stands where it was; `plumb rig reset {board.name}` sets it going")
    return 0


@as_ctrl_c()
def power(options: argparse.Namespace, _rest: Sequence[str], checkout: Checkout) -> int:
    command = RigCommand(options, checkout)
    with command.use() as board, command.lock_for(board, f"plumb rig power {options.how}"):
        switch(board, Switch(options.how), command.machine, hear=progress(board))
    print(f"{board.name}: power {options.how}")
    return 0


def console(options: argparse.Namespace, _rest: Sequence[str], checkout: Checkout) -> int:
    command = RigCommand(options, checkout)
    if not sys.stdin.isatty():
        raise BenchError("a console needs a terminal; programs talk to the board by scenarios")
    with command.use() as board, command.lock_for(board, "plumb rig console"):
        if board.console is None:
            raise BenchError(f"{board.name}: the rig file has no `serial`")
        greeting = f"{board.name} at {board.console.path}. Ctrl-] leaves, Ctrl-T Ctrl-H helps; try help."
        talk_on(board.console, greeting)
    return 0
