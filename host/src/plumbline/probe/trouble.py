# SPDX-License-Identifier: GPL-2.0-or-later
"""What can go wrong between us and a chip. All of it is the bench's: nothing of it is news about the stack."""

from __future__ import annotations

from enum import Enum

from plumbline.errors import BenchError


class Trouble(Enum):
    """In a person's words."""

    NO_OPENOCD = "OpenOCD is not there, is older than 0.12, or lacks a part"
    ABSENT = "no such probe is there"
    UNSERVED = "nobody listens at the probe's TCP port"
    FORBIDDEN = "this user may not open the probe"
    BUSY = "another program has the probe"
    WRONG_PROBE = "another probe is there than the one meant"
    OLD_FIRMWARE = "the probe's firmware is too old"
    SILENT = "the probe does not answer"
    UNPOWERED = "the board has no power"
    UNREACHED = "the chip does not answer the probe"
    HELD_IN_RESET = "the chip does not leave reset"
    FAULT = "the probe lost the chip on the way"
    WRONG_CHIP = "the chip is another than the board's"
    WRONG_BOARD = "the board is not the board it was taken for"
    PROTECTED = "the chip's flash is protected"
    NOT_WRITTEN = "the flash did not take the image"
    NOT_VERIFIED = "the flash does not hold the image after it was written"
    BAD_IMAGE = "OpenOCD cannot read the image"
    KILLED = "OpenOCD was ended by a signal"
    UNKNOWN = "OpenOCD failed in a way that nobody has described yet"


class ProbeError(BenchError):
    """An operation of the probe failed. `said` is all that OpenOCD had to say."""

    def __init__(self, trouble: Trouble, told: str, said: str = "") -> None:
        super().__init__(f"{trouble.value}: {told}" if told else trouble.value)
        self.trouble = trouble
        self.told = told
        self.said = said
