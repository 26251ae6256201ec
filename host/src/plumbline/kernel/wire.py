# SPDX-License-Identifier: GPL-2.0-or-later
"""What the bridge needs of the bench: the device's wire in real time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class RealTimeWire(Protocol):
    def fileno(self) -> int:
        """Readable when a frame of the device is there."""

    def relay(self, take: Callable[[bytes], None] | None) -> None:
        """From now on the device's frames are `take`'s alone, recorded as ever; None: the peers' again."""

    def pass_on(self, frame: bytes, step: str) -> None:
        """Puts a frame on the wire now. Where the device's receiver could overflow, a fence waits for its room."""

    def take_in(self) -> int:
        """Hands on the frames that are there, without waiting. How many."""

    def prove_rest(self) -> None:
        """A fence: raises what has become of a device that does not answer it."""

    def note(self, text: str) -> None:
        """For the record."""
