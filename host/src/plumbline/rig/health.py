# SPDX-License-Identifier: GPL-2.0-or-later
"""The mark of a wedged board: nobody wastes minutes on it until somebody has looked."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from plumbline.errors import BenchError

_READ_BY_ALL = 0o644
_TEXT_MAX = 2000


class Health:
    """One board's mark, beside its lock."""

    def __init__(self, folder: Path, serial: str) -> None:
        self._path = folder / f"{serial}.wedged"

    def why_wedged(self) -> str:
        """Empty when it is not marked."""
        try:
            return self._path.read_text(encoding="utf-8").strip() or "nobody wrote down why"
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise BenchError(f"{self._path}: {error.strerror}") from error

    def mark(self, why: str) -> None:
        """The first mark stays: what failed later failed because of it."""
        try:
            with self._path.open("x", encoding="utf-8") as mark:
                os.fchmod(mark.fileno(), _READ_BY_ALL)  # whatever the umask
                mark.write(f"{why[:_TEXT_MAX]}\n")
        except FileExistsError:
            return
        except OSError as error:
            raise BenchError(f"{self._path}: {error.strerror}") from error

    def clear(self) -> None:
        """In a folder where all may write, it is its maker's or root's to remove."""
        try:
            with contextlib.suppress(FileNotFoundError):
                self._path.unlink()
        except OSError as error:
            raise BenchError(f"{self._path}: {error.strerror}; sudo rm {self._path}") from error
