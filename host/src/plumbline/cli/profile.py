# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb profile`: what a device says it is built for, as a file for fixtures/profiles/."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import closing

from plumbline.bench import Bench
from plumbline.board import BenchSpec, Rack, StartedAnew, load_bench
from plumbline.cli.from_rig import check_options
from plumbline.cli.rig_command import tell_of
from plumbline.lab import source_of
from plumbline.rig.nucleo_rack import NucleoRack
from plumbline.scenario.checkout import Checkout
from plumbline.scenario.profiles import profile_text


def show(options: argparse.Namespace, _rest: Sequence[str], checkout: Checkout) -> int:
    spec = load_bench(options.bench, checkout.root)
    check_options(spec, options)
    rack = rack_of(spec, checkout, rig=options.rig, names=options.board, wait_s=options.wait)
    with closing(rack), Bench(rack.spec, rack=rack) as bench:
        print(profile_text(bench.dut.profile), end="")
    return 0


def rack_of(
    spec: BenchSpec, checkout: Checkout, *, rig: str | None = None, names: str | None = None, wait_s: float = 0
) -> Rack:
    """Of a bench of any kind, without a session of scenarios."""
    if spec.board.kind != "nucleo":
        return StartedAnew(spec)
    source = source_of(spec, checkout.root, rig=rig, names=names)
    return NucleoRack(spec, source, progress=tell_of, wait_s=wait_s)
