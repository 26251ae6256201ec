# SPDX-License-Identifier: GPL-2.0-or-later
"""The commands of `plumb rig`: scan, check, list, export, flash, reset, halt, console, power, hold, release."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from plumbline.cli import rig_holding, rig_looking, rig_using
from plumbline.rig.lock import seconds
from plumbline.rig.power import Switch

_EPILOG = """
examples:
  plumb rig scan                          what is on this desk; writes the rig file
  plumb rig check --mend                  what is missing, and mend what may be mended
  plumb rig flash desk-1                  the board's image, proved over its shell
  plumb rig hold desk-1 'a scope is on it' --for 2h

exit status: 0 all is well; 1 check found something missing; 2 it cannot be done, and why
"""
_Add = Callable[..., argparse.ArgumentParser]


def add_rig(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "rig",
        help="boards on desks: find, check, flash, reset, talk to, hold",
        description="Boards on desks.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    inside = parser.add_subparsers(dest="command_of_rig", required=True, metavar="COMMAND")

    def add(name: str, help_: str, go: object) -> argparse.ArgumentParser:
        each = inside.add_parser(name, help=help_, description=f"{help_}.", allow_abbrev=False)
        each.add_argument(
            "--rig", metavar="FILE", help="the rig file (default: $PLUMB_RIG, else where docs/rig.md says)"
        )
        each.set_defaults(go=go, takes_more=False)
        return each

    _add_looking(add)
    _add_using(add)
    _add_holding(add)


def _add_looking(add: _Add) -> None:
    parser = add("scan", "find probes, serial and network ports, and write them to the rig file", rig_looking.scan_desk)
    parser.add_argument("--print", action="store_true", help="print what would be written, and write nothing")
    parser = add("check", "say in plain words what is missing, and what mends it", rig_looking.check)
    parser.add_argument("board", nargs="?", metavar="BOARD", help="by name or probe (default: all)")
    parser.add_argument(
        "--bench", metavar="BENCH", help="only boards that a run there may take; what is their firmware's is a note"
    )
    parser.add_argument("--mend", action="store_true", help="run the commands that take nothing from anybody")
    add("list", "the boards of the rig file, and who has them", rig_looking.show)
    add("export", "print the boards of the rig file as labgrid's exporter has them", rig_looking.export)


def _add_using(add: _Add) -> None:
    parser = add("flash", "put an image on a board, unless it is there, and prove that it runs", rig_using.flash_board)
    _board(parser)
    parser.add_argument("--image", type=Path, metavar="FILE", help="an ELF file (default: the board's dut)")
    parser.add_argument("--no-proof", action="store_true", help="for an image that has no shell")
    _wait(parser)
    parser = add("reset", "start a board anew", rig_using.reset_board)
    _board(parser)
    parser.add_argument("--halt", action="store_true", help="leave it ahead of its first instruction")
    _wait(parser)
    parser = add("halt", "stop a board's core where it stands, for a debugger", rig_using.halt_board)
    _board(parser)
    _wait(parser)
    parser = add("console", "talk to whatever runs on a board; `plumb shell` flashes it first", rig_using.console)
    _board(parser)
    _wait(parser)
    parser = add("power", "switch a board's power", rig_using.power)
    parser.add_argument("how", choices=[each.value for each in Switch])
    _board(parser)
    _wait(parser)


def _add_holding(add: _Add) -> None:
    parser = add("hold", "keep a board for yourself for a while", rig_holding.hold)
    parser.add_argument("board", metavar="BOARD")
    parser.add_argument("purpose", type=rig_holding.purpose, metavar="WHAT_FOR", help="others read it")
    parser.add_argument(
        "--for", dest="time", default="2h", type=rig_holding.duration, metavar="TIME", help="30m, 2h, 1d (default: 2h)"
    )
    parser = add("release", "end a hold", rig_holding.release)
    parser.add_argument("board", metavar="BOARD")
    parser.add_argument("--anyway", action="store_true", help="somebody else's too")


def _board(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("board", nargs="?", metavar="BOARD", help="by name or probe; needless where there is one")


def _wait(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--wait", type=seconds, default=0, metavar="SECONDS", help="for whoever has the board")
