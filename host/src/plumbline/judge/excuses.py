# SPDX-License-Identifier: GPL-2.0-or-later
"""When the device need not acknowledge: while it cannot send or look, and where it may have lost what came."""

from __future__ import annotations

from plumbline.wire.fence import FenceAnswer

_STOPPING = ("tx-full", "tx-room", "rx-defer")


class Excuses:
    """Frames that find no buffer need no entry: they are counted as dropped."""

    def __init__(self) -> None:
        self._faults: dict[str, str] = {}  # those that are on, with how long
        self._dropped = 0  # as the last answer said

    def fault(self, words: list[str]) -> None:
        """`link fault KIND VALUE`."""
        if len(words) < 2 or words[0] not in _STOPPING:
            return
        if words[1] in ("off", "0"):
            self._faults.pop(words[0], None)
        else:
            self._faults[words[0]] = words[1]

    def frame_left(self) -> None:
        """The sends that a counted fault refused are behind us."""
        if self._faults.get("tx-full", "all") != "all":
            del self._faults["tx-full"]

    @property
    def cannot_answer(self) -> bool:
        return bool(self._faults)

    def has_lost(self, answer: FenceAnswer) -> bool:
        """Whether frames were dropped since the last answer."""
        before, self._dropped = self._dropped, answer.frames_dropped
        return answer.frames_dropped != before
