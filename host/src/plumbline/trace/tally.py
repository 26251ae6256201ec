# SPDX-License-Identifier: GPL-2.0-or-later
"""How often each instruction of an image ran, in all emulators of a run: a file for each, added up in the end. An
emulator that was killed has counted up to then."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from pathlib import Path

from plumbline.errors import BenchError
from plumbline.trace.counts import SharedCounts
from plumbline.trace.spec import Trace
from plumbline.trace.symbols import read_symbols


class Tally:
    """Several processes may keep one together, in one folder."""

    def __init__(self, folder: Path, image: Path, plugin: Path) -> None:
        if not plugin.is_file():
            raise BenchError(f"there is no {plugin}: make trace-plugin builds it")
        self._folder = folder
        self._plugin = plugin
        self._trace = Trace(ran=read_symbols(image).code())

    def options(self) -> tuple[str, ...]:
        """QEMU's, for one more emulator."""
        file, path = tempfile.mkstemp(dir=self._folder)
        os.close(file)
        return ("-plugin", self._trace.argument(self._plugin, path))

    def ran(self) -> dict[int, int]:
        sums: Counter[int] = Counter()
        for path in sorted(self._folder.iterdir()):
            sums.update(self._ran(path))
        return dict(sums)

    def _ran(self, path: Path) -> dict[int, int]:
        if path.stat().st_size == 0:  # an emulator that did not start
            return {}
        counts = SharedCounts(self._trace, os.open(path, os.O_RDONLY | os.O_CLOEXEC))
        try:
            return counts.ran()
        finally:
            counts.close()
