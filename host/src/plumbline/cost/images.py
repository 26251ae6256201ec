# SPDX-License-Identifier: GPL-2.0-or-later
"""The images of firmware/bench: a machine, a stack, and who adds up the checksums."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

CORTEX_M7, X86_64 = "cortex-m7", "x86-64"
AX, RAW = "ax", "raw"
SUMS = {
    CORTEX_M7: ("lwip", "ours", "offload"),
    X86_64: ("lwip", "offload"),
}


@dataclass(frozen=True, order=True)
class Variant:
    machine: str
    stack: str
    sums: str

    @property
    def name(self) -> str:
        return f"{self.machine}-{self.stack}-{self.sums}"

    def image(self, images: Path) -> Path:
        return images / self.name / "bench"


def variants() -> list[Variant]:
    return [Variant(machine, stack, sums) for machine, ways in SUMS.items() for sums in ways for stack in (RAW, AX)]
