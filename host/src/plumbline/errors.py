# SPDX-License-Identifier: GPL-2.0-or-later
"""Whose fault was it? Every exception answers that first.

PlumblineError
├── HarnessError      ours: this package or a scenario broke a contract
├── BenchError        the bench's: no image, no wire, no answer from outside the device, killed
├── Unsupported       nobody's: the scenario asks for more than the device's profile has
└── DutError          the device's
    ├── Unexpected    it did something, and that was wrong
    ├── Refused       it refused a shell command (carries the error's name)
    │   └── BeyondProfile  as its profile says it must; Unsupported as well
    ├── Judged        a frame of its broke a rule that always holds
    ├── Reported      its board tells what silicon would punish or hide
    ├── Leaked        something was not given back at the end
    └── Died          it ended by itself, or stopped answering while it runs

A report turns HarnessError and BenchError into ERROR, Unsupported into UNSUPPORTED and every other DutError into FAIL,
so that a broken cable never reads as a broken stack, nor a crashed stack as a broken cable.
"""

from __future__ import annotations


class PlumblineError(Exception):
    """Everything this package raises."""


class HarnessError(PlumblineError):
    """Our bug, or a scenario's."""


class BenchError(PlumblineError):
    """The bench is broken; nothing is known about the device."""


class Unsupported(PlumblineError):
    """The scenario asks for more than the device's profile has. What it says is shown as the reason."""


class DutError(PlumblineError):
    """The device is wrong. The only branch that can become FAIL."""


class Unexpected(DutError):
    """The device did something, or did not, and that was wrong."""


class Refused(DutError):
    """The device refused a shell command."""

    def __init__(self, command: str, name: str, text: str) -> None:
        super().__init__(f"{command!r} was refused: {name} {text}".rstrip())
        self.command = command
        self.name = name
        self.text = text


class BeyondProfile(Refused, Unsupported):
    """The device refused what is more than its profile says it has."""


class Judged(DutError):
    """A frame of the device broke a rule that always holds."""


class Reported(DutError):
    """The board that it runs on tells what silicon would punish or hide."""


class Leaked(DutError):
    """A socket, buffer, task or timer was not given back."""


class Died(DutError):
    """The device ended by itself, or no longer answers while it runs."""
