# SPDX-License-Identifier: GPL-2.0-or-later
"""Waiting for several boards at once: whichever is let go first."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from plumbline.errors import BenchError
from plumbline.rig.lock import Busy, Held
from plumbline.rig.spec import LabPlace, RigBoard

# The kernel wakes who waits for one lock, and nobody waits for two; a thread in each queue would take two boards. So we
# stand in each queue for a while, in turn: with n boards, one that is let go is seen within n such whiles.
_SLICE_S = 2.0

Left = Callable[[], float]
"""How long this board may be waited for from now on, in seconds: it becomes less while it is waited for."""

Found = RigBoard | LabPlace
T = TypeVar("T")


def first_free(boards: Sequence[Found], take: Callable[[Found, Left], T], *, wait_s: float) -> T:
    """What `take` makes of the first board that it can take: it raises Busy for one that may be let go, any other
    BenchError for one that is not waited for. At first nobody is waited for, then those that are taken, all of them
    together for `wait_s`. BenchError says of each board why it is not to be had."""
    until = time.monotonic() + wait_s
    why: dict[str, str] = {}
    slice_s = 0.0
    is_over = False
    while boards and not is_over:
        is_over = time.monotonic() >= until  # then this is the last round, and tells who has them now
        taken = []
        for board in boards:
            try:
                return take(board, partial(_left, until, slice_s))
            except BenchError as error:
                why[board.name] = str(error)
                if isinstance(error, Busy) and not isinstance(error, Held):
                    taken.append(board)
        boards = taken
        slice_s = _SLICE_S if len(boards) > 1 else wait_s
    raise BenchError(_none(list(why.values()), wait_s if is_over else 0))


def _left(until: float, slice_s: float) -> float:
    return max(min(until - time.monotonic(), slice_s), 0)


def _none(why: list[str], waited_s: float) -> str:
    if len(why) == 1 and not waited_s:
        return why[0]
    when = f" within {waited_s:g} s" if waited_s else ""
    return "\n  ".join([f"no board is to be had{when}:", *why])
