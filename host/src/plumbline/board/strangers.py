# SPDX-License-Identifier: GPL-2.0-or-later
"""Who else is on a board's wire: what comes there is the board's, or somebody's who is not to be there."""

from __future__ import annotations

from collections.abc import Sequence

from plumbline.errors import BenchError
from plumbline.wire.port import Port

_SHOWN = 3  # of their addresses


class Strangers:
    """On the harness's own wire there are none, whatever name a frame's sender gives himself."""

    def __init__(self, wire: Port, mac: str) -> None:
        """`mac`: the board's."""
        self._wire = wire
        self._mac = mac
        self._heard: dict[str, int] = {}

    def begin_anew(self) -> None:
        """What was heard so far explains nothing of what comes."""
        self._heard.clear()

    def listen(self, *, at_most: int) -> bool:
        """Takes what is there off the wire, so many frames of it. False when there may be more. WireClosed; BenchError
        where some were lost."""
        try:
            return any(not self._take_one() for _ in range(at_most))
        except BenchError as error:
            raise BenchError(f"{error}; {told}" if (told := self.told()) else str(error)) from error

    def hear(self, frame: bytes) -> None:
        """It came on that wire."""
        if self._wire.named and (source := frame[6:12].hex(":")) != self._mac:
            self._heard[source] = self._heard.get(source, 0) + 1

    def told(self) -> str:
        """Who was heard, and what to do about him; empty when nobody was."""
        if not self._heard:
            return ""
        count, who = sum(self._heard.values()), names_of([*self._heard])
        frames = "a frame" if count == 1 else f"{count} frames"
        return f"{frames} came from {who}: see what else is on its wire {self._wire.named}, `net` in the rig file"

    def _take_one(self) -> bool:
        frame = self._wire.receive(within_s=0)
        if frame is None:
            return False
        self.hear(frame)
        return True


def names_of(macs: Sequence[str]) -> str:
    return " and ".join([*macs[:_SHOWN], *(["others"] if macs[_SHOWN:] else [])])
