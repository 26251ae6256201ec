# SPDX-License-Identifier: GPL-2.0-or-later
"""`@scenario`: what a test function is about. The plugin reads the mark; nothing happens here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from plumbline.errors import HarnessError
from plumbline.shell.ways import WAYS

_ATTRIBUTE = "plumbline_mark"
LEVELS = ("MUST", "SHOULD", "MAY")
Function = TypeVar("Function", bound=Callable[..., object])


@dataclass(frozen=True)
class Mark:
    requirements: tuple[str, ...]
    level: str | None  # None: the strongest of its requirements
    needs: frozenset[str]  # features the profile must declare, or the machine have
    real_time: bool = False  # the device's clock runs by itself: no two runs have the same frames
    ways: frozenset[str] = frozenset(WAYS)  # into the sockets: those that it says something about


def scenario(
    *requirements: str,
    level: str | None = None,
    needs: Iterable[str] = frozenset(),
    real_time: bool = False,
    ways: Iterable[str] = WAYS,
) -> Callable[[Function], Function]:
    """Ties a test function to the requirements it proves."""
    if not requirements or callable(requirements[0]):
        raise HarnessError('a scenario names at least one requirement: @scenario("RFC9293 MUST-36")')
    if level is not None and level not in LEVELS:
        raise HarnessError(f"level {level!r} is none of {', '.join(LEVELS)}")
    if isinstance(needs, str):
        raise HarnessError(f'needs is a set: needs={{"{needs}"}}')
    unknown = sorted(set(ways) - set(WAYS))
    if unknown:
        raise HarnessError(f"there is no way {unknown[0]!r} into a device; there are {', '.join(WAYS)}")
    mark = Mark(requirements, level, frozenset(needs), real_time, frozenset(ways))

    def attach(function: Function) -> Function:
        setattr(function, _ATTRIBUTE, mark)
        return function

    return attach


def mark_of(function: object) -> Mark | None:
    """The mark of a test function, None for one that is no scenario."""
    mark = getattr(function, _ATTRIBUTE, None)
    return mark if isinstance(mark, Mark) else None
