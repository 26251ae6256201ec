# SPDX-License-Identifier: GPL-2.0-or-later
"""What was accepted (fixtures/cost/measured.toml), and how a measurement differs from it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from plumbline.errors import BenchError

Numbers = Mapping[str, float]  # by key: "cortex-m7.lwip.ax.tcp-echo-1" and the like

# The compiler's and the C library's share of a count on x86-64 varies with the machine; on the Cortex-M7 nothing does.
_TOLERANCE = {"x86-64": 0.01}

_HEAD = """\
# SPDX-License-Identifier: GPL-2.0-or-later
# What the stack costs, as accepted: written by `make bench ACCEPT=1`, compared by `make bench`.
# Instructions for one operation; bytes where it says ram or size. What a row is: firmware/bench/rows.c.
"""


@dataclass(frozen=True)
class Difference:
    key: str
    accepted: float | None
    measured: float | None

    @property
    def is_worse(self) -> bool:
        """More than accepted; missing; or new, so that nobody has accepted it."""
        return self.accepted is None or self.measured is None or self.measured > self.accepted

    def __str__(self) -> str:
        if self.accepted is None:
            return f"{self.key}: {self.measured:g} is new"
        if self.measured is None:
            return f"{self.key}: {self.accepted:g} is no longer measured"
        step = self.measured - self.accepted
        share = f" ({step / self.accepted:+.1%})" if self.accepted else ""
        return f"{self.key}: {self.accepted:g} -> {self.measured:g}, {step:+g}{share}"


def differences(accepted: Numbers, measured: Numbers, *, of_all: bool = True) -> list[Difference]:
    """`of_all`: what was not measured counts as a difference too."""
    keys = [key for key in [*accepted, *(key for key in measured if key not in accepted)] if of_all or key in measured]
    found = [Difference(key, accepted.get(key), measured.get(key)) for key in keys]
    return [one for one in found if not _is_same(one)]


def _is_same(one: Difference) -> bool:
    if one.accepted is None or one.measured is None:
        return False
    tolerance = _TOLERANCE.get(one.key.split(".")[0], 0) * one.accepted
    return abs(one.measured - one.accepted) <= tolerance


def read(path: Path) -> dict[str, float]:
    try:
        table = tomllib.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except tomllib.TOMLDecodeError as error:
        raise BenchError(f"{path}: {error}") from error
    return dict(_flat(table, ""))


def _flat(table: Mapping[str, object], prefix: str) -> Iterator[tuple[str, float]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, int | float):
            yield f"{prefix}{name}", value
        else:
            raise BenchError(f"{prefix}{name} is no number")


def write(path: Path, numbers: Numbers) -> None:
    """A table for all that a key's first parts have in common."""
    tables: dict[str, list[str]] = {}
    for key, value in numbers.items():
        table, _, name = key.rpartition(".")
        tables.setdefault(table, []).append(f"{name} = {value:.10g}")
    text = [_HEAD, *(f"[{table}]\n" + "\n".join(lines) + "\n" for table, lines in tables.items())]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(text))
