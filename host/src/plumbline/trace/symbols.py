# SPDX-License-Identifier: GPL-2.0-or-later
"""The symbols of an image, by binutils' nm."""

from __future__ import annotations

import bisect
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from plumbline.errors import BenchError

_CODE = "tTwW"


@dataclass(frozen=True)
class Symbol:
    name: str
    at: int
    size: int


def _has_name(line: str) -> bool:
    """What the linker made of several objects has symbols of kind N that have none."""
    return len(line.split()) > 2


class Symbols:
    """Addresses are those of instructions: without the bit that says Thumb."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.all: dict[str, Symbol] = {}
        code = []
        for line in filter(_has_name, lines):
            at, *size, kind, name = line.split()
            address = int(at, 16) & ~1 if kind in _CODE else int(at, 16)
            symbol = Symbol(name, address, int(size[0], 16) if size else 0)
            if name not in self.all or symbol.size > self.all[name].size:  # statics may share a name
                self.all[name] = symbol
            if kind in _CODE and symbol.size:
                code.append(symbol)
        self._functions = sorted(code, key=lambda symbol: symbol.at)
        self._starts = [symbol.at for symbol in self._functions]

    def at(self, name: str) -> int:
        if name not in self.all:
            raise BenchError(f"the image has no {name}")
        return self.all[name].at

    def function(self, address: int) -> str:
        """The name of the function with that instruction; the address where nobody says."""
        index = bisect.bisect_right(self._starts, address) - 1
        if index >= 0 and address < self._functions[index].at + self._functions[index].size:
            return self._functions[index].name
        return f"{address:#x}"

    def code(self) -> range:
        """All addresses from the first function to the last."""
        if not self._functions:
            raise BenchError("the image has no functions")
        return range(self._starts[0], max(symbol.at + symbol.size for symbol in self._functions))

    def functions(self) -> list[range]:
        """The addresses of each function."""
        return [range(symbol.at, symbol.at + symbol.size) for symbol in self._functions]

    def by_function(self, ran: Mapping[int, int]) -> dict[str, int]:
        """Instructions, function by function, the most first."""
        sums: dict[str, int] = {}
        for address, count in ran.items():
            name = self.function(address)
            sums[name] = sums.get(name, 0) + count
        return dict(sorted(sums.items(), key=lambda entry: -entry[1]))


def read_symbols(image: Path, nm: str = "arm-none-eabi-nm") -> Symbols:
    try:
        run = subprocess.run([nm, "-S", "--defined-only", str(image)], capture_output=True, text=True, check=False)
    except FileNotFoundError as missing:
        raise BenchError(f"{nm} is missing: make setup") from missing
    if run.returncode:
        raise BenchError(f"{nm}: {run.stderr.strip()}")
    return Symbols(run.stdout.splitlines())
