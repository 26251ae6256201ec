# SPDX-License-Identifier: GPL-2.0-or-later
"""Boards and benches as they stand in fixtures/: read, checked, frozen."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from plumbline.board.credit import ReceiveFifo
from plumbline.board.table import Table, read_table
from plumbline.errors import BenchError

KINDS = ("process", "qemu")
IMAGES_VARIABLE = "PLUMB_IMAGES"
_IMAGES = Path("build/lwip-2.2.1")  # from the root of the checkout


@dataclass(frozen=True)
class Machine:
    """A machine of QEMU."""

    name: str  # as `qemu-system-arm -M help` has it
    nic: str
    boot_word: int  # address of its block in RAM (docs/bench-protocol.md)
    fifo: ReceiveFifo | None = None  # what its receiver holds, when more is lost unseen


@dataclass(frozen=True)
class BoardSpec:
    """What a board is: a process, or a machine of QEMU."""

    name: str
    image: Path
    can: frozenset[str] = frozenset()  # what a scenario may need of it
    pads_to: int = 0  # bytes that its Ethernet device pads short frames to; 0: it does not
    machine: Machine | None = None


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


def known_features(root: Path) -> frozenset[str]:
    """What any board can do: a need beside these is a slip of the pen."""
    boards = (root / "fixtures" / "boards").glob("*.toml")
    return frozenset().union(*(load_board(path.stem, root).can for path in boards))


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
        image=images_folder(root) / table.text("image"),
        can=frozenset(table.texts("can")),
        pads_to=table.number("pads_to", 0),
        machine=_machine(table.table("machine")) if table.one_of("kind", KINDS) == "qemu" else None,
    )
    if spec.name != name:
        raise table.wrong("name", f"is {spec.name!r} in the file of {name!r}")
    table.nothing_else()
    return spec


def _machine(table: Table) -> Machine:
    machine = Machine(
        name=table.text("name"),
        nic=table.text("nic"),
        boot_word=table.number("boot_word"),
        fifo=_fifo(table.table("receive_fifo")) if "receive_fifo" in table else None,
    )
    table.nothing_else()
    return machine


def _fifo(table: Table) -> ReceiveFifo:
    fifo = ReceiveFifo(frames=table.number("frames"), words=table.number("words"))
    table.nothing_else()
    return fifo


def check_image(image: Path) -> None:
    """BenchError, saying what to do, for one that cannot be started."""
    if not image.exists():
        raise BenchError(f"there is no image {image}: run `make fw`")
    if not image.is_file() or not os.access(image, os.X_OK):
        raise BenchError(f"{image} is no program")


def images_folder(root: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """$PLUMB_IMAGES, else where `make fw` puts the images of the pinned lwIP."""
    return root / environment.get(IMAGES_VARIABLE, _IMAGES)
