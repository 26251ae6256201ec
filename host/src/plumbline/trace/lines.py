# SPDX-License-Identifier: GPL-2.0-or-later
"""Which source lines ran: every address of the image's code by binutils' addr2line, held against those that ran."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from plumbline.errors import BenchError

_STEP = 2  # bytes of the shortest instruction
_PLACE = re.compile(r"^(?P<path>.+):(?P<line>\d+)(?: \(discriminator \d+\))?$")

Line = tuple[str, int]  # path and number


@dataclass(frozen=True)
class Coverage:
    """The lines of one source file that have code, and how often each one's busiest instruction ran."""

    path: str
    lines: Mapping[int, int]

    @property
    def ran(self) -> int:
        return sum(1 for count in self.lines.values() if count)


def coverage(places: Mapping[int, Line], ran: Mapping[int, int]) -> list[Coverage]:
    """File by file, in order of path. `places` are all addresses of the image that belong to a line."""
    files: dict[str, dict[int, int]] = {}
    for address, (path, line) in places.items():
        lines = files.setdefault(path, {})
        lines[line] = max(lines.get(line, 0), ran.get(address, 0))
    return [Coverage(path, dict(sorted(lines.items()))) for path, lines in sorted(files.items())]


def parse_places(addresses: Sequence[int], answers: Sequence[str]) -> dict[int, Line]:
    """What addr2line said of each address; those of no line are left out."""
    places = {}
    for address, answer in zip(addresses, answers, strict=True):
        if (found := _PLACE.match(answer)) and int(found["line"]):
            places[address] = (found["path"], int(found["line"]))
    return places


def read_places(image: Path, code: Iterable[range], tool: str = "arm-none-eabi-addr2line") -> dict[int, Line]:
    """The source line of every halfword of `code`."""
    addresses = [address for stretch in code for address in range(stretch.start, stretch.stop, _STEP)]
    asked = "".join(f"{address:#x}\n" for address in addresses)
    try:
        run = subprocess.run([tool, "-e", str(image)], input=asked, capture_output=True, text=True, check=False)
    except FileNotFoundError as missing:
        raise BenchError(f"{tool} is missing: make setup") from missing
    if run.returncode:
        raise BenchError(f"{tool}: {run.stderr.strip()}")
    return parse_places(addresses, run.stdout.splitlines())
