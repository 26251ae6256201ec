# SPDX-License-Identifier: GPL-2.0-or-later
"""Boards and benches as they stand in fixtures/: read, checked, frozen."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from plumbline.board.abilities import ABILITIES
from plumbline.board.credit import ReceiveFifo
from plumbline.board.image import Made, made_for
from plumbline.board.table import Table, read_table
from plumbline.errors import BenchError
from plumbline.wire.fence import FRAME_BYTES as FENCE_BYTES

KINDS = ("process", "qemu", "nucleo")
STANDS = ("virtual", "rig")
WAYS = ("all", "turns", "core")
IMAGES_VARIABLE = "PLUMB_IMAGES"
_APPLICATION = "dut"
_FRAME_BYTES = 1514  # the longest, without its FCS
_SEEDS = range(1 << 64)
_PADDED_MOST = 60
_BLOCK = 32  # bytes of the boot word
_ADDRESSES = range(0, (1 << 32) - _BLOCK + 1, 4)
_IMAGES = Path("build/lwip-2.2.1")  # from the root of the checkout


@dataclass(frozen=True)
class QemuMachine:
    """A machine of QEMU."""

    name: str  # as `qemu-system-arm -M help` has it
    nic: str
    boot_word: int  # address of its block in RAM (docs/bench-protocol.md)


@dataclass(frozen=True)
class BoardSpec:
    """What a board is: a process, a machine of QEMU, or a Nucleo behind its probe."""

    name: str
    image: Path
    can: frozenset[str] = frozenset()  # of ABILITIES: what a scenario may need of it
    pads_to: int = 0  # bytes that its Ethernet device pads short frames to; 0: it does not
    machine: QemuMachine | None = None
    kind: str = "process"  # of KINDS
    boot_word: int = 0  # of a Nucleo: the address of its block in RAM (docs/bench-protocol.md)
    fifo: ReceiveFifo | None = None  # what its receiver holds, when more is lost unseen

    @property
    def is_process(self) -> bool:
        """It is no chip: its shell is no serial line, and it has no memory of its own."""
        return self.kind == "process"


@dataclass(frozen=True)
class BenchSpec:
    """A board, where it stands, and what is declared for it."""

    name: str
    board: BoardSpec
    mac: str  # empty: of the board that is taken (`Rack.spec` knows it)
    address: str
    netmask: str
    gateway: str
    profile: str  # the file in fixtures/profiles/ that says what the device is built for
    seed: int = 1
    ways: str = "all"  # into the sockets, that scenarios go through here unless they are chosen (`--way`)
    stands: str = ""  # of STANDS, for a Nucleo: started by the harness, or taken from the rig file
    place_can: frozenset[str] = frozenset()  # of ABILITIES: what its place adds to what the board can

    @property
    def can(self) -> frozenset[str]:
        return self.board.can | self.place_can


def bench_names(root: Path) -> list[str]:
    return sorted(path.stem for path in (root / "fixtures" / "benches").glob("*.toml"))


def load_bench(name: str, root: Path) -> BenchSpec:
    """The bench of that name in the checkout at `root`. BenchError, naming file and key, for what is wrong."""
    path = root / "fixtures" / "benches" / f"{name}.toml"
    if not path.exists():
        raise BenchError(f"no bench {name!r}; there are: {', '.join(bench_names(root)) or 'none'}")
    table = read_table(path)
    device = table.table("device")
    board = load_board(table.text("board"), root)
    is_nucleo = board.kind == "nucleo"
    spec = BenchSpec(
        name=name,
        board=board,
        mac="" if is_nucleo else device.mac("mac"),
        address=device.ipv4("address"),
        netmask=device.netmask("netmask"),
        gateway=device.ipv4("gateway"),
        profile=table.text("profile"),
        seed=table.number("seed", 1, within=_SEEDS),
        ways=table.one_of("ways", WAYS),
        stands=table.one_of("stands", STANDS) if is_nucleo else "",
        place_can=table.some_of("can", ABILITIES) if "can" in table else frozenset(),
    )
    device.nothing_else()
    table.nothing_else()
    return spec


def load_board(name: str, root: Path) -> BoardSpec:
    """The board of that name in the checkout at `root`. BenchError, naming file and key, for what is wrong."""
    table = _board_table(name, root)
    kind = table.one_of("kind", KINDS)
    spec = BoardSpec(
        name=table.text("name"),
        kind=kind,
        image=images_folder(root) / table.text("image"),
        can=table.some_of("can", ABILITIES),
        pads_to=table.number("pads_to", 0, within=range(_PADDED_MOST + 1)),
        machine=_machine(table.table("machine")) if kind == "qemu" else None,
        boot_word=table.number("boot_word", within=_ADDRESSES) if kind == "nucleo" else 0,
        fifo=_fifo(table) if "receive_fifo" in table else None,
    )
    if spec.name != name:
        raise table.wrong("name", f"is {spec.name!r} in the file of {name!r}")
    table.nothing_else()
    return spec


def _board_table(name: str, root: Path) -> Table:
    """Of a board that is `like` another only what is different stands in its file. The other's file has all: who reads
    two has read everything."""
    table = read_table(_board_file(name, root))
    if "like" not in table:
        return table
    other = table.text("like")
    if not _board_file(other, root).is_file():
        raise table.wrong("like", f"is {other!r}, and there is no such board")
    whole = read_table(_board_file(other, root))
    if "like" in whole:
        raise table.wrong("like", f"is {other!r}, which is like another itself: name the one whose file has all")
    load_board(other, root)  # what is wrong there is said of that file
    merged = table.over(whole)
    merged.text("like")
    return merged


def _board_file(name: str, root: Path) -> Path:
    return root / "fixtures" / "boards" / f"{name}.toml"


def _machine(table: Table) -> QemuMachine:
    machine = QemuMachine(
        name=table.text("name"),
        nic=table.text("nic"),
        boot_word=table.number("boot_word", within=_ADDRESSES),
    )
    table.nothing_else()
    return machine


def _fifo(board: Table) -> ReceiveFifo:
    """One that the bench can work with: it never sends a frame without room for the fence behind it."""
    table = board.table("receive_fifo")
    fifo = ReceiveFifo(frames=table.number("frames"), words=table.number("words") if "words" in table else None)
    table.nothing_else()
    words = fifo.words_of(_FRAME_BYTES) + fifo.words_of(FENCE_BYTES)
    if not fifo.holds(2, words):
        least = f"of {_FRAME_BYTES} bytes and the fence behind it: frames must be at least 2, words {words}"
        raise board.wrong("receive_fifo", f"does not hold a frame {least}")
    return fifo


def check_image(board: BoardSpec) -> None:
    """BenchError, saying what to do, for an image that cannot be started, or says that it is not the board's own. What
    is flashed or given to an emulator is read; only what is a process here has to be a program."""
    way_out = f"run `make fw BOARD={board.name}`"
    if not board.image.is_file():
        raise BenchError(f"there is no image {board.image}: {way_out}")
    if board.is_process:
        check_program(board.image)
    try:
        made, wanted = made_for(board.image), Made(_APPLICATION, board.name)
    except OSError as error:
        raise BenchError(f"{board.image} cannot be read: {error.strerror}") from error
    if made is not None and made != wanted:
        raise BenchError(f"{board.image} is {made}, and is to be {wanted}: {way_out}, or see to ${IMAGES_VARIABLE}")


def check_program(image: Path) -> None:
    """BenchError, saying what to do, for a file that is not there, or that nobody may run."""
    if not image.is_file():
        raise BenchError(f"there is no image {image}: run `make fw`")
    if not os.access(image, os.X_OK):  # archives of CI leave that bit behind
        raise BenchError(
            f"{image} is no program: `chmod +x {shlex.quote(str(image))}` if it was one elsewhere, else run `make fw`"
        )


def images_folder(root: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """$PLUMB_IMAGES, else where `make fw` puts the images of the pinned lwIP."""
    return root / environment.get(IMAGES_VARIABLE, _IMAGES)
