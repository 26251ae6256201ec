# SPDX-License-Identifier: GPL-2.0-or-later
"""What a peer needs of the bench: a wire that is in order with the device's shell."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from plumbline.events import FrameEvent
from plumbline.shell.views import ClockView
from plumbline.wire.decode import Frame


class Medium(Protocol):
    def send(self, frame: bytes) -> None:
        """Puts a frame on the wire. Does not wait for what comes of it."""

    def overrun(self, frames: Iterable[bytes]) -> None:
        """Sends them to a device that takes nothing out of its receiver meanwhile."""

    def post(self, frame: bytes) -> None:
        """The same, from a listener: at its turn."""

    def settle(self) -> None:
        """Everything the device had to say up to now has been said, and heard by the listeners."""

    def subscribe(self, listener: Callable[[FrameEvent, Frame], None]) -> None:
        """`listener` is called with each frame of the device."""

    def advance_to_frame(self, at_most_ms: int) -> ClockView:
        """Moves the stack clock to the first deadline that sends a frame, or so far."""

    def ladder(self) -> str:
        """The last of what happened."""
