# SPDX-License-Identifier: GPL-2.0-or-later
"""What a command says of the board that it takes: `plumb shell` and `plumb profile` in the words of `plumb run`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from plumbline.board import BenchSpec
from plumbline.errors import BenchError
from plumbline.plugin.nucleos import BOARD, RIG, WAIT
from plumbline.rig.lock import seconds


def add_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("on a bench that takes its board from the rig file")
    group.add_argument(BOARD, metavar="NAMES", help="which, with commas (default: any that is free)")
    group.add_argument(RIG, metavar="FILE", help="the rig file (default: $PLUMB_RIG, else where docs/rig.md says)")
    group.add_argument(WAIT, type=seconds, default=0, metavar="SECONDS", help="for a board that somebody has")


def check_options(spec: BenchSpec, options: argparse.Namespace) -> None:
    """BenchError for those that mean nothing on that bench."""
    given = {BOARD: options.board is not None, RIG: options.rig is not None, WAIT: options.wait}
    _check([option for option, is_given in given.items() if is_given], [spec])


def check_words(words: Sequence[str], specs: Sequence[BenchSpec]) -> None:
    """The same for those that go to pytest, once for all benches: one of them that it means something on is enough."""
    given = {word.partition("=")[0] for word in words}
    _check([option for option in (BOARD, RIG, WAIT) if option in given], specs)


def _check(options: Sequence[str], specs: Sequence[BenchSpec]) -> None:
    if options and all(spec.stands != "rig" for spec in specs):
        names, take = " and ".join(spec.name for spec in specs), "takes" if len(specs) == 1 else "take"
        raise BenchError(f"{names} {take} no board from the rig file: {options[0]} is for benches that do")
