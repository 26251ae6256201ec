# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb requirements`: which requirement has which scenarios, and which has none."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence

from plumbline.cli.listing import collect
from plumbline.plugin import ways
from plumbline.scenario.checkout import Checkout
from plumbline.scenario.requirements import Catalogue
from plumbline.shell.ways import CORE


def show(options: argparse.Namespace, _rest: Sequence[str], checkout: Checkout) -> int:
    catalogue = Catalogue.load(checkout.requirements)
    scenarios = _by_requirement(checkout, catalogue)
    if options.json:
        print(json.dumps(scenarios, indent=1))
        return 0
    for requirement in catalogue:
        own = scenarios[requirement.id]
        if own and options.missing:
            continue
        mark = f"{len(own):>3}" if own else "  -"
        print(f"{mark}  {requirement.id:<16} {requirement.level:<10} {requirement.text}")
        if not options.missing:
            print("".join(f"       {id_}\n" for id_ in own), end="")
    covered = sum(bool(own) for own in scenarios.values())
    print(f"\n{covered} of {len(scenarios)} requirements have a scenario")
    return 0


def _by_requirement(checkout: Checkout, catalogue: Catalogue) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {requirement.id: [] for requirement in catalogue}
    for subject in collect(checkout, [ways.OPTION, CORE]):
        for id_ in subject.mark.requirements:
            found[id_].append(subject.id)
    return found
