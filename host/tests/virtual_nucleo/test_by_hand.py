# SPDX-License-Identifier: GPL-2.0-or-later
"""Commands that we print for a person's own shell: they do what they are said to do, and at that board alone."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from host.tests.virtual_nucleo.rig_desk import Desk
from host.tests.virtual_nucleo.virtual_board import (
    GDB_HAS_LEFT,
    READY,
    ROOT,
    SERIAL,
    OpenOcd,
    VirtualBoard,
    flash,
    lacks,
)
from plumbline.board import load_bench
from plumbline.errors import BenchError
from plumbline.plugin.nucleos import rack_of
from plumbline.scenario.checkout import find_checkout

pytestmark = pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")

SPEC = load_bench("nucleo-h743zi", ROOT)
ASKED = {"hold_in": "/tmp/nowhere", "rig": None, "board": None}
OTHER = "066AFF000000000000000002"
LOOKS = ("info symbol $pc", "detach")


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.chdir(ROOT)
    with VirtualBoard() as board:
        desk = Desk(board, tmp_path, capsys)
        for name, value in desk.environment.items():
            monkeypatch.setenv(name, value)
        yield desk


def printed_to_debug() -> list[str]:
    """To who asks `plumb debug` for a board of the rig file."""
    config = SimpleNamespace(getoption=ASKED.__getitem__)
    with pytest.raises(BenchError, match="debugged by its probe") as told:
        rack_of(SPEC, find_checkout(ROOT), cast(pytest.Config, config))
    return [line.strip() for line in str(told.value).splitlines()[1:]]


@pytest.mark.skipif(shutil.which("gdb-multiarch") is None, reason="without gdb-multiarch")
def test_gdb_meets_the_firmware_as_it_is_and_lets_it_go_on(desk: Desk) -> None:
    assert desk.board.openocd(flash()).status == 0
    desk.board.serial.hear(READY)
    desk.board.type("@1 clock hold")
    desk.board.serial.hear("@1=")
    before = desk.board.stat("resets")
    server, gdb = printed_to_debug()
    assert server.endswith("# desk-1")

    words = [word.replace("3333", "0") for word in shlex.split(server, comments=True)]  # others debug here, too
    with OpenOcd(*words[1:]) as running:
        port = running.said.hear("for gdb connections").rpartition("on port ")[2].split()[0]
        looks = [word for look in LOOKS for word in ("-ex", look)]
        command = [word.replace("3333", port) for word in shlex.split(gdb)]
        done = subprocess.run(
            [*command, "-nx", "-batch", *looks], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        running.said.hear(GDB_HAS_LEFT)

    assert " in section .text" in done.stdout, done.stdout + done.stderr
    assert desk.board.stat("resets") == before
    desk.board.type("@2 clock")
    assert "held=1" in desk.board.serial.hear("@2=") + desk.board.serial.hear("\r\n")


def test_a_protected_flash_is_freed_by_the_command_that_names_its_probe(desk: Desk) -> None:
    desk.board.tell("protect 1")
    told = desk.plumb("flash").stderr
    line = next(line for line in told.splitlines() if "flash protect" in line)
    assert f"'adapter serial {SERIAL}'" in line
    assert line.endswith("# desk-1")
    words = shlex.split(line, comments=True)

    others = [word.replace(SERIAL, OTHER) for word in words]
    assert subprocess.run(others, capture_output=True, check=False).returncode != 0
    assert subprocess.run(words, capture_output=True, check=False).returncode == 0

    assert desk.plumb("flash").stdout.startswith("desk-1: written; it runs build ")


def test_a_board_of_labgrids_is_debugged_where_it_stands(desk: Desk) -> None:
    place = "labgrid: {coordinator: 'lab:20408', place: desk-1}"
    desk.file.write_text(f"- name: desk-1\n  platform: nucleo-h743zi\n  {place}\n")

    assert printed_to_debug() == []
