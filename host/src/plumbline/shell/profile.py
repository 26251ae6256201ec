# SPDX-License-Identifier: GPL-2.0-or-later
"""What a device says it is built for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from plumbline.errors import HarnessError


class Limits(Mapping[str, int]):
    """A mapping whose missing keys say what there is, and that knows which were asked for."""

    def __init__(self, limits: Mapping[str, int]) -> None:
        self._limits = dict(limits)
        self.asked: set[str] = set()

    @property
    def said(self) -> Mapping[str, int]:
        """All of them, for who is no scenario: none is asked for."""
        return self._limits

    def __getitem__(self, name: str) -> int:
        if name not in self._limits:
            raise HarnessError(f"the profile has no {name!r}; it has {', '.join(sorted(self._limits))}")
        self.asked.add(name)
        return self._limits[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._limits)

    def __len__(self) -> int:
        return len(self._limits)

    def __contains__(self, name: object) -> bool:
        return name in self._limits
