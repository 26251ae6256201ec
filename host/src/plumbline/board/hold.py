# SPDX-License-Identifier: GPL-2.0-or-later
"""A device held at its start, until a debugger lets it go."""

from __future__ import annotations

import json
import os
import select
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

from plumbline.lifetime import ends_with_us

_SHELL = "/bin/sh"
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

    def before(self) -> tuple[str, ...]:
        """The command that a process is put behind: it begins when the gate is opened."""
        if not self._gate.exists():
            os.mkfifo(self._gate)
        return (*ends_with_us("KILL"), _SHELL, "-c", 'read -r go < "$0" && exec "$@"', str(self._gate))

    def debugger_for_process(self, pid: int) -> list[str]:
        """It opens the gate, and stops where the image's first instruction is."""
        opens = f"shell echo go > {shlex.quote(str(self._gate))} &"  # who waits there was interrupted by the debugger
        return [_debugger(), "-q", "-p", str(pid), "-ex", "tcatch exec", "-ex", opens, "-ex", "continue"]

    def debugger_for_stub(self, image: Path) -> list[str]:
        return [_debugger(), "-q", str(image), "-ex", f"target remote {self.stub}"]

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

    @property
    def _gate(self) -> Path:
        return self.folder / "gate"


def heard(word: int, child: int) -> list[str] | None:
    """The command that was told; None when the process with this descriptor ended before."""
    ready, _, _ = select.select([word, child], [], [])
    return list(json.loads(os.read(word, select.PIPE_BUF))) if word in ready else None


def _debugger() -> str:
    return next(filter(shutil.which, _DEBUGGERS), _DEBUGGERS[0])
