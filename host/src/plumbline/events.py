# SPDX-License-Identifier: GPL-2.0-or-later
"""What happened on the bench, once, in order. Evidence and reports are readers of these records.

`ms` is the stack clock as last known; `step` names what the scenario was doing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Way(Enum):
    """Which way a frame went."""

    TO_DUT = ">"
    FROM_DUT = "<"


@dataclass(frozen=True)
class FrameEvent:
    """One frame on the wire. Fences and their answers are marked, so that readers can leave them out."""

    number: int  # counts the frames of a scenario from 1, both ways, fences included
    way: Way
    ms: int
    data: bytes
    step: str
    is_fence: bool = False
    taken_ns: int = 0  # by a real port's kernel, since 1970; 0: no such port, or a frame of ours


@dataclass(frozen=True)
class ShellEvent:
    """One line on the serial line, either way, without its line end."""

    way: Way
    ms: int
    line: str


@dataclass(frozen=True)
class NoteEvent:
    """What the harness did that neither line shows: a device started, reset, found dead."""

    ms: int
    text: str


Event = FrameEvent | ShellEvent | NoteEvent


class Verdict(Enum):
    """The outcome of one scenario (contract, part 5), in pytest's words beside it."""

    PASS = "PASS"  # passed
    NON_STRICT = "NON-STRICT"  # passed, but a SHOULD was not met
    FAIL = "FAIL"  # failed
    ERROR = "ERROR"  # error: nothing is known about the device
    UNSUPPORTED = "UNSUPPORTED"  # skipped: the profile does not declare what it takes
    DEVIATION = "DEVIATION"  # xfailed: a ledgered deviation, seen again
    UNEXPECTED = "UNEXPECTED"  # failed: a ledgered deviation that was not seen
