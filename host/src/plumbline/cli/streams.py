# SPDX-License-Identifier: GPL-2.0-or-later
"""Standard input, output and error, where whoever started us closed one, or nothing can be written there."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

_STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))


def open_the_closed() -> None:
    """Who closes one wants to hear nothing. A file opened later would get its place, and what is said with it."""
    for name, mode in _STREAMS:
        if getattr(sys, name) is None:
            stream = os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8")
            os.set_inheritable(stream.fileno(), True)
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)


def tell(text: str) -> None:
    """On standard error, beside what was asked for: a command goes on, and ends as it would, when nobody hears it."""
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)


def drop_what_is_stuck() -> None:
    """Python tries once more at its end, and has an exit status of its own for that."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
