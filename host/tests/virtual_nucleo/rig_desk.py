# SPDX-License-Identifier: GPL-2.0-or-later
"""A desk with one virtual Nucleo: its rig file, its locks, and a user who types `plumb rig`."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from host.tests.virtual_nucleo.virtual_board import SERIAL, VirtualBoard
from plumbline.cli import commands

PLUMB = (sys.executable, "-m", "plumbline.cli.main", "rig")


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


class Desk:
    """A rig file that names one virtual board."""

    def __init__(self, board: VirtualBoard, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.board = board
        self.locks = folder / "locks"
        self.locks.mkdir()
        self.file = folder / "rig.yaml"
        self.environment = {"PLUMB_RIG": str(self.file), "PLUMB_RUN": str(self.locks), "CI": ""}
        self._capsys = capsys
        self.write()

    def write(self, *lines: str) -> None:
        told = [
            f"- id: {SERIAL}", "name: desk-1", "platform: nucleo-h743zi", f"probe: tcp:{self.board.port}",
            f"serial: {self.board.serial_path}", f"net: unix:{self.board.wire_path}", *lines,
        ]  # fmt: skip
        self.file.write_text("\n  ".join(told) + "\n")

    def plumb(self, *arguments: str, **environment: str) -> Done:
        """In this process, since a new one takes longer to begin than most commands take."""
        self._capsys.readouterr()
        with pytest.MonkeyPatch.context() as user:
            for name, value in {**self.environment, **environment}.items():
                user.setenv(name, value)
            try:
                status = commands.obey(["rig", *arguments])
            except SystemExit as end:  # argparse's
                status = int(end.code or 0)
        return Done(status, *self._capsys.readouterr())
