# SPDX-License-Identifier: GPL-2.0-or-later
"""SIGTERM and SIGHUP mean what Ctrl-C means: what was begun is put away, and said."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_OTHERS = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def as_ctrl_c() -> Iterator[None]:
    """For as long as the context lasts; of the main thread alone. Who was told to ignore them, as by nohup, does."""
    before = {number: signal.getsignal(number) for number in _OTHERS}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Once: it may come again while all is put away."""
    for number in _OTHERS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
