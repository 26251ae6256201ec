# SPDX-License-Identifier: GPL-2.0-or-later
"""One step of a script: what is done, in its fields, and how it is done to a scene."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Protocol

from scenarios.hostile.scene import Scene


class Printer(Protocol):
    """Of Hypothesis."""

    def text(self, text: str) -> None: ...


@dataclass(frozen=True)
class Step:
    """Its text leaves out what is as by default."""

    def run(self, scene: Scene) -> None:
        raise NotImplementedError

    def __repr__(self) -> str:
        values = [(one.name, getattr(self, one.name), one.default) for one in fields(self)]
        said = [f"{name}={value!r}" for name, value, default in values if value != default]
        return f"{type(self).__name__}({', '.join(said)})"

    def _repr_pretty_(self, printer: Printer, cycle: bool) -> None:
        printer.text(repr(self))
