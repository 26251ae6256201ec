# SPDX-License-Identifier: GPL-2.0-or-later
"""labgrid's Python. It is another than ours: labgrid brings a pyserial of its own, and pins what we pin otherwise."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from plumbline.errors import BenchError

VARIABLE = "PLUMB_LABGRID"
_VENV = Path("build/labgrid")  # from the root of the checkout
_OURS = Path("host/labgrid")


@dataclass(frozen=True)
class Labgrid:
    python: Path
    ours: Path  # the folder of the package plumbline_labgrid

    def command(self, module: str, *arguments: str) -> list[str]:
        """One of that package's programs."""
        return [str(self.python), "-m", f"plumbline_labgrid.{module}", *arguments]

    def environment(self, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
        return {**environment, "PYTHONPATH": str(self.ours)}

    def line(self, variables: Mapping[str, str], module: str, *arguments: str) -> str:
        """The same for a shell."""
        told = {**variables, "PYTHONPATH": str(self.ours)}
        words = [*(f"{name}={value}" for name, value in told.items()), *self.command(module, *arguments)]
        return shlex.join(["env", *words])


def labgrid_of(root: Path, environment: Mapping[str, str] = os.environ) -> Labgrid:
    """$PLUMB_LABGRID, the Python of a venv that has labgrid, else what `make labgrid` makes in the checkout `root`."""
    named = environment.get(VARIABLE)
    python = Path(named) if named else root / _VENV / "bin/python"
    if not os.access(python, os.X_OK):
        way_out = f"${VARIABLE} names it" if named else f"run `make labgrid`, or name one that has it in ${VARIABLE}"
        raise BenchError(f"labgrid is not installed: there is no {python}; {way_out}")
    return Labgrid(python, root / _OURS)
