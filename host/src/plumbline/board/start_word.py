# SPDX-License-Identifier: GPL-2.0-or-later
"""The boot word (docs/bench-protocol.md): what the bench says to a device before it starts. Pure."""

from __future__ import annotations

from dataclasses import dataclass

_MAGIC = int.from_bytes(b"AXBW", "little")
_HELD, _SEEDED = 1, 2


@dataclass(frozen=True)
class StartWord:
    """Where the held clock starts (None: it runs), and the seed of all randomness (None: the port's)."""

    held_at_ms: int | None = 0
    seed: int | None = None

    def arguments(self) -> list[str]:
        """For a process."""
        held = [] if self.held_at_ms is None else ["--hold", str(self.held_at_ms)]
        seed = [] if self.seed is None else ["--seed", str(self.seed)]
        return held + seed

    def words(self) -> list[int]:
        """For a chip: 32-bit words at its boot word's address, in order."""
        held = _HELD if self.held_at_ms is not None else 0
        seeded = _SEEDED if self.seed is not None else 0
        seed = self.seed or 0
        return [_MAGIC, held | seeded, self.held_at_ms or 0, seed & 0xFFFFFFFF, seed >> 32]


HELD_AT_0 = StartWord()
