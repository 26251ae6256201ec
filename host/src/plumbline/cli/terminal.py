# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb shell`: a device that runs in real time, its shell on this terminal."""

from __future__ import annotations

import argparse
import os
import shlex
import socket
import subprocess
import sys
from collections.abc import Sequence

from plumbline.board import BenchSpec, EmulatedDevice, NativeDevice, check_image, load_bench
from plumbline.board.ending import EXIT_USAGE
from plumbline.cli.from_rig import check_options
from plumbline.cli.rig_command import tell_of
from plumbline.cli.rig_terminal import talk_on
from plumbline.cli.streams import tell
from plumbline.errors import BenchError
from plumbline.lab import source_of
from plumbline.rig import flashing
from plumbline.rig.using import Purpose
from plumbline.scenario.checkout import Checkout

_LEASE_MINUTES = 60
_NO_TAP = """the device did not get the TAP {tap}. Only root can make one; this makes one of yours:
  sudo ip tuntap add dev {tap} mode tap user "$(id -un)"
  sudo ip address add 10.0.0.1/24 dev {tap} && sudo ip link set {tap} up"""


def talk(options: argparse.Namespace, _rest: Sequence[str], checkout: Checkout) -> int:
    """The device brings its own line editing and its own TAP: all it needs is to be started."""
    spec = load_bench(options.bench, checkout.root)
    check_options(spec, options)
    check_image(spec.board)
    if spec.board.kind == "nucleo":
        return _talk_to_nucleo(spec, options, checkout)
    is_process = spec.board.machine is None
    nobody, nowhere = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if is_process:
        command = NativeDevice.at_a_terminal(spec.board, options.tap)
    else:
        command = EmulatedDevice.at_a_terminal(spec.board, spec.mac, options.tap, nowhere=nowhere.fileno())
    if sys.stdin.isatty():
        cable = "The cable is in" if options.tap else "No cable is in: --tap NAME connects one"
        print(f"{'Ctrl-D' if is_process else 'Ctrl-A X'} leaves. {cable}.", flush=True)
    try:
        with nobody, nowhere:
            status = subprocess.run(command, check=False, pass_fds=[nowhere.fileno()]).returncode
    except OSError as error:
        raise BenchError(f"{command[0]} does not start: {error}") from error
    if status == EXIT_USAGE and options.tap and is_process:
        raise BenchError(_NO_TAP.format(tap=shlex.quote(options.tap)))
    return status


def _talk_to_nucleo(spec: BenchSpec, options: argparse.Namespace, checkout: Checkout) -> int:
    """Flashed and proved before, as for scenarios; its serial line is the terminal."""
    if options.tap:
        raise BenchError(f"the wire of {spec.board.name} is its cable: --tap is for processes and emulators")
    if not sys.stdin.isatty():
        raise BenchError("a console needs a terminal; programs talk to the board by scenarios")
    image = flashing.image_for(spec.board.name, spec.board.image)
    purpose = Purpose("plumb shell", os.getpid(), _LEASE_MINUTES, options.wait)
    source = source_of(spec, checkout.root, rig=options.rig, names=options.board)
    with source.taken(purpose, tell, tell_of) as taken:
        proved = flashing.flash_and_prove(taken.board, taken.probe, image)
        talk_on(proved.console, f"{taken.board.name}. Ctrl-] leaves.")
    return 0
