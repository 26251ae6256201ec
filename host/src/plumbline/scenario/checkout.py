# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the things at rest lie: the checkout that holds scenarios, fixtures and build products."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from plumbline.errors import BenchError


@dataclass(frozen=True)
class Checkout:
    root: Path

    @property
    def scenarios(self) -> Path:
        return self.root / "scenarios"

    @property
    def requirements(self) -> Path:
        return self.root / "fixtures" / "requirements"

    @property
    def deviations(self) -> Path:
        return self.root / "fixtures" / "deviations"

    @property
    def profiles(self) -> Path:
        return self.root / "fixtures" / "profiles"

    @property
    def costs(self) -> Path:
        return self.root / "fixtures" / "cost"

    @property
    def trace_plugin(self) -> Path:
        """What counts instructions in QEMU: `make trace-plugin`."""
        return self.root / "build" / "trace" / "insn.so"

    @property
    def reports(self) -> Path:
        """What runs leave behind, a folder for each bench."""
        return self.root / "build" / "report"


def find_checkout(start: Path) -> Checkout:
    """The checkout around `start`, or around this package when it is installed from one."""
    for folder in (start, *start.parents, *Path(__file__).resolve().parents):
        if (folder / "fixtures" / "requirements").is_dir():
            return Checkout(folder)
    raise BenchError(f"{start} is not in a checkout: no fixtures/requirements/ here or above")
