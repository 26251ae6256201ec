# SPDX-License-Identifier: GPL-2.0-or-later
"""A lab on the loopback interface: labgrid's own coordinator, an exporter, and virtual Nucleos behind it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from host.tests.virtual_nucleo.virtual_board import ROOT, Lines, VirtualBoard
from host.tests.virtual_nucleo.virtual_board import lacks as virtual_nucleo_lacks
from plumbline.errors import BenchError
from plumbline.lab import Lab, Labgrid, exporter_configuration, labgrid_of
from plumbline.lifetime import ends_with_us
from plumbline.rig.reading import read_rig
from plumbline.rig.spec import LabPlace

SERIALS = ("066AFF000000000000000001", "066AFF000000000000000002")
UNIQUES = ("410036001451383139363934", "420036001451383139363934")
PLATFORM = "nucleo-h743zi"
_SOON_S = 180.0  # patience, not a proof: on a loaded machine a new Python takes its time


def lacks() -> str:
    """What this machine has not got for these tests, or nothing."""
    try:
        labgrid_of(ROOT)
    except BenchError:
        return "labgrid"
    return virtual_nucleo_lacks()


class Program:
    """One of labgrid's, in a session of its own. It ends with whoever made it, however that ends."""

    def __init__(self, labgrid: Labgrid, module: str, *arguments: str, ready: str, folder: Path) -> None:
        self.log = folder / f"{module.rpartition('.')[2]}.log"
        command = [*ends_with_us("KILL"), str(labgrid.python), "-u", "-m", module, *arguments]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                cwd=folder,
                env=labgrid.environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        assert self._process.stdout is not None
        self._lines = Lines(self._process.stdout.fileno())
        try:
            self.said = self._lines.hear(ready, _SOON_S) + self._lines.hear("\n")
        except BaseException:
            self.kill()
            raise

    def hear(self, phrase: str) -> str:
        return self._lines.hear(phrase, _SOON_S)

    def kill(self) -> None:
        """A second call has no effect."""
        if self._process.returncode is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.communicate()


class LoopbackLab:
    """Places desk-1 and desk-2, each with a virtual Nucleo, both tagged with their platform."""

    def __init__(self) -> None:
        with ExitStack() as opened:
            self.folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="lab-")))
            self.boards = [opened.enter_context(self._board(number)) for number in range(len(SERIALS))]
            self._begin(opened)
            self._opened = opened.pop_all()

    def _board(self, number: int) -> VirtualBoard:
        numbers = ("--probe-serial", SERIALS[number], "--unique", UNIQUES[number])
        return VirtualBoard(*numbers, "--negotiate-ms", "1")

    def _begin(self, opened: ExitStack) -> None:
        self.labgrid = labgrid_of(ROOT)
        self.run = self.folder / "locks"
        self.run.mkdir()
        self.lab = Lab(self.labgrid, self.run)
        self.coordinator = Program(
            self.labgrid, "labgrid.remote.coordinator", "-l", "127.0.0.1:0", ready="listening on ", folder=self.folder
        )
        opened.callback(self.coordinator.kill)
        self.address = self.coordinator.said.split()[-1]
        self._write_rig()
        self.exporter = self.export()
        opened.callback(lambda: self.exporter.kill())
        for name in ("desk-1", "desk-2"):
            self.client("-p", name, "create")
            self.client("-p", name, "add-match", f"*/{name}/*")
            self.client("-p", name, "set-tags", f"board={PLATFORM}")

    def _write_rig(self) -> None:
        told = [
            f"- id: {serial}\n  name: desk-{number}\n  platform: {PLATFORM}\n  probe: tcp:{board.port}\n"
            f"  serial: {board.serial_path}\n  net: unix:{board.wire_path}\n  unique: {UNIQUES[number - 1]}\n"
            for number, (serial, board) in enumerate(zip(SERIALS, self.boards, strict=True), 1)
        ]
        self.desk = self.folder / "rig.yaml"
        self.desk.write_text("".join(told))

    def export(self) -> Program:
        """The rig file's boards, exported."""
        configuration = self.folder / "exporter.yaml"
        configuration.write_text(exporter_configuration(read_rig(self.desk).boards))
        arguments = ("-c", self.address, "-n", "here", str(configuration))
        return Program(
            self.labgrid, "plumbline_labgrid.exporter", *arguments, ready="Exporter ready", folder=self.folder
        )

    def client(self, *arguments: str) -> str:
        """labgrid-client, as a person at this machine uses it."""
        done = subprocess.run(
            self.labgrid.command("client", "-x", self.address, *arguments),
            env=self.labgrid.environment(),
            capture_output=True,
            text=True,
            timeout=_SOON_S,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def place(self, name: str) -> LabPlace:
        return LabPlace("lab", PLATFORM, self.address, name)

    def any_place(self) -> LabPlace:
        return LabPlace("lab", PLATFORM, self.address, None, (("board", PLATFORM),))

    def who(self) -> dict[str, str]:
        """Which place is whose."""
        rows = [line.split() for line in self.client("who").splitlines()[1:]]
        return {place: f"{host}/{user}" for user, host, place, *_ in rows}

    def __enter__(self) -> LoopbackLab:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()


def until(condition: Callable[[], bool], within_s: float = _SOON_S) -> None:
    """Asks again until it is so."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        select.select([], [], [], 0.1)
