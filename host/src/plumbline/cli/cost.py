# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb cost`: counts, compares with what was accepted, and says which goals are met."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from plumbline.cli.streams import tell
from plumbline.cost import cortex_m7, ledger
from plumbline.cost.goals import outcomes, read_goals
from plumbline.cost.images import AX, CORTEX_M7, RAW, SUMS, Variant
from plumbline.cost.ledger import Difference
from plumbline.cost.measure import Board, Measurement, count, measure
from plumbline.cost.table import goal_lines, table
from plumbline.errors import HarnessError
from plumbline.scenario.checkout import Checkout

WORSE = 1


def show(options: argparse.Namespace, rest: Sequence[str], checkout: Checkout) -> int:
    images = checkout.root / os.environ.get("PLUMB_IMAGES", "build/lwip-2.2.1") / "bench"
    plugin = checkout.trace_plugin
    if options.profile:
        return _show_profile(options, images, plugin)
    machines = options.machine.split(",") if options.machine else list(SUMS)
    if unknown := [machine for machine in machines if machine not in SUMS]:
        raise HarnessError(f"no machine is called {unknown[0]}: {', '.join(SUMS)}")
    boards = [_board(name, images.parent) for name in filter(None, options.boards.split(","))]
    measurement = measure(images, plugin, boards, machines, lambda name: tell(f"counting {name}"))
    _count_again(measurement, options.times, images, plugin)
    print(table(measurement))
    numbers = measurement.numbers()
    print("", *goal_lines(outcomes(read_goals(checkout.costs / "goals.toml"), numbers)), sep="\n")
    return _compare(checkout.costs / "measured.toml", numbers, accept=options.accept, all_=not options.machine)


def _board(name: str, images: Path) -> Board:
    return Board(name, images / name, "" if name.startswith("native") else "arm-none-eabi-")


def _count_again(measurement: Measurement, times: int, images: Path, plugin: Path) -> None:
    """Every count of the Cortex-M7 is the same in every run, or nothing can be compared."""
    for variant, first in measurement.costs.items():
        for run in range(2, times + 1 if variant.machine == CORTEX_M7 else 2):
            if count(variant, images, plugin) != first:
                raise HarnessError(f"{variant.name}: run {run} counted otherwise than the first")
    if times > 1:
        print(f"{CORTEX_M7}: {times} runs, all the same\n")


def _compare(path: Path, numbers: dict[str, float], *, accept: bool, all_: bool) -> int:
    accepted = ledger.read(path)
    found = ledger.differences(accepted, numbers, of_all=all_)
    worse = [one for one in found if one.is_worse]
    new = [one for one in worse if one.accepted is None]
    _print_differences("new, and accepted by nobody", new if accepted else [])
    _print_differences("worse than accepted", [one for one in worse if one not in new])
    _print_differences("better than accepted", [one for one in found if not one.is_worse])
    if not found:
        print("\nall as accepted")
    elif accept:
        ledger.write(path, numbers if all_ else accepted | numbers)
        print(f"\naccepted: {path}")
    else:
        print("\nmake bench ACCEPT=1 makes these numbers the ones to compare with")
    return WORSE if worse and not accept else 0


def _print_differences(title: str, found: Sequence[Difference]) -> None:
    if found:
        print(f"\n{title}:", *found, sep="\n    ")


def _show_profile(options: argparse.Namespace, images: Path, plugin: Path) -> int:
    """Function by function, where ax's instructions go and where raw lwIP's do."""
    raw, ax = (
        cortex_m7.profile(Variant(CORTEX_M7, stack, options.sums).image(images), plugin, options.profile)
        for stack in (RAW, AX)
    )
    print(f"{options.profile}, {options.sums}: each function's own instructions, one operation")
    print(f"{'':36}{'raw':>10}{'ax':>10}{'more':>10}")
    for name in sorted(raw.keys() | ax.keys(), key=lambda name: raw.get(name, 0) - ax.get(name, 0)):
        before, now = raw.get(name, 0), ax.get(name, 0)
        print(f"{name[:36]:36}{before:10.1f}{now:10.1f}{now - before:+10.1f}")
    return 0
