# SPDX-License-Identifier: GPL-2.0-or-later
"""The images of firmware/bench: a machine, a stack, and who adds up the checksums."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

CORTEX_M7, X86_64 = "cortex-m7", "x86-64"
AX, RAW = "ax", "raw"
STYLES = ("futures", "readiness", "reactor", "callback")  # over ax: what an echo costs in each
PROXY = "proxy"  # the same echo, at an address that the device only stands for
OF_STYLES = ("tcp-echo-1", "tcp-echo-64", "tcp-connection")  # rows in which they differ from ax
OF_THE_PROXY = ("tcp-echo-1", "tcp-echo-64", "udp-echo-64", "tcp-connection")
OURS = "ours"
SUMS = {
    CORTEX_M7: ("lwip", OURS, "offload"),
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

    @property
    def rows(self) -> tuple[str, ...]:
        """Those that are counted; empty: all."""
        if self.stack in (AX, RAW):
            return ()
        return OF_THE_PROXY if self.stack == f"{AX}-{PROXY}" else OF_STYLES

    def image(self, images: Path) -> Path:
        return images / self.name / "bench"


def variants() -> list[Variant]:
    both = [Variant(machine, stack, sums) for machine, ways in SUMS.items() for sums in ways for stack in (RAW, AX)]
    return [*both, *(Variant(CORTEX_M7, f"{AX}-{style}", OURS) for style in (*STYLES, PROXY))]
