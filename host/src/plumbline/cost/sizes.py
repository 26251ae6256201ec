# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory, read off images and symbols: what an image takes, what a socket takes, what all share."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from plumbline.errors import BenchError
from plumbline.trace.symbols import Symbols

# Of the image: memory that connections, segments and frames take from.
_POOL_PREFIX, _POOL_SUFFIX = "memp_memory_", "_base"
_POOLS = {"ram_heap": "heap", "held": "held_frames", "stack_neighbours": "neighbour_packets"}


def image_size(image: Path, tool: str) -> dict[str, int]:
    """text, data and bss."""
    try:
        run = subprocess.run([tool, str(image)], capture_output=True, text=True, check=False)
    except FileNotFoundError as missing:
        raise BenchError(f"{tool} is missing: make setup") from missing
    if run.returncode:
        raise BenchError(f"{tool}: {run.stderr.strip()}")
    return parse_size(run.stdout)


def parse_size(said: str) -> dict[str, int]:
    names, numbers = (line.split() for line in said.splitlines()[:2])
    return {name: int(number) for name, number in zip(names[:3], numbers[:3], strict=True)}


def things(symbols: Symbols) -> dict[str, int]:
    """What each thing takes, all in: the sum of its parts, ram_THING_PART of firmware/bench/ram/ram.c."""
    sums: dict[str, int] = {}
    for name, symbol in symbols.all.items():
        if name.startswith("ram_"):
            thing = name.split("_")[1]
            sums[thing] = sums.get(thing, 0) + symbol.size
    return dict(sorted(sums.items()))


def pools(symbols: Symbols) -> Mapping[str, int]:
    """What all sockets share, the largest first."""
    found = {_pool(name): symbol.size for name, symbol in symbols.all.items() if _pool(name)}
    return dict(sorted(found.items(), key=lambda entry: -entry[1]))


def _pool(name: str) -> str:
    if name.startswith(_POOL_PREFIX) and name.endswith(_POOL_SUFFIX):
        return name.removeprefix(_POOL_PREFIX).removesuffix(_POOL_SUFFIX).lower()
    return _POOLS.get(name, "")
