# SPDX-License-Identifier: GPL-2.0-or-later
"""What an image says of itself: its application and its board, in a section that firmware.mk puts into the file, and
which addresses it fills."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SECTION = b".ax.image"
_MAGIC = b"\x7fELF"
_CLASS, _DATA = 4, 5  # in e_ident
_32_BIT, _LITTLE_ENDIAN = 1, 1
_ARM = 40  # e_machine
_LOADED = 1  # p_type


@dataclass(frozen=True)
class Made:
    application: str  # a folder of firmware/apps/
    board: str  # a folder of firmware/boards/

    def __str__(self) -> str:
        return f"{self.application} for {self.board}"


@dataclass(frozen=True)
class _Layout:
    """Where an ELF header has e_shoff, then e_shentsize, e_shnum and e_shstrndx; and what of a section's header is
    sh_name, sh_offset and sh_size."""

    table_at: str
    counts_at: int
    section: str


_LAYOUTS = {1: _Layout("<32xI", 0x2E, "<I12xII"), 2: _Layout("<40xQ", 0x3A, "<I20xQQ")}


def made_for(image: Path) -> Made | None:
    """None for a file that does not say: no ELF, or not built by firmware.mk."""
    with image.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            return None
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as elf:
            try:
                words = _section(elf).decode("ascii").split()
            except (struct.error, IndexError, UnicodeDecodeError):
                return None
    return Made(*words) if len(words) == 2 else None


def filled_by(image: Path) -> list[range]:
    """The addresses of a chip that are written when it is loaded. ValueError for a file that is no whole program of a
    32-bit Arm."""
    elf = image.read_bytes()
    if not elf.startswith(_MAGIC + bytes([_32_BIT, _LITTLE_ENDIAN])):
        raise ValueError("it is no ELF file of 32 bits")
    try:
        return _filled(elf)
    except struct.error:
        raise ValueError("its end is missing") from None


def _filled(elf: bytes) -> list[range]:
    machine, segments_at, sections_at = struct.unpack_from("<18xH8xII", elf)
    each, count, each_section, sections = struct.unpack_from("<42x4H", elf)
    if machine != _ARM:
        raise ValueError("it is no program of an Arm")
    headers = [struct.unpack_from("<II4xII", elf, segments_at + index * each) for index in range(count)]
    parts = [(at, address, size) for kind, at, address, size in headers if kind == _LOADED and size]
    ends = [sections_at + each_section * sections, *(at + size for at, _, size in parts)]
    if max(ends) > len(elf):
        raise ValueError("its end is missing")
    if not parts:
        raise ValueError("there is nothing in it to load")
    return [range(address, address + size) for _, address, size in parts]


def _section(elf: mmap.mmap) -> bytes:
    """Empty when there is none of that name."""
    layout = _LAYOUTS.get(elf[_CLASS])
    if layout is None or elf[_DATA] != _LITTLE_ENDIAN:
        return b""
    headers = list(_headers(elf, layout))
    (names,) = struct.unpack_from("<4xH", elf, layout.counts_at)
    _, names_at, _ = headers[names]
    for name, at, size in headers:
        if elf[names_at + name : names_at + name + len(_SECTION) + 1] == _SECTION + b"\0":
            return elf[at : at + size]
    return b""


def _headers(elf: mmap.mmap, layout: _Layout) -> Iterator[tuple[int, int, int]]:
    (table,) = struct.unpack_from(layout.table_at, elf)
    each, count = struct.unpack_from("<HH", elf, layout.counts_at)
    for index in range(count):
        yield struct.unpack_from(layout.section, elf, table + index * each)
