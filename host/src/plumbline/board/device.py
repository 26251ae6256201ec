# SPDX-License-Identifier: GPL-2.0-or-later
"""What every board that was started can do."""

from __future__ import annotations

import socket
from typing import Protocol

from plumbline.board.ending import Ending
from plumbline.board.process import Activity


class Device(Protocol):
    """A running device: a process, an emulator, a board on the desk."""

    @property
    def wire(self) -> socket.socket:
        """One frame a message. Its bytes are the caller's, the socket is closed by `close()`. So is `shell`."""

    @property
    def shell(self) -> socket.socket: ...

    def plug(self, plugged: bool) -> None:
        """Puts the cable in or pulls it."""

    def ending(self, *, within_s: float = 0) -> Ending:
        """How it ended, when it has, or does within that long."""

    def activity(self) -> Activity: ...

    def log(self) -> str:
        """What it said beside its lines."""

    def end(self, *, within_s: float) -> Ending:
        """Ends what can end, and says whether all was well up to now."""

    def close(self) -> None:
        """Gives everything up, whatever state it is in. A second call has no effect."""
