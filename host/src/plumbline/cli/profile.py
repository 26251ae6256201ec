# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb profile`: what a device says it is built for, as a file for fixtures/profiles/."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from plumbline.bench import Bench
from plumbline.board import load_bench
from plumbline.scenario.checkout import Checkout
from plumbline.scenario.profiles import profile_text


def show(options: argparse.Namespace, _rest: Sequence[str], checkout: Checkout) -> int:
    spec = load_bench(options.bench, checkout.root)
    with Bench(spec) as bench:
        print(profile_text(bench.dut.profile), end="")
    return 0
