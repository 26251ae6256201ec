# SPDX-License-Identifier: GPL-2.0-or-later
"""What OpenOCD is told: its command line and scripts. Pure.

A script is commands of OpenOCD's, one a line. What they tell us begins with a mark of ours.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from plumbline.errors import BenchError
from plumbline.probe.address import ProbeAddress
from plumbline.probe.chip import Chip
from plumbline.probe.sayings import BOARD, CHIP, COMPARES, DONE, IS_THERE, MARK, VERIFIES, WRITES

_UNSAFE = frozenset("{}\\\n")
MEMORY, REGISTER_WORDS = "memory", 3
ATTACHES = "connect_deassert_srst"
GDB_PORT = 3333
_LETS_GO = "catch {reset run}"


@dataclass(frozen=True)
class SwdLink:
    """How the chip is met."""

    speed_khz: int = 1800
    under_reset: bool = False  # NRST is held from before the first word on: meets a chip that sleeps or runs wild


@dataclass(frozen=True)
class Setup:
    """The same for all that is done with one probe."""

    program: str
    address: ProbeAddress
    chip: Chip
    configs: Path  # fixtures/openocd/
    board: str = ""  # what people call it


def command_line(setup: Setup, link: SwdLink, script: Sequence[str]) -> list[str]:
    """The file in fixtures/openocd/ has what is always the same, and a person can use it alone."""
    port = setup.address.tcp_port
    connects = "connect_assert_srst" if link.under_reset else ATTACHES
    lines = [
        *([] if port is None else [f"st-link backend tcp {port}"]),
        f"adapter serial {setup.address.serial}",
        f"reset_config {connects}",
        f"adapter speed {link.speed_khz}",
        "\n".join([*script, _says(DONE), "shutdown"]),
    ]
    config = str(setup.configs / setup.chip.config)
    return [setup.program, "-f", config, *(part for line in lines for part in ("-c", line))]


def by_hand(setup: Setup, *lines: str) -> str:
    """A command for a person's shell, which meets that board and no other of the desk. Configuration comes first."""
    port = setup.address.tcp_port
    where = [] if port is None else [f"st-link backend tcp {port}"]
    told = [*where, f"adapter serial {setup.address.serial}", *lines]
    words = [
        setup.program,
        "-f",
        str(setup.configs / setup.chip.config),
        *(part for line in told for part in ("-c", line)),
    ]
    return shlex.join(words) + (f"   # {setup.board}" if setup.board else "")


def gdb_server(setup: Setup) -> str:
    """By hand, to a chip that goes on as it is until gdb halts it, and again once gdb has left."""
    goes_on = "[target current] configure -event gdb-detach {catch resume}"
    return by_hand(setup, f"reset_config {ATTACHES}", goes_on, f"gdb_port {GDB_PORT}")


def unprotect(setup: Setup) -> str:
    """By hand: it writes option bytes."""
    return by_hand(setup, "init; reset halt; flash protect 0 0 last off; shutdown")


def flash(image: Path, chip: Chip, *, unique: str | None = None) -> list[str]:
    """Compares first, by a checksum that the chip makes. `reset init` stops it ahead of its first instruction: the
    flash loader must not meet an application's memory protection or interrupts. Whose chip it is, is asked on the same
    way in, ahead of the first word that is written; another's is set going again. Option bytes are never written."""
    file = _quoted(image)
    return [
        "init",
        "reset init",
        *_checks_chip(chip),
        *([] if unique is None else _checks_number(chip, unique)),
        _says(COMPARES),
        f"if {{[catch {{verify_image_checksum {file}}}]}} {{",
        _says(WRITES),
        f"flash write_image erase {file}",
        _says(VERIFIES),
        f"verify_image_checksum {file}",
        f"}} else {{ {_says(IS_THERE)} }}",
        "reset run",
    ]


def reset(writes: Sequence[tuple[int, Sequence[int]]], *, leaves_halted: bool) -> list[str]:
    """`writes` are words put at addresses while the chip stands ahead of its first instruction."""
    put = [f"write_memory {address:#x} 32 {{{_words(words)}}}" for address, words in writes]
    if not put:
        return ["init", "reset halt" if leaves_halted else "reset run"]
    return ["init", "reset halt", *put, *([] if leaves_halted else ["resume"])]


def halt() -> list[str]:
    return ["init", "halt"]


def read(address: int, words: int) -> list[str]:
    """Through the bus, beside the core: it goes on if it runs."""
    return ["init", _tells(MEMORY, address, words)]


def identity(chip: Chip, link: SwdLink) -> list[str]:
    """A chip that was met under reset is set going first, since these lie behind a bus that its reset stops."""
    released = ["reset run"] if link.under_reset else []
    tells = [_tells(MEMORY, chip.identity_at, 1), _tells(MEMORY, chip.unique_at, REGISTER_WORDS)]
    return ["init", *released, *tells]


def memory_told(marks: Sequence[str]) -> list[tuple[int, ...]]:
    """What the scripts above told of memory, in order."""
    told = [mark.split()[1:] for mark in marks if mark.split()[0] == MEMORY]
    return [tuple(int(word, 16) for word in words) for words in told]


def _checks_chip(chip: Chip) -> list[str]:
    return [
        f"set device [expr {{[read_memory {chip.identity_at:#x} 32 1] & 0xfff}}]",
        f'if {{$device != {chip.device:#x}}} {{ {_LETS_GO}; error "{MARK}{CHIP}: [format 0x%03x $device], '
        f'{chip.name} is {chip.device:#x}" }}',
    ]


def _checks_number(chip: Chip, unique: str) -> list[str]:
    """Read by words, and told as a rig file has it: bytes in the order of the chip's memory."""
    octets = " ".join(f"[expr {{($word >> {bit}) & 0xff}}]" for bit in (0, 8, 16, 24))
    return [
        'set number ""',
        f"foreach word [read_memory {chip.unique_at:#x} 32 {REGISTER_WORDS}] "
        f"{{ append number [format %02x%02x%02x%02x {octets}] }}",
        f'if {{$number ne "{unique}"}} {{ {_LETS_GO}; error "{MARK}{BOARD}: the chip\'s number is $number, '
        f'the rig file says {unique}" }}',
    ]


def _says(word: str) -> str:
    return f'echo "{MARK}{word}"'


def _tells(word: str, address: int, words: int) -> str:
    return f'echo "{MARK}{word} [read_memory {address:#x} 32 {words}]"'


def _words(words: Sequence[int]) -> str:
    return " ".join(f"{word:#x}" for word in words)


def _quoted(path: Path) -> str:
    """For Tcl, which takes braces as they are but for what would close them."""
    text = str(path.absolute())
    if _UNSAFE & set(text):
        raise BenchError(f"OpenOCD cannot be told of a path with braces or a backslash: {text}")
    return f"{{{text}}}"
