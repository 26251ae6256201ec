# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb shell`: a device that runs in real time, its shell on this terminal."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence

from plumbline.board import check_image, load_bench
from plumbline.board.ending import EXIT_USAGE
from plumbline.errors import BenchError
from plumbline.scenario.checkout import Checkout

_NO_TAP = """the device did not get the TAP {tap}. Only root can make one; this makes one of yours:
  sudo ip tuntap add dev {tap} mode tap user "$(id -un)"
  sudo ip address add 10.0.0.1/24 dev {tap} && sudo ip link set {tap} up"""


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
        status = subprocess.run([image, "--shell", "-", *wire], check=False).returncode
    except OSError as error:
        raise BenchError(f"{image} does not start: {error}") from error
    if status == EXIT_USAGE and options.tap:
        raise BenchError(_NO_TAP.format(tap=options.tap))
    return status
