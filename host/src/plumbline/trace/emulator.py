# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs a bare image in QEMU to its end, under a trace. Semihosting is its console and its arguments."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from plumbline.errors import BenchError, Died
from plumbline.trace.counts import Ended, SharedCounts
from plumbline.trace.spec import Trace

_QEMU = "qemu-system-arm"
_DEAD_AFTER_S = 300  # an image that neither says anything nor ends


@dataclass(frozen=True)
class Traced:
    """A run that ended well."""

    said: str
    ended: tuple[Ended, ...]
    ran: dict[int, int]


def run_traced(image: Path, machine: str, trace: Trace, plugin: Path, arguments: str = "") -> Traced:
    counts = SharedCounts(trace)
    try:
        said = _run(_command(image, machine, counts.argument(plugin), arguments), counts.fd)
        return Traced(said, tuple(counts.ended()), counts.ran() if trace.ran is not None else {})
    finally:
        counts.close()


def _command(image: Path, machine: str, plugin: str, arguments: str) -> list[str]:
    if not image.is_file():
        raise BenchError(f"there is no {image}: make bench builds it")
    words = [image.name, *arguments.split()]
    semihosting = ",".join(["enable=on", "target=native", "chardev=said", *(f"arg={word}" for word in words)])
    return [
        *("setpriv", "--pdeathsig", "KILL", "--"),  # it must not outlive us
        *(_QEMU, "-M", machine, "-display", "none", "-monitor", "none", "-serial", "null"),
        *("-chardev", "stdio,id=said,signal=off", "-semihosting-config", semihosting),
        *("-plugin", plugin, "-kernel", str(image)),
    ]


def _run(command: list[str], fd: int) -> str:
    try:
        run = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            pass_fds=[fd],
            timeout=_DEAD_AFTER_S,
            check=False,
        )
    except FileNotFoundError as missing:
        raise BenchError(f"{missing.filename} is missing: make setup") from missing
    except subprocess.TimeoutExpired as late:
        raise Died(f"the image did not end within {_DEAD_AFTER_S} s") from late
    if run.returncode == 127:
        raise BenchError(f"{_QEMU} is missing: make setup")
    if run.returncode:
        raise Died(f"the image ended with {run.returncode}: {run.stdout[-500:]}{run.stderr[-500:]}".rstrip())
    return run.stdout
