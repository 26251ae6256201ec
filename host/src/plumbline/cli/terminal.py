# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb shell`: a device that runs in real time, its shell on this terminal."""

from __future__ import annotations

import argparse
import subprocess
from collections.abc import Sequence

from plumbline.board import load_bench
from plumbline.errors import BenchError
from plumbline.scenario.checkout import Checkout


def talk(options: argparse.Namespace, _rest: Sequence[str], checkout: Checkout) -> int:
    """The device brings its own line editing and its own TAP: all it needs is to be started."""
    image = load_bench(options.bench, checkout.root).board.image
    if not image.exists():
        raise BenchError(f"there is no image {image}: run `make fw`")
    wire = ["--wire", f"tap:{options.tap}"] if options.tap else []
    return subprocess.run([image, "--shell", "-", *wire], check=False).returncode
