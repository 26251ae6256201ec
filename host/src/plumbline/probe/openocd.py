# SPDX-License-Identifier: GPL-2.0-or-later
"""OpenOCD run once for one operation. It either comes to the end of its script or is a ProbeError; nothing here tries
again (that is `ladder.py`'s)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from plumbline.probe import script
from plumbline.probe.child import Hear, run
from plumbline.probe.sayings import DONE, MARK, STEPS, WRITES, classify, marks
from plumbline.probe.script import Setup, SwdLink
from plumbline.probe.trouble import ProbeError, Trouble

LOOKS_S = 20.0
"""For what neither erases nor writes: it takes less than one, and a probe's own time-outs several."""

_PROBE = re.compile(r"Info : STLINK (V\S+) .*VID:PID ([0-9A-Fa-f]{4}:[0-9A-Fa-f]{4})")
_VOLTAGE = re.compile(r"Info : Target voltage: ([0-9.]+)")


@dataclass(frozen=True)
class ProbeIdentity:
    """What probe and chip say of themselves."""

    serial: str  # that it answered to
    firmware: str  # "V2J43M28"
    usb: str  # "0483:374B"
    volts: float  # of the board
    device: int  # DBGMCU's device id
    revision: int
    unique: str  # the chip's number, 24 hexadecimal digits, bytes in the order of the chip's memory


class OpenOcd:
    def __init__(self, setup: Setup, *, hear: Hear = lambda word: None) -> None:
        """`hear` is told what goes on, word by word, while it does: "compares", "writes"."""
        self._setup = setup
        self._hear = hear

    def __str__(self) -> str:
        return str(self._setup.address)

    def flash(self, image: Path, link: SwdLink, *, within_s: float, unique: str | None = None) -> bool:
        """Whether it was written; False when all of it was there already. Either way it was compared at the end."""
        lines = script.flash(image, self._setup.chip, unique=unique)
        said = self._run(link, lines, within_s)
        return WRITES in marks(said)

    def reset(
        self, link: SwdLink, *, writes: Sequence[tuple[int, Sequence[int]]] = (), leaves_halted: bool = False
    ) -> None:
        self._run(link, script.reset(writes, leaves_halted=leaves_halted), LOOKS_S)

    def halt(self, link: SwdLink) -> None:
        self._run(link, script.halt(), LOOKS_S)

    def read(self, address: int, words: int, link: SwdLink) -> tuple[int, ...]:
        (told,) = script.memory_told(marks(self._run(link, script.read(address, words), LOOKS_S)))
        return told

    def identity(self, link: SwdLink) -> ProbeIdentity:
        said = self._run(link, script.identity(self._setup.chip, link), LOOKS_S)
        (code,), unique = script.memory_told(marks(said))
        probe, voltage = _PROBE.search(said), _VOLTAGE.search(said)
        return ProbeIdentity(
            serial=self._setup.address.serial,
            firmware=probe[1] if probe else "",
            usb=probe[2].lower() if probe else "",
            volts=float(voltage[1]) if voltage else 0.0,
            device=code & 0xFFF,
            revision=code >> 16,
            unique=b"".join(word.to_bytes(4, "little") for word in unique).hex(),
        )

    def _run(self, link: SwdLink, lines: Sequence[str], within_s: float) -> str:
        command = script.command_line(self._setup, link, lines)
        ran = run(command, within_s=within_s, hear=self._hand_on)
        if ran.status is None:
            raise ProbeError(*_at_the_deadline(ran.said, within_s), ran.said)
        if ran.signal_name:
            raise ProbeError(Trouble.KILLED, f"{ran.signal_name}, {_on_the_way(ran.said)}", ran.said)
        if ran.status != 0 or DONE not in marks(ran.said):
            trouble, line = classify(ran.said)
            by_hand = f"\n  {script.unprotect(self._setup)}" if trouble is Trouble.PROTECTED else ""
            raise ProbeError(trouble, line.removeprefix(MARK) + by_hand, ran.said)
        return ran.said

    def _hand_on(self, line: str) -> None:
        word = line.removeprefix(MARK)
        if word != line and word in STEPS:
            self._hear(word)


def _on_the_way(said: str) -> str:
    """How far its script was."""
    told = [mark for mark in marks(said) if mark in STEPS]
    return f"when it had said: {told[-1]}" if told else "before it said anything"


def _at_the_deadline(said: str, within_s: float) -> tuple[Trouble, str]:
    """What it had said by then may tell more than that it hung."""
    trouble, line = classify(said)
    late = f"ended after {within_s:.0f} s"
    return (Trouble.SILENT, late) if trouble is Trouble.UNKNOWN else (trouble, f"{line}; {late}")
