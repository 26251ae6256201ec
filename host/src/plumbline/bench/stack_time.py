# SPDX-License-Identifier: GPL-2.0-or-later
"""The device's stack clock: as it was told last, and while it runs by itself, as we reckon it."""

from __future__ import annotations

import time

_WRAPS = 1 << 32


class StackTime:
    def __init__(self) -> None:
        self.ms = 0
        self._ran_from: tuple[int, float] | None = None  # what it said, and when

    @property
    def runs(self) -> bool:
        return self._ran_from is not None

    def run_from(self, ms: int) -> None:
        """It runs, and that is what it says now."""
        self._ran_from = ms, time.monotonic()

    def hold(self) -> None:
        self._ran_from = None

    def reckon(self) -> None:
        """While it runs."""
        if self._ran_from is not None:
            ms, at_s = self._ran_from
            self.ms = (ms + int((time.monotonic() - at_s) * 1000)) % _WRAPS
