# SPDX-License-Identifier: GPL-2.0-or-later
"""The bridge between Linux's end of the wire and the device's. It moves frames and impairs them; it knows no TCP."""

from __future__ import annotations

import errno
import socket
from collections import Counter
from typing import NamedTuple

from plumbline.kernel.impairment import FATES, Impairment, Odds, Passed
from plumbline.kernel.wire import RealTimeWire

_BATCH = 64  # frames of one side before the other has its turn
_FRAME_MAX = 4096


class Fates(NamedTuple):
    """By way, how many "frames" there were, and how many of them were "lost", "doubled", "late", "spoiled"."""

    to_device: Counter[str]
    to_linux: Counter[str]


class Bridge:
    def __init__(self, wire: RealTimeWire, linux: socket.socket, seed: int) -> None:
        self.from_device = 0  # frames, impaired or not
        self.overruns = 0  # frames that Linux had no room for, which neither seed nor odds had in mind
        self._wire = wire
        self._linux = linux
        self._to_device = Impairment(Odds(), f"{seed} to the device")
        self._to_linux = Impairment(Odds(), f"{seed} to Linux")
        wire.relay(self._hand_to_linux)

    def impair(self, odds: Odds) -> None:
        """From now on, each way by itself."""
        self._to_device.odds = self._to_linux.odds = odds

    @property
    def fates(self) -> Fates:
        """What was done to frames so far."""
        return Fates(Counter(self._to_device.counts), Counter(self._to_linux.counts))

    @property
    def holds(self) -> bool:
        """Whether frames are late."""
        return self._to_device.holds or self._to_linux.holds

    def take_from_linux(self) -> None:
        for _ in range(_BATCH):
            try:
                frame = self._linux.recv(_FRAME_MAX)
            except BlockingIOError:
                return
            self._put_to_device(self._to_device.take(frame))

    def take_from_device(self) -> None:
        self._wire.take_in()

    def release(self) -> None:
        """Nothing comes any more that could overtake what is late."""
        self._put_to_device(self._to_device.release())
        self._put_to_linux(self._to_linux.release())

    def account(self) -> str:
        """What was done to the frames of each way."""
        told = [f"to the device: {_told(self.fates.to_device)}", f"to Linux: {_told(self.fates.to_linux)}"]
        if self.overruns:
            told.append(f"{self.overruns} found no room there")
        return "; ".join(told)

    def close(self) -> None:
        self._wire.relay(None)

    def _hand_to_linux(self, frame: bytes) -> None:
        self.from_device += 1
        self._put_to_linux(self._to_linux.take(frame))

    def _put_to_device(self, frames: list[Passed]) -> None:
        for frame, fate in frames:
            self._wire.pass_on(frame, f"Linux, {fate}" if fate else "Linux")

    def _put_to_linux(self, frames: list[Passed]) -> None:
        for frame, _ in frames:
            try:
                self._linux.send(frame)
            except OSError as error:
                if error.errno not in (errno.ENOBUFS, errno.EAGAIN):
                    raise
                self.overruns += 1


def _told(counts: Counter[str]) -> str:
    fates = (f"{counts[fate]} {fate}" for fate in FATES if counts[fate])
    return ", ".join([f"{counts['frames']} frames", *fates])
