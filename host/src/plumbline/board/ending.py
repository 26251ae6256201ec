# SPDX-License-Identifier: GPL-2.0-or-later
"""How a device process ended, and whose doing that was. Pure."""

from __future__ import annotations

import os
import re
import signal
from dataclasses import dataclass
from enum import Enum

EXIT_USAGE, EXIT_SHELL_CLOSED, EXIT_WIRE_CLOSED = 2, 3, 4
_KILLED_FROM_OUTSIDE = frozenset({signal.SIGKILL, signal.SIGTERM})
_SANITIZER = re.compile(r"^.*(?:(?:ERROR|SUMMARY): \w*Sanitizer|runtime error).*$", re.MULTILINE)
# QEMU's last words for a core that faults in its fault handler, and for a register that no device has.
_FIRMWARE = re.compile(r"^.*(?:fatal: Lockup|hardware error:).*$", re.MULTILINE)
_STDERR_SHOWN = 20  # lines


class By(Enum):
    """Who ended it."""

    NOBODY = "it runs"
    US = "the harness"
    ITSELF = "the device"
    OUTSIDE = "somebody outside"


@dataclass(frozen=True)
class Ending:
    by: By
    text: str
    has_exited: bool = False  # no signal, no check: as what is no device may end, too


def classify(status: int | None, stderr: str, *, asked_to_end: bool) -> Ending:
    """`status` is what waitpid gave, None while the process runs."""
    report = _SANITIZER.search(stderr)
    if status is None:
        return Ending(By.NOBODY, "it runs")
    if report:
        return Ending(By.ITSELF, f"{report.group(0).strip()}\n{_shown(stderr)}")
    if os.WIFSIGNALED(status):
        return _by_signal(os.WTERMSIG(status), stderr)
    return _by_exit(os.WEXITSTATUS(status), stderr, asked_to_end)


def classify_emulator(status: int | None, stderr: str) -> Ending:
    """The same for an emulator, which never ends by itself unless the firmware drove it there."""
    guilty = _FIRMWARE.search(stderr)
    if status is None:
        return Ending(By.NOBODY, "it runs")
    if guilty:
        text = _with_stderr(f"the firmware brought the emulator down: {guilty.group(0)}", stderr)
        return Ending(By.ITSELF, text, has_exited=True)
    how = _signal_name(os.WTERMSIG(status)) if os.WIFSIGNALED(status) else f"exit status {os.WEXITSTATUS(status)}"
    return Ending(By.OUTSIDE, _with_stderr(f"the emulator ended with {how}", stderr))


def _by_signal(number: int, stderr: str) -> Ending:
    name = _signal_name(number)
    by = By.OUTSIDE if number in _KILLED_FROM_OUTSIDE else By.ITSELF
    return Ending(by, _with_stderr(f"ended by {name}", stderr))


def _signal_name(number: int) -> str:
    return signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"


def _by_exit(code: int, stderr: str, asked_to_end: bool) -> Ending:
    if code == EXIT_WIRE_CLOSED:
        return Ending(By.OUTSIDE, _with_stderr("its wire was closed from outside (exit status 4)", stderr))
    if code == EXIT_USAGE:
        return Ending(By.OUTSIDE, _with_stderr("it did not take its arguments (exit status 2)", stderr))
    if code == EXIT_SHELL_CLOSED and asked_to_end:
        return Ending(By.US, "ended as asked")
    if code == EXIT_SHELL_CLOSED:
        return Ending(By.OUTSIDE, _with_stderr("its shell was closed from outside (exit status 3)", stderr))
    return Ending(By.ITSELF, _with_stderr(f"ended by itself with exit status {code}", stderr), has_exited=True)


def _with_stderr(text: str, stderr: str) -> str:
    return f"{text}\n{_shown(stderr)}" if stderr.strip() else text


def _shown(stderr: str) -> str:
    lines = stderr.strip().splitlines()
    more = [f"... and {len(lines) - _STDERR_SHOWN} more"] if len(lines) > _STDERR_SHOWN else []
    return "\n".join(f"  | {line}" for line in lines[:_STDERR_SHOWN] + more)
