# SPDX-License-Identifier: GPL-2.0-or-later
"""The retry ladder, as data, and whoever climbs it.

An operation is tried on the first rung. What went wrong decides which rungs above may help; they are tried in order, up
to the first success. A board that none of them brought back is marked as wedged, so that the next run is refused in
milliseconds and a person is called. Each step is told to whoever keeps the report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeVar

from plumbline.errors import BenchError
from plumbline.probe.script import SwdLink
from plumbline.probe.trouble import ProbeError, Trouble
from plumbline.probe.way_out import WAYS_OUT

T = TypeVar("T")
_SLOW_KHZ = 480


class Means(Enum):
    """What is done to probe or board ahead of a try."""

    USB_RESET = "USB reset of the probe"
    POWER_CYCLE = "power cycle of the board"


@dataclass(frozen=True)
class Rung:
    name: str
    speed_khz: int | None = None  # None: as the operation has it
    under_reset: bool = False  # else as the operation has it
    first: Means | None = None


ONCE = Rung("at first")
AGAIN = Rung("again")
SLOWER = Rung("slower", _SLOW_KHZ)
UNDER_RESET = Rung("under reset", _SLOW_KHZ, under_reset=True)
AFTER_USB_RESET = Rung("after a USB reset", _SLOW_KHZ, under_reset=True, first=Means.USB_RESET)
AFTER_POWER_CYCLE = Rung("after a power cycle", _SLOW_KHZ, under_reset=True, first=Means.POWER_CYCLE)

LADDER = (ONCE, AGAIN, SLOWER, UNDER_RESET, AFTER_USB_RESET, AFTER_POWER_CYCLE)


@dataclass(frozen=True)
class Remedy:
    """Which rungs may help against a trouble, and whether a board is wedged that they did not help."""

    rungs: tuple[Rung, ...] = ()
    else_wedged: bool = False


_HANDS = Remedy()  # only a person's
_ALL = Remedy((AGAIN, SLOWER, UNDER_RESET, AFTER_USB_RESET, AFTER_POWER_CYCLE), else_wedged=True)

REMEDIES: Mapping[Trouble, Remedy] = {
    Trouble.NO_OPENOCD: _HANDS,
    Trouble.ABSENT: Remedy((AFTER_POWER_CYCLE,)),  # a hung one may be off the bus; an unplugged one is not wedged
    Trouble.UNSERVED: Remedy((AFTER_POWER_CYCLE,)),
    Trouble.FORBIDDEN: _HANDS,
    Trouble.BUSY: Remedy((AGAIN,)),  # a program that is just leaving
    Trouble.WRONG_PROBE: _HANDS,
    Trouble.OLD_FIRMWARE: _HANDS,
    Trouble.SILENT: Remedy((AFTER_USB_RESET, AFTER_POWER_CYCLE), else_wedged=True),  # the others would wait again
    Trouble.UNPOWERED: Remedy((AGAIN, AFTER_POWER_CYCLE), else_wedged=True),
    Trouble.UNREACHED: _ALL,
    Trouble.HELD_IN_RESET: Remedy((AGAIN, AFTER_USB_RESET, AFTER_POWER_CYCLE), else_wedged=True),  # by the probe
    Trouble.FAULT: _ALL,
    Trouble.WRONG_CHIP: Remedy((AGAIN,)),  # a word read wrong once is no other chip
    Trouble.WRONG_BOARD: Remedy((AGAIN,)),
    Trouble.PROTECTED: _HANDS,  # option bytes are never written here
    Trouble.NOT_WRITTEN: Remedy((AGAIN, SLOWER, AFTER_POWER_CYCLE), else_wedged=True),
    Trouble.NOT_VERIFIED: Remedy((AGAIN, SLOWER, AFTER_POWER_CYCLE), else_wedged=True),
    Trouble.BAD_IMAGE: _HANDS,
    Trouble.KILLED: Remedy((AGAIN,)),  # whoever did that, it says nothing of the board
    Trouble.UNKNOWN: _ALL,
}  # fmt: skip


@dataclass(frozen=True)
class Helpers:
    """What a rig has beside the probe itself. A means that is not there is passed by."""

    means: Mapping[Means, Callable[[], None]]  # each may raise BenchError
    mark_wedged: Callable[[str], None] | None  # None: nobody is called, since it is only looked at. BenchError
    note: Callable[[str], None]
    refuse: Callable[[], None] = lambda: None  # BenchError for a board that is not tried at all


def climb(what: str, attempt: Callable[[SwdLink], T], link: SwdLink, helpers: Helpers, *, may_reset: bool) -> T:
    """What `attempt` gives. `may_reset`: rungs that reset the chip are open; without, its state is left as it is.
    ProbeError tells every step and the way out; its trouble is the last one's. BenchError, and nothing is tried, where
    the helpers refuse."""
    helpers.refuse()
    steps: list[str] = []
    failed: ProbeError | None = None
    for rung in LADDER:
        if not _is_open(rung, failed, link, helpers, may_reset=may_reset):
            continue
        try:
            return _step(what, attempt, _link_on(rung, link), rung, helpers, is_first=failed is None)
        except ProbeError as error:
            failed = error
            steps.append(f"{rung.name}: {error}")
            helpers.note(f"probe: {what}, {steps[-1]}")
    assert failed is not None
    raise _given_up(what, failed, steps, helpers)


def _step(
    what: str, attempt: Callable[[SwdLink], T], link: SwdLink, rung: Rung, helpers: Helpers, *, is_first: bool
) -> T:
    if rung.first is not None:
        _use(rung.first, helpers)
    result = attempt(link)
    if not is_first:
        helpers.note(f"probe: {what}, {rung.name}: done")
    return result


def _use(means: Means, helpers: Helpers) -> None:
    """A means that fails is told; the try is made all the same."""
    try:
        helpers.means[means]()
        helpers.note(f"probe: {means.value}")
    except BenchError as error:
        helpers.note(f"probe: {means.value} failed: {error}")


def _is_open(rung: Rung, failed: ProbeError | None, link: SwdLink, helpers: Helpers, *, may_reset: bool) -> bool:
    if failed is None:
        return rung is ONCE
    if rung not in REMEDIES[failed.trouble].rungs or (rung.under_reset and not may_reset):
        return False
    if rung is UNDER_RESET and link.under_reset:
        return False  # it always was
    return rung.first is None or rung.first in helpers.means


def _link_on(rung: Rung, link: SwdLink) -> SwdLink:
    speed = link.speed_khz if rung.speed_khz is None else min(rung.speed_khz, link.speed_khz)
    return replace(link, speed_khz=speed, under_reset=link.under_reset or rung.under_reset)


def _given_up(what: str, failed: ProbeError, steps: list[str], helpers: Helpers) -> ProbeError:
    if len(steps) == 1:
        told = f"{what}: {failed.told}"
    else:
        told = "\n".join([f"{what}, {len(steps)} tries", *(f"  {step}" for step in steps)])
    told += f"\n  {WAYS_OUT[failed.trouble]}"
    if REMEDIES[failed.trouble].else_wedged and helpers.mark_wedged is not None:
        told += _marked(helpers.mark_wedged, f"{what}: {failed}", helpers.note)
    return ProbeError(failed.trouble, told, failed.said)


def _marked(mark_wedged: Callable[[str], None], why: str, note: Callable[[str], None]) -> str:
    try:
        mark_wedged(why)
    except BenchError as error:  # what failed before is what counts
        note(f"probe: the board cannot be marked as wedged: {error}")
        return f"\n  the board cannot be marked as wedged: {error}"
    note("probe: the board is marked as wedged")
    return "\n  the board is marked as wedged: nobody gets it until `plumb rig check` finds it well"
