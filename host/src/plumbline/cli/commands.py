# SPDX-License-Identifier: GPL-2.0-or-later
"""The commands of `plumb`: run, summary, list, shell, debug, profile, requirements, cost, rig."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from plumbline.cli import cost, coverage, debug, digest, from_rig, listing, profile, run, terminal
from plumbline.cli.rig import add_rig
from plumbline.cli.streams import drop_what_is_stuck, tell
from plumbline.errors import PlumblineError
from plumbline.rig import rig_file
from plumbline.scenario.checkout import find_checkout

USAGE = 2
_EPILOG = """
examples:
  plumb run                                   every scenario on the bench native
  plumb run --bench native,native-asan -n 2   on two benches, two processes each
  plumb run -k zero_window --lf               pytest's own options follow as they are
  plumb run 'scenarios/udp/test_length.py::test_lies[short]'
  plumb list --json                           what there is, without a device
  plumb debug --bench mps2-an500 'scenarios/smoke/test_alive.py::test_answers_ping'
  plumb shell --bench native                  talk to a device; Ctrl-D leaves

exit status of run: 0 all passed; 1 a failure; 2 an ERROR, a lost worker, wrong usage, or interrupted
"""
_MORE_OF_RUN = """
what goes to pytest, for instance:
  -k WORDS, -m MARKS, --lf       which scenarios: by name, by mark, what failed last
  --way core|all|turns|NAMES     by which styles of sockets
  -n COUNT                       so many processes

on a bench that takes its board from the rig file:
  --board NAMES                  which, with commas (default: any that is free)
  --rig FILE                     the rig file (default: $PLUMB_RIG, else where docs/rig.md says)
  --wait SECONDS                 for boards that are let go, in all: one, or as many as -n asks for
  -n COUNT                       so many boards at once, a process at each; cut to those that are free
"""


def obey(arguments: Sequence[str] | None) -> int:
    try:
        return _obey(arguments)
    except PlumblineError as error:
        tell(f"plumb: {error}")
        return USAGE
    except BrokenPipeError:  # `plumb list | head`
        drop_what_is_stuck()
        return 0
    except OSError as error:  # what is written elsewhere is a PlumblineError, or a mistake of ours
        if error.filename is not None or error.errno not in (errno.ENOSPC, errno.EIO):
            raise
        drop_what_is_stuck()
        tell(f"plumb: what it says cannot be written: {error.strerror}")
        return USAGE


def _obey(arguments: Sequence[str] | None) -> int:
    """With all that it says written, or an OSError."""
    options, rest = _understood(arguments)
    rig_file.anchor(os.environ, Path.cwd())
    status: int = options.go(options, rest, find_checkout(Path.cwd()))
    sys.stdout.flush()
    return status


def _understood(arguments: Sequence[str] | None) -> tuple[argparse.Namespace, list[str]]:
    usage = parser()
    try:
        options, rest = usage.parse_known_args(arguments)
    except SystemExit:  # --help
        sys.stdout.flush()
        raise
    if rest and not options.takes_more:
        usage.error(f"{options.command} takes no {' '.join(rest)}")
    return options, rest


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="plumb",
        description="Scenarios for TCP/IP stacks, on devices that really run.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_run(commands)
    _add_summary(commands)
    _add_list(commands)
    _add_shell(commands)
    _add_debug(commands)
    _add_profile(commands)
    _add_requirements(commands)
    _add_cost(commands)
    add_rig(commands)
    return parser


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, help_: str, **defaults: object
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help_, description=f"{help_}.", allow_abbrev=False)
    parser.set_defaults(**{"takes_more": False, **defaults})
    return parser


def _bench(parser: argparse.ArgumentParser, help_: str) -> None:
    default = os.environ.get("PLUMB_BENCH", "native")
    parser.add_argument(
        "--bench", default=default, metavar="NAME", help=f"{help_} (default: $PLUMB_BENCH, else native)"
    )


def _add_run(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _add(
        commands,
        "run",
        "run scenarios; what else is given goes to pytest: -k, -m, -n, --way core|all|turns|NAMES (of styles)",
        go=run.run,
        takes_more=True,
    )
    parser.epilog, parser.formatter_class = _MORE_OF_RUN, argparse.RawDescriptionHelpFormatter
    _bench(parser, "bench, or several with commas, one after the other")
    parser.add_argument("--coverage", action="store_true", help="which lines of the image ran; on an emulated board")


def _add_summary(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _add(commands, "summary", "print the last runs as a page of Markdown, for CI", go=digest.show)
    parser.add_argument("--bench", default="", metavar="NAMES", help="of these alone, with commas (default: all)")
    parser.add_argument("--report-dir", metavar="DIR", help="of those runs (default: build/report)")
    parser.add_argument("--evidence", default="", metavar="TEXT", help="what the page says of where the rest is")


def _add_list(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _add(commands, "list", "list scenarios, without a device", go=listing.show, takes_more=True)
    parser.add_argument("--json", action="store_true", help="in the shape of report.json, verdict null")


def _add_shell(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _add(commands, "shell", "start a device and talk to its shell; a board is flashed first", go=terminal.talk)
    _bench(parser, "bench")
    parser.add_argument("--tap", metavar="NAME", help="connect its wire to this TAP interface; without, no cable is in")
    from_rig.add_options(parser)


def _add_debug(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _add(
        commands, "debug", "run a scenario whose device waits at its start for gdb", go=debug.debug, takes_more=True
    )
    _bench(parser, "bench")
    parser.add_argument("--print", action="store_true", help="print the debugger's command instead of starting it")


def _add_profile(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _add(commands, "profile", "show a device's profile as a file for fixtures/profiles/", go=profile.show)
    _bench(parser, "bench")
    from_rig.add_options(parser)


def _add_requirements(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _add(commands, "requirements", "show which requirement has which scenarios", go=coverage.show)
    parser.add_argument("--missing", action="store_true", help="only those without a scenario")
    parser.add_argument("--json", action="store_true", help="for programs")


def _add_cost(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _add(
        commands, "cost", "count what the stack costs beside raw lwIP (make bench builds the images)", go=cost.show
    )
    parser.add_argument("--machine", default="", metavar="NAME", help="cortex-m7 or x86-64 (default: both)")
    parser.add_argument("--boards", default="", metavar="NAMES", help="boards whose images are sized as well")
    parser.add_argument("--times", type=int, default=1, metavar="N", help="count so often; all must be equal")
    parser.add_argument("--accept", action="store_true", help="from now on compare with these numbers")
    parser.add_argument("--profile", metavar="ROW", help="where that row's instructions go, function by function")
    parser.add_argument("--sums", default="ours", metavar="WHOSE", help="of a profile: lwip, ours or offload")
