# SPDX-License-Identifier: GPL-2.0-or-later
"""A device that owes an answer and does not give it, though its process runs: which of the ways of being dead. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from plumbline.board.process import Activity
from plumbline.errors import BenchError

_SPUN_S = 1.25  # of processor time without an answer, however long that took: an answer takes microseconds


class Silence(Enum):
    SPINNING = "it spins"
    MUTE = "it waits for something else"
    STARVED = "it gets no processor time"
    STOPPED = "it was stopped from outside, by a signal or a debugger"


_OUR_SIDE = frozenset({Silence.STARVED, Silence.STOPPED})


@dataclass(frozen=True)
class Diagnosis:
    silence: Silence
    text: str

    @property
    def is_starved(self) -> bool:
        return self.silence is Silence.STARVED

    @property
    def is_our_side(self) -> bool:
        return self.silence in _OUR_SIDE


def diagnose(before: Activity, after: Activity, waited_s: float) -> Diagnosis:
    """What the kernel counted at the begin and the end of the wait tells them apart."""
    cpu_s = after.cpu_s - before.cpu_s
    silence = _which(before, after, cpu_s)
    known = _told(before, after) or f"{cpu_s:.1f} s of processor time in the last {waited_s:.0f} s"
    return Diagnosis(silence, f"{silence.value}: {known}")


def processor_s(activity: Activity) -> float:
    """How much it has taken. BenchError of one that is stopped: it takes none, and nobody knows what it would take."""
    if activity.is_stopped:
        known = f": {activity.told}" if activity.told else ""
        raise BenchError(f"the device's processor time says nothing, {Silence.STOPPED.value}{known}")
    return activity.cpu_s


def _which(before: Activity, after: Activity, cpu_s: float) -> Silence:
    if before.is_stopped or after.is_stopped:  # one that was let go may have had no time left
        return Silence.STOPPED
    if cpu_s >= _SPUN_S:
        return Silence.SPINNING
    return Silence.STARVED if after.shares_processor else Silence.MUTE


def _told(before: Activity, after: Activity) -> str:
    return after.told if before.told == after.told else f"first {before.told}, then {after.told}"
