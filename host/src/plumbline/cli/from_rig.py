# SPDX-License-Identifier: GPL-2.0-or-later
"""What `plumb shell` and `plumb profile` say of the board that they take, in the words of `plumb run`."""

from __future__ import annotations

import argparse

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
    if spec.stands != "rig" and (asked := [option for option, is_given in given.items() if is_given]):
        raise BenchError(f"{spec.name} takes no board from the rig file: {asked[0]} is for benches that do")
