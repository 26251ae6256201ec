# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb rig` with boards that labgrid lends: flashed, looked at and switched as if they stood on the desk."""

from __future__ import annotations

import http.server
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from host.tests.lab.loopback_lab import PLATFORM, UNIQUES, LoopbackLab, Program, lacks, until
from host.tests.virtual_nucleo.virtual_board import ROOT, VirtualBoard
from plumbline.lab import borrowed
from plumbline.rig.machine import Machine
from plumbline.rig.power import Switch, switch

pytestmark = pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")
PLUMB = (sys.executable, "-m", "plumbline.cli.main")
SMOKE = ("run", "--bench", "nucleo-h743zi", "scenarios/smoke/test_alive.py")


@contextmanager
def plumb(lab: LoopbackLab, *arguments: str, place: str = "", coordinator: str = "") -> Iterator[subprocess.Popen[str]]:
    """`plumb`, at a machine whose rig file has nothing but labgrid."""
    rig = lab.folder / "lab.yaml"
    where = coordinator or lab.address
    which = f"place: {place}" if place else f"tags: {{board: {PLATFORM}}}"
    rig.write_text(f"- name: lab\n  platform: {PLATFORM}\n  labgrid: {{coordinator: '{where}', {which}}}\n")
    environment = {**os.environ, "PLUMB_RIG": str(rig), "PLUMB_RUN": str(lab.run), "CI": ""}
    with subprocess.Popen(
        [*PLUMB, *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        yield process


def test_two_workers_flash_two_boards_at_once_and_prove_them(lab: LoopbackLab) -> None:
    for board in lab.boards:
        board.tell("probe slow 10")
    with plumb(lab, "rig", "flash") as one:
        assert one.stderr is not None
        assert any(": compares" in line for line in one.stderr)
        one.send_signal(signal.SIGSTOP)  # it has its board while the other one comes
        for board in lab.boards:
            board.tell("probe slow 0")
        with plumb(lab, "rig", "flash") as other:
            ends = [other.communicate()]
        one.send_signal(signal.SIGCONT)
        ends.append(one.communicate())

    assert [one.returncode, other.returncode] == [0, 0], ends
    assert {out.partition(": ")[0] for out, _ in ends} == {"desk-1", "desk-2"}
    assert all(re.search(": (written|was there); it runs build", out) for out, _ in ends)
    until(lambda: lab.who() == {})


def test_two_workers_run_scenarios_at_once_each_on_a_board_of_its_own(lab: LoopbackLab, tmp_path: Path) -> None:
    with plumb(lab, *SMOKE, "-n", "2", "--report-dir", str(tmp_path)) as process:
        out, err = process.communicate(timeout=180)

    assert process.returncode == 0, out + err
    report = json.loads((tmp_path / "nucleo-h743zi/report.json").read_text())
    assert {device["board"] for device in report["devices"]} == {"desk-1", "desk-2"}
    assert {device["unique"] for device in report["devices"]} == set(UNIQUES)
    until(lambda: lab.who() == {})


def test_a_board_that_labgrid_does_not_lend_is_an_error_and_no_failure(lab: LoopbackLab, tmp_path: Path) -> None:
    with plumb(lab, *SMOKE, "--report-dir", str(tmp_path), place="attic") as process:
        out, err = process.communicate(timeout=180)

    assert process.returncode == 2
    assert "labgrid has no place attic; it has desk-1, desk-2" in out + err
    report = json.loads((tmp_path / "nucleo-h743zi/report.json").read_text())
    assert set(report["counts"]) <= {"ERROR"}


def test_the_doctor_looks_at_a_lent_board_and_gives_it_back(lab: LoopbackLab) -> None:
    with plumb(lab, "rig", "check") as process:
        out, err = process.communicate(timeout=120)

    assert process.returncode == 0, out + err
    assert f"lab ({PLATFORM}, labgrid's board={PLATFORM} at {lab.address})" in out
    assert "ok       labgrid lends desk-" in out
    assert "ok       the chip answers: device 0x450" in out
    assert lab.who() == {}


def test_the_doctor_says_who_has_it(lab: LoopbackLab, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("desk-1", "desk-2"):
        lab.client("-p", place, "acquire")
    monkeypatch.setenv("LG_USERNAME", "somebody")
    with plumb(lab, "rig", "check") as process:
        out, err = process.communicate(timeout=120)
    monkeypatch.undo()
    for place in ("desk-1", "desk-2"):
        lab.client("-p", place, "release")

    assert process.returncode == 0, out + err
    assert "note     it was not looked at: labgrid's place with board=nucleo-h743zi is taken: desk-1 is " in out


def test_the_doctor_says_that_labgrid_does_not_answer(lab: LoopbackLab) -> None:
    with plumb(lab, "rig", "check", coordinator="127.0.0.1:9") as process:
        out, err = process.communicate(timeout=120)

    assert process.returncode == 1, out + err
    assert "MISSING  labgrid's coordinator does not answer at 127.0.0.1:9: start it there, or mend `coordinator`" in out


class _Relay(http.server.BaseHTTPRequestHandler):
    """A power switch that labgrid knows: .../1 is on, .../0 is off."""

    def do_GET(self) -> None:
        assert isinstance(self.server, _Switch)
        self.server.board.tell("power on" if self.path.endswith("/1") else "power off")
        self.server.asked.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002, its name in the standard library
        """Says nothing."""


class _Switch(http.server.HTTPServer):
    def __init__(self, board: VirtualBoard) -> None:
        super().__init__(("127.0.0.1", 0), _Relay)
        self.board = board
        self.asked: list[str] = []


@contextmanager
def power_of_desk_1(lab: LoopbackLab) -> Iterator[list[str]]:
    """Exported by labgrid's own exporter, beside the board. What was asked of it."""
    server = _Switch(lab.boards[0])
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/{{index}}/{{value}}"
    told = f"desk-1:\n  NetworkPowerPort: {{model: simplerest, host: '{url}', index: '7'}}\n"
    (lab.folder / "power.yaml").write_text(told)
    arguments = ("-c", lab.address, "-n", "power", "power.yaml")
    exporter = Program(lab.labgrid, "labgrid.remote.exporter", *arguments, ready="Exporter ready", folder=lab.folder)
    try:
        until(lambda: "NetworkPowerPort" in lab.client("resources"))
        yield server.asked
    finally:
        exporter.kill()
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_boards_power_is_switched_by_labgrid_where_labgrid_has_a_switch(lab: LoopbackLab) -> None:
    with power_of_desk_1(lab) as asked, borrowed(lab.place("desk-1"), lab.lab, note=lambda text: None) as board:
        switch(board, Switch.OFF, Machine())
        switch(board, Switch.ON, Machine())

    assert asked == ["/7/0", "/7/1"]
