# SPDX-License-Identifier: GPL-2.0-or-later
"""A device held at its start, until a debugger lets it go."""

from __future__ import annotations

import json
import os
import select
import shutil
from dataclasses import dataclass
from pathlib import Path

_DEBUGGERS = ("gdb-multiarch", "arm-none-eabi-gdb", "gdb")


@dataclass(frozen=True)
class Hold:
    """One device can be held in a folder, which is the caller's."""

    folder: Path

    @property
    def stub(self) -> Path:
        """The socket that an emulator's stub listens on."""
        return self.folder / "gdb"

    def options(self) -> tuple[str, ...]:
        """QEMU's: do not start, and listen."""
        chardev = f"socket,id=gdb,path={self.stub},server=on,wait=off"
        return ("-S", "-chardev", chardev, "-gdb", "chardev:gdb")

    def tell(self, debugger: list[str]) -> None:
        """Says that a device is held, and which command lets a person at it. Waits for who listens."""
        self._word.write_text(json.dumps(debugger), encoding="utf-8")

    def listen(self) -> int:
        """Begins to, before any device can be held. The descriptor is the caller's."""
        os.mkfifo(self._word)
        return os.open(self._word, os.O_RDONLY | os.O_NONBLOCK)

    @property
    def _word(self) -> Path:
        return self.folder / "held"


def heard(word: int, child: int) -> list[str] | None:
    """The command that was told; None when the process with this descriptor ended before."""
    ready, _, _ = select.select([word, child], [], [])
    return list(json.loads(os.read(word, select.PIPE_BUF))) if word in ready else None


def debugger_for_stub(image: Path, stub: Path) -> list[str]:
    return [_debugger(), "-q", str(image), "-ex", f"target remote {stub}"]


def debugger_for_process(image: Path, pid: int) -> list[str]:
    return [_debugger(), "-q", str(image), "-p", str(pid)]


def _debugger() -> str:
    return next(filter(shutil.which, _DEBUGGERS), _DEBUGGERS[0])
