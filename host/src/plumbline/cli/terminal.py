# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb shell`: a device that runs in real time, its shell on this terminal."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence

from plumbline.board import check_image, load_bench
from plumbline.errors import BenchError
from plumbline.scenario.checkout import Checkout


def talk(options: argparse.Namespace, _rest: Sequence[str], checkout: Checkout) -> int:
    """The device brings its own line editing and its own TAP: all it needs is to be started."""
    image = load_bench(options.bench, checkout.root).board.image
    check_image(image)
    wire = ["--wire", f"tap:{options.tap}"] if options.tap else []
    if sys.stdin.isatty():
        print(
            f"Ctrl-D leaves. {'The cable is in' if options.tap else 'No cable is in: --tap NAME connects one'}.",
            flush=True,
        )
    try:
        return subprocess.run([image, "--shell", "-", *wire], check=False).returncode
    except OSError as error:
        raise BenchError(f"{image} does not start: {error}") from error
