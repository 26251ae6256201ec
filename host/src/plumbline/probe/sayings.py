# SPDX-License-Identifier: GPL-2.0-or-later
"""What OpenOCD says, and what it means: a table, pinned to the words of 0.12.0. Pure.

Order counts: the first row that fits a line after the last mark decides, so causes stand before what follows from them.
OpenOCD goes on after most errors and names the same trouble again in other words; its exit status says little.
"""

from __future__ import annotations

import re

from plumbline.probe.trouble import Trouble

MARK = "plumb: "
"""Begins each line that our own scripts say."""

COMPARES, WRITES, VERIFIES, IS_THERE, DONE = "compares", "writes", "verifies", "is there", "done"
STEPS = frozenset({COMPARES, WRITES, VERIFIES, IS_THERE})
"""Of what a person waits for."""

CHIP, BOARD = "another chip", "another board"

_SAYINGS: tuple[tuple[str, Trouble], ...] = (
    (r".*Error: Can't find \S+", Trouble.NO_OPENOCD),
    (r"Error: .*(Unknown adapter|adapter driver .*not|invalid command name \"st-link\")", Trouble.NO_OPENOCD),
    (r"Error: .*LIBUSB_ERROR_ACCESS", Trouble.FORBIDDEN),
    (r"Error: .*(LIBUSB_ERROR_BUSY|claim interface failed|device is already used)", Trouble.BUSY),
    (r"Error: ST-LINK open failed \((serial|vid/pid) mismatch\)", Trouble.WRONG_PROBE),
    (r"Error: no ST-LINK detected", Trouble.ABSENT),
    (r"Error: .*LIBUSB_ERROR_(NO_DEVICE|NOT_FOUND)", Trouble.ABSENT),
    (r"Error: cannot connect to stlink server", Trouble.UNSERVED),
    (r"Error: .*(LIBUSB_ERROR_(TIMEOUT|PIPE|IO)|failed to submit transfer|transfer \d+ failed)", Trouble.SILENT),
    (r"Error: cannot get the stlink-server version", Trouble.SILENT),
    (r"Error: TCP error status", Trouble.SILENT),
    (r"Error: open failed", Trouble.ABSENT),
    (r"Error: .*(transport\) not supported by device|Banked DP registers not supported)", Trouble.OLD_FIRMWARE),
    (r"Error: .*(voltage may be too low|voltage check failed)", Trouble.UNPOWERED),
    (rf"{MARK}{CHIP}", Trouble.WRONG_CHIP),
    (rf"{MARK}{BOARD}", Trouble.WRONG_BOARD),
    (r"Error: couldn't open ", Trouble.BAD_IMAGE),
    (r"(Error: )?.*(invalid ELF file|unable to read ELF|no flash bank found for address)", Trouble.BAD_IMAGE),
    (r"Error: .*WRPERR detected", Trouble.PROTECTED),
    (r"Error: flash not unlocked", Trouble.PROTECTED),
    (r"Error: .*(wait_flash_op_queue, time out|erase time-out or op|target flash write algor)", Trouble.NOT_WRITTEN),
    (r"Error: init mode failed \(unable to connect", Trouble.UNREACHED),
    (r"Error: .*(Error connecting DP|cannot read IDR|Could not find MEM-AP)", Trouble.UNREACHED),
    (r"Warn : target \S+ examination failed", Trouble.UNREACHED),
    (r"TARGET: \S+ - Not examined", Trouble.UNREACHED),
    (r"(Error: )?.*(imed out while waiting for target halt|TARGET: \S+ - Not halted)", Trouble.HELD_IN_RESET),
    (r"Error: (Fail(ed to (read|write) memory| reading CTRL/STAT)|.*error (while )?(reading|writing) )", Trouble.FAULT),
    (r"Error: .*(failed erasing sectors|error writing to flash)", Trouble.NOT_WRITTEN),
    (r"Error: checksum mismatch", Trouble.NOT_VERIFIED),
)  # fmt: skip
_TABLE = tuple((re.compile(pattern), trouble) for pattern, trouble in _SAYINGS)


def marks(said: str) -> tuple[str, ...]:
    """What our script said, in order, without the word it begins with."""
    return tuple(line.removeprefix(MARK) for line in said.splitlines() if line.startswith(MARK))


def classify(said: str) -> tuple[Trouble, str]:
    """The trouble of a run that did not come to its end, and the line that told it."""
    lines = _since_last_mark(said)
    for pattern, trouble in _TABLE:
        for line in lines:
            if pattern.match(line):
                return trouble, line
    return Trouble.UNKNOWN, _last_error(lines)


def _since_last_mark(said: str) -> list[str]:
    """Where images are compared, a difference is no error."""
    lines = [line.rstrip() for line in said.splitlines()]
    told = [at for at, line in enumerate(lines) if line.startswith(MARK)]
    return lines[told[-1] :] if told else lines


def _last_error(lines: list[str]) -> str:
    errors = [line for line in lines if "Error" in line]
    spoken = [line for line in lines if line.strip()]
    return (errors or spoken or ["it said nothing"])[-1]
