# SPDX-License-Identifier: GPL-2.0-or-later
"""A program that is run to its end, in a session of its own, with a deadline; what it says is kept."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from plumbline.errors import BenchError
from plumbline.lifetime import ends_with_us

_LEAVES_S = 2.0  # after it was asked to end: OpenOCD lets go of the chip and the probe then, unless the probe holds it
_READ_BYTES = 65536  # all that a pipe holds
_READS_TOO_LATE = 2  # of what was said in time, and of its end; who talks without end is not heard to it
Hear = Callable[[str], None]


@dataclass(frozen=True)
class Ran:
    status: int | None  # None: it was ended at its deadline; below 0: by that signal, and not by us
    said: str  # standard output and error, in order
    took_s: float

    @property
    def signal_name(self) -> str:
        """Of what ended it ahead of its time; empty when it came to an end of its own."""
        if self.status is None or self.status >= 0:
            return ""
        number = -self.status
        return signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"


def run(command: Sequence[str], *, within_s: float, hear: Hear = lambda line: None) -> Ran:
    """`hear` is called with each line as it comes. Whatever ends the wait ends the program and all that it started.
    BenchError when it cannot be started."""
    if shutil.which(command[0]) is None:
        raise BenchError(f"{command[0]} does not start: there is no such program")
    began = time.monotonic()
    said = _Lines(hear)
    with _started(command) as process:
        try:
            in_time = _listen(process, said, began + within_s)
            if not in_time:
                os.killpg(process.pid, signal.SIGTERM)
                _listen(process, said, time.monotonic() + _LEAVES_S)
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # it is not reaped yet, so the number is its own
            status = process.wait()
    return Ran(status if in_time else None, said.text, time.monotonic() - began)


def _started(command: Sequence[str]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            [*ends_with_us("KILL"), *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is ours; and a session is ended whole
            env={**os.environ, "LC_ALL": "C"},  # what it says is read by a program
        )
    except OSError as error:
        raise BenchError(f"{command[0]} does not start: {error.strerror}") from error


class _Lines:
    """Keeps all, and hands on whole lines."""

    def __init__(self, hear: Hear) -> None:
        self._hear = hear
        self._bytes = bytearray()
        self._heard = 0

    @property
    def text(self) -> str:
        return self._bytes.decode("utf-8", "replace")

    def take(self, data: bytes) -> None:
        self._bytes += data
        while (end := self._bytes.find(b"\n", self._heard)) >= 0:
            self._hear(self._bytes[self._heard : end].decode("utf-8", "replace").rstrip("\r"))
            self._heard = end + 1


def _listen(process: subprocess.Popen[bytes], said: _Lines, until: float) -> bool:
    """Whether it ended, and all that held its output with it, in that time. It is not reaped."""
    assert process.stdout is not None
    output = process.stdout.fileno()
    too_late = 0
    while too_late < _READS_TOO_LATE and _is_ready(output, until):
        too_late += time.monotonic() >= until
        data = os.read(output, _READ_BYTES)
        if not data:
            return _has_ended(process, until)
        said.take(data)
    return False


def _has_ended(process: subprocess.Popen[bytes], until: float) -> bool:
    ended = os.pidfd_open(process.pid)
    try:
        return _is_ready(ended, until)
    finally:
        os.close(ended)


def _is_ready(fd: int, until: float) -> bool:
    return bool(select.select([fd], [], [], max(until - time.monotonic(), 0))[0])
