# SPDX-License-Identifier: GPL-2.0-or-later
"""Boards, benches and profiles as they stand in fixtures/: read, checked, frozen."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from plumbline.board.table import read_table
from plumbline.errors import BenchError

ROOT = Path(__file__).resolve().parents[4]
FIXTURES = ROOT / "fixtures"
IMAGES_VARIABLE = "PLUMB_IMAGES"


@dataclass(frozen=True)
class BoardSpec:
    """What a board is."""

    name: str
    kind: str  # "process"
    image: Path
    has: frozenset[str] = frozenset()  # what scenarios may need


@dataclass(frozen=True)
class BenchSpec:
    """A board, where it stands, and what is declared for it."""

    name: str
    board: BoardSpec
    mac: str
    address: str
    netmask: str
    gateway: str
    profile: Mapping[str, int] | None = None  # None: nothing is declared yet
    seed: int = 1


def bench_names(fixtures: Path = FIXTURES) -> list[str]:
    return sorted(path.stem for path in (fixtures / "benches").glob("*.toml"))


def load_bench(name: str, fixtures: Path = FIXTURES) -> BenchSpec:
    """BenchError, naming file and key, for what is missing or wrong."""
    path = fixtures / "benches" / f"{name}.toml"
    if not path.exists():
        raise BenchError(f"no bench {name!r}; there are: {', '.join(bench_names(fixtures)) or 'none'}")
    table = read_table(path)
    device = table.table("device")
    spec = BenchSpec(
        name=name,
        board=load_board(table.text("board"), fixtures),
        mac=device.mac("mac"),
        address=device.ipv4("address"),
        netmask=device.ipv4("netmask"),
        gateway=device.ipv4("gateway"),
        profile=_load_profile(table.text("profile"), fixtures),
        seed=table.number("seed", 1),
    )
    device.nothing_else()
    table.nothing_else()
    return spec


def load_board(name: str, fixtures: Path = FIXTURES) -> BoardSpec:
    table = read_table(fixtures / "boards" / f"{name}.toml")
    spec = BoardSpec(
        name=table.text("name"),
        kind=table.one_of("kind", ("process",)),
        image=image_path(name, table.text("image")),
        has=frozenset(table.texts("has")),
    )
    if spec.name != name:
        raise table.wrong("name", f"is {spec.name!r} in the file of {name!r}")
    table.nothing_else()
    return spec


def image_path(board: str, image: str, environment: Mapping[str, str] = os.environ) -> Path:
    """Where the board's image lies: under $PLUMB_IMAGES, else where its file says, from the root of the sources."""
    images = environment.get(IMAGES_VARIABLE)
    return Path(images) / board / "dut" if images else ROOT / image


def _load_profile(name: str, fixtures: Path) -> Mapping[str, int] | None:
    path = fixtures / "profiles" / f"{name}.toml"
    if not path.exists():
        return None
    table = read_table(path)
    return table.table("limits").all_numbers()
