# SPDX-License-Identifier: GPL-2.0-or-later
"""The virtual Nucleo (fixtures/virtual-nucleo/) as a process: what of it a real board has not.

Its probe is a TCP port, its serial line a pty, its wire a socket at a path; what is done with those is done as with a
board on a desk. Beside them it has a control socket: the cable, strict reports, the power.
"""

from __future__ import annotations

import os
import re
import select
import socket
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from plumbline.board.ending import Ending, classify_emulator
from plumbline.board.process import Activity, ChildProcess
from plumbline.errors import BenchError

_CONTROL_FD = 3
_START_S = 20.0
_ANSWER_S = 20.0
_PROBE_AT = b"probe port="
_REPORT = re.compile(r"^strict: ([a-z0-9-]+) at .*$", re.MULTILINE)
_SHOWN = 12  # reports


@dataclass(frozen=True)
class VirtualSpec:
    """As what one is started. Nothing here is another's."""

    program: Path
    wire: Path  # is made there
    serial: Path  # the same
    probe_serial: str
    probe_model: str  # of its options
    unique: str
    facts: Mapping[str, str]  # what a report stands on, by its name


class VirtualNucleo:
    """A board as it comes from the shop: its flash is erased. It ends with `close()`, or with us."""

    def __init__(self, spec: VirtualSpec) -> None:
        if not spec.program.is_file():
            raise BenchError(f"there is no {spec.program}: run `make virtual-nucleo`")
        self._facts = spec.facts
        self._heard = self._reported = 0  # of its standard error
        self.serial_path = spec.serial
        self._control, control = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        said, says = os.pipe()
        arguments = [
            *("--serial", str(spec.serial), "--control", str(_CONTROL_FD), "--wire", f"listen:{spec.wire}"),
            *("--probe", "0", "--probe-serial", spec.probe_serial, "--probe-model", spec.probe_model),
            *("--unique", spec.unique, "--negotiate-ms", "1", "--adversarial"),
        ]
        try:
            fds = [control.fileno()]
            self._process = ChildProcess(spec.program, arguments, fds, os.environ, cpu_limit_s=None, output=says)
        finally:
            os.close(says)
            control.close()
        self._finalizer = weakref.finalize(self, self._process.release)
        try:
            self.probe_port = self._first_word(said)
        finally:
            os.close(said)

    def plug(self, plugged: bool) -> None:
        self.tell(f"link {'up' if plugged else 'down'}")

    def replug_probe(self) -> None:
        self.tell("probe replug")

    def cycle_power(self) -> None:
        self.tell("power off")
        self.tell("power on")

    def reports(self) -> list[str]:
        """Each with the fact that it stands on."""
        told = self.tell("strict")
        text, self._reported = self._said_since(self._reported)
        if told == "ok total=0":
            return []
        self.tell("strict forget")
        lines = [self._with_fact(match) for match in _REPORT.finditer(text)]
        more = [f"... and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
        return [*lines[:_SHOWN], *more] or [f"strict: {told.removeprefix('ok ')}"]

    def ending(self, *, within_s: float = 0) -> Ending:
        return classify_emulator(self._process.status(within_s=within_s), self._process.stderr())

    def activity(self) -> Activity:
        return self._process.activity()

    def log(self) -> str:
        text, self._heard = self._said_since(self._heard)
        return text

    def tell(self, line: str) -> str:
        """A line to the control socket, and the answer: then the thing is done. BenchError when it is refused."""
        self._control.settimeout(_ANSWER_S)
        try:
            self._control.sendall(line.encode() + b"\n")
            answer = b""
            while not answer.endswith(b"\n"):
                more = self._control.recv(4096)
                if not more:
                    raise BenchError(f"the virtual Nucleo is gone: {self.ending(within_s=1).text}")
                answer += more
        except OSError as error:
            raise BenchError(f"the virtual Nucleo's control socket: {error}\n{self._process.stderr()}") from error
        text = answer.decode().strip()
        if not text.startswith("ok"):
            raise BenchError(f"the virtual Nucleo refuses {line!r}: {text}")
        return text

    def close(self) -> None:
        """Kills it and reaps it. A second call has no effect."""
        self._finalizer()
        self._control.close()

    def _said_since(self, at: int) -> tuple[str, int]:
        said = self._process.stderr()
        return said[at:], len(said)

    def _with_fact(self, report: re.Match[str]) -> str:
        fact = self._facts.get(report[1])
        return f"{report[0]}\n  {fact}" if fact else report[0]

    def _first_word(self, said: int) -> int:
        """Who reads its probe's port finds all the rest."""
        text, until = b"", time.monotonic() + _START_S
        while not text.endswith(b"\n"):
            ready = select.select([said], [], [], max(until - time.monotonic(), 0))[0]
            more = os.read(said, 100) if ready else b""
            if not more:
                error = BenchError(f"the virtual Nucleo does not start: {self._process.stderr().strip() or text!r}")
                self.close()
                raise error
            text += more
        return int(text.removeprefix(_PROBE_AT))


def read_facts(page: Path) -> dict[str, str]:
    """What each report means, and what it stands on: the table of fixtures/virtual-nucleo/strict/README.md."""
    rows = (line.split(" | ") for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| `"))
    return {name: f"{what}: {fact}" for names, what, fact, *_ in rows for name in re.findall(r"`([a-z0-9-]+)`", names)}
