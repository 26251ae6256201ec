# SPDX-License-Identifier: GPL-2.0-or-later
"""Which line of a scenario is being carried out: the innermost frame of the call stack that is not this package."""

from __future__ import annotations

import linecache
import sys
from pathlib import Path
from types import CodeType

_PACKAGE = __name__.partition(".")[0]
_TEXT_MAX = 120
_known: dict[tuple[CodeType, int], str] = {}  # the same line says the same each time


def current_step() -> str:
    """ "tcp/handshake/test_passive.py:17 conn.send(TCP(flags="S"))"."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == _PACKAGE:
        frame = frame.f_back
    key = (frame.f_code, frame.f_lineno)
    if key not in _known:
        _known[key] = _describe(frame.f_code.co_filename, frame.f_lineno)
    return _known[key]


def _describe(filename: str, line: int) -> str:
    text = linecache.getline(filename, line).strip()
    return f"{_short(Path(filename))}:{line} {text}"[:_TEXT_MAX].rstrip()


def _short(path: Path) -> str:
    """Behind the folder of scenarios, so that it reads alike on every machine; else the file's name."""
    parts = path.parts
    if "scenarios" in parts:
        return "/".join(parts[parts.index("scenarios") + 1 :])
    return path.name
