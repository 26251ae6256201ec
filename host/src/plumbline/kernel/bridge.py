# SPDX-License-Identifier: GPL-2.0-or-later
"""The bridge between Linux's end of the wire and the device's. It moves frames and impairs them; it knows no TCP."""

from __future__ import annotations

import errno
import socket
from collections import Counter

from plumbline.kernel.impairment import Impairment, Odds, Passed
from plumbline.kernel.wire import RealTimeWire

_BATCH = 64  # frames of one side before the other has its turn
_FRAME_MAX = 4096
_SOL_PACKET, _PACKET_STATISTICS = 263, 6


class Bridge:
    def __init__(self, wire: RealTimeWire, linux: socket.socket, seed: int) -> None:
        self.from_device = self.to_device = 0  # frames, impaired or not
        self._wire = wire
        self._linux = linux
        self._seed = seed
        self._overruns = 0  # frames that Linux had no room for
        self.impair(Odds())
        wire.relay(self._hand_to_linux)

    def impair(self, odds: Odds) -> None:
        """From now on, each way by itself. What is late is lost."""
        self._to_device = Impairment(odds, f"{self._seed} to the device")
        self._to_linux = Impairment(odds, f"{self._seed} to Linux")

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
        ways = (("to the device", self._to_device), ("to Linux", self._to_linux))
        told = [f"{way}: {_told(impairment.counts)}" for way, impairment in ways]
        return "; ".join([*told, *self._overflows()])

    def close(self) -> None:
        self._wire.relay(None)

    def _hand_to_linux(self, frame: bytes) -> None:
        self.from_device += 1
        self._put_to_linux(self._to_linux.take(frame))

    def _put_to_device(self, frames: list[Passed]) -> None:
        for frame, fate in frames:
            self.to_device += 1
            self._wire.pass_on(frame, f"Linux, {fate}" if fate else "Linux")

    def _put_to_linux(self, frames: list[Passed]) -> None:
        for frame, _ in frames:
            try:
                self._linux.send(frame)
            except OSError as error:
                if error.errno not in (errno.ENOBUFS, errno.EAGAIN):
                    raise
                self._overruns += 1

    def _overflows(self) -> list[str]:
        """What neither seed nor odds had in mind."""
        statistics = self._linux.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8)
        self._overruns += int.from_bytes(statistics[4:8], "little")
        return [f"{self._overruns} lost for want of room"] if self._overruns else []


def _told(counts: Counter[str]) -> str:
    fates = (f"{counts[fate]} {fate}" for fate in ("lost", "doubled", "late", "spoiled") if counts[fate])
    return ", ".join([f"{counts['frames']} frames", *fates])
