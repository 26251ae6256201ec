# SPDX-License-Identifier: GPL-2.0-or-later
"""Segments that the peers sent in fragments, put together as the device may."""

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
