# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb run --coverage`: which lines of the image the scenarios made run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from plumbline.board import BenchSpec
from plumbline.errors import BenchError
from plumbline.scenario.checkout import Checkout
from plumbline.scratch import scratch
from plumbline.trace import listing
from plumbline.trace.lines import coverage, read_places
from plumbline.trace.symbols import read_symbols
from plumbline.trace.tally import Tally

_SHOWN = 12  # files; the rest stands in the summary


@contextmanager
def counted(spec: BenchSpec, reports: Path, checkout: Checkout) -> Iterator[list[str]]:
    """Yields what pytest must be told besides. Behind it the listing is written and its head printed."""
    if spec.board.machine is None:
        raise BenchError(f"{spec.board.name} is no emulated board: --coverage counts in QEMU, say on mps2-an500")
    with scratch() as folder:
        tally = Tally(folder, spec.board.image, checkout.trace_plugin)
        yield ["--count-in", str(folder)]
        ran = tally.ran()
    places = read_places(spec.board.image, read_symbols(spec.board.image).functions())
    files = listing.below(checkout.root, coverage(places, ran))
    listing.write(reports / "coverage", checkout.root, files)
    _print(list(listing.summary(files)), reports / "coverage")


def _print(lines: list[str], folder: Path) -> None:
    head, *rows, total = lines
    print("\n", *("\n".join([head, *rows[:_SHOWN]]), f"\n{'...':>7}\n" if rows[_SHOWN:] else "\n", total), sep="")
    print(f"coverage: {folder}/summary.txt, and a listing of each file beside it")
