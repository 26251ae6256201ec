# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets that were sent in fragments, put together."""

from __future__ import annotations

from plumbline.wire.decode import Frame
from plumbline.wire.fragments import Key, key_of, put_together


class Pieces:
    def __init__(self) -> None:
        self._kept: dict[Key, list[Frame]] = {}

    def add(self, fragment: Frame) -> Frame | None:
        """The packet whose last missing fragment this is. Those that overlap become none."""
        assert fragment.ip is not None
        key = key_of(fragment.ip)
        kept = self._kept.setdefault(key, [])
        if all(one.data != fragment.data for one in kept):
            kept.append(fragment)
        whole = put_together(kept)
        if whole is not None:
            del self._kept[key]
        return whole

    def take_incomplete(self) -> list[int]:
        """The identifications of those that still lack something; they are forgotten."""
        idents = [key[3] for key in self._kept]
        self.forget()
        return idents

    def forget(self) -> None:
        """What lacks something need not become whole any more."""
        self._kept.clear()
