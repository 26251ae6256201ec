# SPDX-License-Identifier: GPL-2.0-or-later
"""What a board's receiver holds before frames are lost unseen, and how much of that is taken. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReceiveFifo:
    """Frames by number; and in the FIFO of a LAN9118 or its like by 32-bit words, each with its status word and two
    bytes in front of it. In a ring of descriptors words are None: each has room for the longest."""

    frames: int
    words: int | None = None

    def words_of(self, frame_bytes: int) -> int:
        return (frame_bytes + 2 + 3) // 4 + 1

    def holds(self, frames: int, words: int) -> bool:
        return frames <= self.frames and (self.words is None or words <= self.words)


class Credit:
    """Counts what was sent since the device was last known to have taken in everything. `fifo` None: no bound."""

    def __init__(self, fifo: ReceiveFifo | None, *, reserve_bytes: int = 0) -> None:
        """One frame of `reserve_bytes` is always left: the fence that gives the credit back."""
        self._fifo = fifo
        self._reserve = fifo.words_of(reserve_bytes) if fifo and reserve_bytes else 0
        self._reserved_frames = 1 if reserve_bytes else 0
        self.restore()

    def restore(self) -> None:
        """The device has taken in everything."""
        self._frames = 0
        self._words = 0

    def covers(self, frame_bytes: int) -> bool:
        """Whether it may be sent now."""
        if self._fifo is None:
            return True
        words = self._words + self._fifo.words_of(frame_bytes) + self._reserve
        return self._fifo.holds(self._frames + 1 + self._reserved_frames, words)

    def take(self, frame_bytes: int) -> None:
        self._frames += 1
        if self._fifo is not None:
            self._words += self._fifo.words_of(frame_bytes)
