# SPDX-License-Identifier: GPL-2.0-or-later
"""The boot word (docs/bench-protocol.md): what the bench says to a device before it starts. Pure."""

from __future__ import annotations

from dataclasses import dataclass


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


HELD_AT_0 = StartWord()
