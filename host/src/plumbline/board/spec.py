# SPDX-License-Identifier: GPL-2.0-or-later
"""Boards and benches as they stand in fixtures/: read, checked, frozen."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from plumbline.board.table import read_table
from plumbline.errors import BenchError

IMAGES_VARIABLE = "PLUMB_IMAGES"
_IMAGES = Path("build/lwip-2.2.1")  # from the root of the checkout


@dataclass(frozen=True)
class BoardSpec:
    """What a board is."""

    name: str
    kind: str  # "process"
    image: Path


@dataclass(frozen=True)
class BenchSpec:
    """A board, where it stands, and what is declared for it."""

    name: str
    board: BoardSpec
    mac: str
    address: str
    netmask: str
    gateway: str
    profile: str  # the file in fixtures/profiles/ that says what the device is built for
    seed: int = 1


def bench_names(root: Path) -> list[str]:
    return sorted(path.stem for path in (root / "fixtures" / "benches").glob("*.toml"))


def load_bench(name: str, root: Path) -> BenchSpec:
    """The bench of that name in the checkout at `root`. BenchError, naming file and key, for what is wrong."""
    path = root / "fixtures" / "benches" / f"{name}.toml"
    if not path.exists():
        raise BenchError(f"no bench {name!r}; there are: {', '.join(bench_names(root)) or 'none'}")
    table = read_table(path)
    device = table.table("device")
    spec = BenchSpec(
        name=name,
        board=load_board(table.text("board"), root),
        mac=device.mac("mac"),
        address=device.ipv4("address"),
        netmask=device.netmask("netmask"),
        gateway=device.ipv4("gateway"),
        profile=table.text("profile"),
        seed=table.number("seed", 1),
    )
    device.nothing_else()
    table.nothing_else()
    return spec


def load_board(name: str, root: Path) -> BoardSpec:
    table = read_table(root / "fixtures" / "boards" / f"{name}.toml")
    spec = BoardSpec(
        name=table.text("name"),
        kind=table.one_of("kind", ("process",)),
        image=images_folder(root) / table.text("image"),
    )
    if spec.name != name:
        raise table.wrong("name", f"is {spec.name!r} in the file of {name!r}")
    table.nothing_else()
    return spec


def check_image(image: Path) -> None:
    """BenchError, saying what to do, for one that cannot be started."""
    if not image.exists():
        raise BenchError(f"there is no image {image}: run `make fw`")
    if not image.is_file() or not os.access(image, os.X_OK):
        raise BenchError(f"{image} is no program")


def images_folder(root: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """$PLUMB_IMAGES, else where `make fw` puts the images of the pinned lwIP."""
    return root / environment.get(IMAGES_VARIABLE, _IMAGES)
