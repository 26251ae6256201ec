# SPDX-License-Identifier: GPL-2.0-or-later
"""What every board that was started can do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from plumbline.board.ending import Ending
from plumbline.board.process import Activity
from plumbline.board.start_word import StartWord
from plumbline.shell.stream import Stream
from plumbline.wire.port import Port


class Device(Protocol):
    """A running device: a process, an emulator, a board on the desk."""

    @property
    def wire(self) -> Port:
        """Its frames are the caller's; `close()` closes it. So is `shell`."""

    @property
    def shell(self) -> Stream: ...

    @property
    def greeting(self) -> bytes:
        """What was read of the shell already, up to its word that it is ready."""

    @property
    def lines_read(self) -> int:
        """How many since."""

    @property
    def known_as(self) -> Mapping[str, str]:
        """Beside what it says of itself: the board's name, its probe."""

    def plug(self, plugged: bool) -> None:
        """Puts the cable in or pulls it."""

    def ending(self, *, within_s: float = 0) -> Ending:
        """How it ended, when it has, or does within that long."""

    def activity(self) -> Activity: ...

    def debugger(self) -> str:
        """What somebody's debugger does to it now, and the way out; empty where none does, or nobody can tell."""

    def log(self) -> str:
        """What it said beside its lines."""

    def reports(self) -> list[str]:
        """What silicon would punish or hide of what it did, where the board says such things, since it was asked
        last."""

    def end(self, *, within_s: float) -> Ending:
        """Ends what can end, and says whether all was well up to now."""

    def start_over(self, word: StartWord) -> list[str]:
        """Of one that is used again: starts by itself as the next will want it, and says what it has not as at its
        first start, each as of a leak."""

    def close(self) -> None:
        """Gives everything up, whatever state it is in. A second call has no effect."""
