# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb run` on boards that only a rig file knows: virtual ones that somebody else started, with a socket for a wire.
With a board on a desk nothing but the rig file is another."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from host.tests.virtual_nucleo.virtual_board import IMAGE, ROOT, SERIAL, Lines, VirtualBoard, lacks
from plumbline.rig.lease import Lease
from plumbline.rig.lock import Lock
from plumbline.scratch import scratch
from plumbline.wire.port import WirePort

pytestmark = pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")

SMOKE = "scenarios/smoke"
PING = "scenarios/smoke/test_alive.py::test_answers_ping"
SOON_S = 180
SEQPACKET = (socket.AF_UNIX, socket.SOCK_SEQPACKET)
NOISE = bytes(range(60))
UNIQUE = "0011223344556677889900{:02x}"
ENDLESS = """
import signal
from plumbline.scenario import scenario

@scenario("RFC792 1")
def test_waits_to_be_interrupted(bench):
    while True:
        signal.pause()
"""
MANY = """
import pytest
from plumbline.scenario import scenario

@pytest.mark.parametrize("one", range(24))  # xdist gives each of two workers three to begin with
@scenario("RFC792 1")
def test_is_there(bench, one):
    pass
"""


class Desk:
    """With two boards."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        self.folder = folder
        self.boards: list[VirtualBoard] = []
        self.wires: list[Path] = []
        self.serials = [SERIAL, f"{SERIAL[:-1]}2"]
        entries = [self._entry(number, opened) for number in range(2)]
        self.rig = folder / "rig.yaml"
        self.rig.write_text("".join(entries))
        self.environment = {**os.environ, "PLUMB_RIG": str(self.rig), "PLUMB_RUN": str(folder), "CI": ""}

    def _entry(self, number: int, opened: ExitStack) -> str:
        serial, unique = self.serials[number], UNIQUE.format(number)
        wire = opened.enter_context(scratch()) / "wire"  # a short path
        self.wires.append(wire)
        options = ("--wire", f"listen:{wire}", "--probe-serial", serial, "--unique", unique)
        self.boards.append(board := opened.enter_context(VirtualBoard(*options)))
        lines = [
            f"- id: {serial}", f"name: desk-{number}", "platform: nucleo-h743zi", f"probe: tcp:{board.port}",
            f"serial: {board.serial_path}", f"net: unix:{wire}", f"unique: {unique}",
        ]  # fmt: skip
        return "\n  ".join(lines) + "\n"

    def command(self, *arguments: str) -> list[str]:
        ours = ["--bench", "nucleo-h743zi", "--report-dir", str(self.folder / "report")]
        return [sys.executable, "-m", "plumbline.cli.main", "run", *ours, *arguments]

    def suite(self, name: str, text: str) -> str:
        """A file of scenarios."""
        path = self.folder / "scenarios" / name / f"test_{name}.py"
        path.parent.mkdir(parents=True)
        path.write_text(text)
        return str(path)

    def runs(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments), cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )

    def report(self) -> dict[str, object]:
        report: dict[str, object] = json.loads((self.folder / "report/nucleo-h743zi/report.json").read_text())
        return report

    def ends(self) -> list[tuple[str, str]]:
        """Verdict and text of each scenario."""
        scenarios = self.report()["scenarios"]
        assert isinstance(scenarios, list)
        return [(one["verdict"], one["text"]) for one in scenarios]

    def taken(self) -> list[bool]:
        locks = [Lock(self.folder, serial) for serial in self.serials]
        states = [lock.is_taken() for lock in locks]
        for lock in locks:
            lock.close()
        return states


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with ExitStack() as opened:
        yield Desk(tmp_path, opened)


def test_the_board_that_is_named_is_flashed_and_in_the_report_and_free_afterwards(desk: Desk) -> None:
    done = desk.runs("--board", "desk-1", SMOKE)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "desk-1: writes" in done.stderr
    device = desk.report()["device"]
    assert isinstance(device, dict)
    build = IMAGE.with_name("build_id").read_text().strip()
    assert (device["board"], device["probe"], device["unique"]) == ("desk-1", desk.serials[1], UNIQUE.format(1))
    assert device["build"] == build
    assert any(f"desk-1: build {build} was written, and proved" in str(note) for note in notes_of(desk))
    assert desk.taken() == [False, False]

    assert "desk-1: is there" in desk.runs("--board", "desk-1", SMOKE).stderr


@pytest.mark.parametrize("names", ["", ","])
def test_no_name_of_a_board_is_wrong_usage_and_takes_none(desk: Desk, names: str) -> None:
    done = desk.runs("--board", names, PING)

    assert done.returncode == 2
    assert f"--board {names or chr(39) * 2} names no board: leave it out for any that is free" in done.stderr
    assert ": writes" not in done.stderr


def test_a_relative_rig_file_is_the_one_beside_whoever_started_the_run(desk: Desk) -> None:
    environment = {**desk.environment, "PLUMB_RIG": os.path.relpath(desk.rig, ROOT / "host")}
    done = subprocess.run(
        desk.command("--board", "desk-7", f"../{PING}"),
        cwd=ROOT / "host", env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    assert "rig.yaml has no board 'desk-7'; it has desk-0, desk-1" in done.stdout + done.stderr


def test_a_profile_is_told_by_the_board_that_is_named_once_it_is_let_go(desk: Desk) -> None:
    command = [*desk.command()[:3], "profile", "--bench", "nucleo-h743zi", "--board", "desk-1"]
    starts = partial(
        subprocess.Popen[str], cwd=ROOT, env=desk.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    now = datetime.now().astimezone()
    with Lock(desk.folder, desk.serials[1]) as lock:
        lock.acquire(Lease("ci", 1, "plumb run", now, now + timedelta(hours=1)))
        with starts(command) as refused:
            assert "desk-1: taken by ci" in refused.communicate(timeout=SOON_S)[1]
        with starts([*command, "--wait", str(SOON_S)]) as waits:
            assert waits.stderr is not None
            assert "waits for ci" in waits.stderr.readline()
            lock.release()
            profile, _ = waits.communicate(timeout=SOON_S)

    assert (refused.returncode, waits.returncode) == (2, 0)
    assert "[limits]" in profile


def notes_of(desk: Desk) -> list[object]:
    notes = desk.report()["notes"]
    assert isinstance(notes, list)
    return notes


def test_a_run_while_another_bench_has_the_wire_is_the_benchs_error_and_goes_well_after_it(desk: Desk) -> None:
    with WirePort.at(desk.wires[0]):
        assert desk.runs("--board", "desk-0", SMOKE).returncode != 0
        ends = desk.ends()
        assert {verdict for verdict, _ in ends} == {"ERROR"}
        assert all(f"another bench has the wire {desk.wires[0]}" in text for _, text in ends)

    assert desk.runs("--board", "desk-0", SMOKE).returncode == 0


@pytest.fixture
def stranger() -> Iterator[socket.socket]:
    """Who takes whoever comes, as a virtual board does."""
    with scratch() as folder, socket.socket(*SEQPACKET) as listener:
        listener.bind(f"{folder}/wire")
        listener.listen()
        yield listener


def test_a_wire_on_which_nobody_says_a_word_is_the_benchs_error(desk: Desk, stranger: socket.socket) -> None:
    path = stranger.getsockname()
    desk.rig.write_text(desk.rig.read_text().replace(str(desk.wires[0]), path))

    assert desk.runs("--board", "desk-0", PING).returncode == 2

    ends = desk.ends()
    assert {verdict for verdict, _ in ends} == {"ERROR"}
    assert all(f"nobody at the other end of unix:{path}: of 16 frames" in text for _, text in ends)


def test_a_wire_on_which_a_stranger_never_stops_is_the_benchs_error(desk: Desk, stranger: socket.socket) -> None:
    path = stranger.getsockname()
    desk.rig.write_text(desk.rig.read_text().replace(str(desk.wires[0]), path))
    floods = threading.Thread(target=flood, args=[stranger])
    floods.start()

    status = desk.runs("--board", "desk-0", PING).returncode
    stranger.shutdown(socket.SHUT_RDWR)
    floods.join()

    assert status == 2
    ends = desk.ends()
    assert {verdict for verdict, _ in ends} == {"ERROR"}
    assert all(f"unix:{path}" in text and "`net` in the rig file" in text for _, text in ends)


def flood(listener: socket.socket) -> None:
    """Each who comes, until he goes; up to the end of the listener."""
    with contextlib.suppress(OSError):
        while True:
            taken, _ = listener.accept()
            with taken, contextlib.suppress(OSError):
                while taken.send(NOISE):
                    pass


def test_each_worker_has_a_board_of_its_own_and_there_are_no_more_of_them(desk: Desk) -> None:
    done = desk.runs("-n", "4", SMOKE)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 boards of nucleo-h743zi are free: as many workers, not 4" in done.stderr
    assert "desk-0: writes" in done.stderr
    assert "desk-1: writes" in done.stderr
    scenarios = desk.report()["scenarios"]
    assert isinstance(scenarios, list)
    verdicts = [json.loads((ROOT / one["evidence"] / "verdict.json").read_text()) for one in scenarios]
    assert {one["device"]["board"] for one in verdicts} == {"desk-0", "desk-1"}
    for one in verdicts:
        on_the_same = f"--bench nucleo-h743zi --rig {desk.rig} --board {one['device']['board']} {one['node']}"
        assert one["again"] == f"plumb run {on_the_same}"


def test_a_board_that_somebody_else_holds_gets_no_worker(desk: Desk) -> None:
    now = datetime.now().astimezone()
    with Lock(desk.folder, desk.serials[1]) as lock:
        lock.hold(Lease("anna", 0, "a scope is on it", now, now + timedelta(hours=1)))

    done = desk.runs("-n", "2", SMOKE)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "one board of nucleo-h743zi is free: one worker, not 2" in done.stderr
    assert "desk-0: writes" in done.stderr
    assert "desk-1: " not in done.stderr


def test_a_board_that_never_starts_ends_the_run_and_what_the_other_found_stands(desk: Desk) -> None:
    """As docs/rig.md says, with its way on."""
    desk.boards[0].tell("power off")
    done = desk.runs("-n", "2", desk.suite("many", MANY))
    found, is_cut_short = desk.ends(), desk.report()["interrupted"]
    others = desk.runs("-n", "2", "--board", "desk-1", SMOKE)

    assert done.returncode == 2
    assert "no device started 3 times in a row: the rest was not tried" in done.stdout
    assert "3 ERROR, and not all were run" in done.stdout
    assert is_cut_short
    assert sum(verdict == "ERROR" for verdict, _ in found) == 3
    assert {verdict for verdict, _ in found} <= {"PASS", "ERROR"}
    assert others.returncode == 0, others.stdout + others.stderr
    assert "one board of nucleo-h743zi is free: one worker, not 2" in others.stderr


def test_workers_wait_for_the_boards_that_others_have_as_long_as_was_said(desk: Desk) -> None:
    command = desk.command("-n", "2", "--wait", str(SOON_S), SMOKE)
    with Lock(desk.folder, desk.serials[1]) as lock:
        now = datetime.now().astimezone()
        lock.acquire(Lease("ci", 0, "plumb run", now, now + timedelta(hours=1)))
        with subprocess.Popen(command, cwd=ROOT, env=desk.environment, stderr=subprocess.PIPE) as plumb:
            assert plumb.stderr is not None
            lines = Lines(plumb.stderr.fileno())
            waits = lines.hear("desk-1: waits for ci", SOON_S)
            lock.release()
            rest = lines.rest(SOON_S)

    assert f"one board of nucleo-h743zi is free: waits {SOON_S:.0f} s at most for 1 more" in waits
    assert plumb.returncode == 0
    assert rest is not None
    assert "desk-0: writes" in rest
    assert "desk-1: writes" in rest
    assert "worker, not" not in waits + rest


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_interrupted_lets_its_board_go(desk: Desk, number: signal.Signals) -> None:
    command = desk.command("-n", "1", desk.suite("endless", ENDLESS))
    plumb = subprocess.Popen(
        command,
        cwd=ROOT,
        env=desk.environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert plumb.stderr is not None
    try:
        Lines(plumb.stderr.fileno()).hear("and proved", SOON_S)
        assert desk.taken() == [True, False]
        os.killpg(plumb.pid, number)  # as a terminal does, and a runner that gives up
        plumb.communicate(timeout=SOON_S)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(plumb.pid, signal.SIGKILL)
        plumb.wait()

    assert desk.taken() == [False, False]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    ("stands_still", "says"),
    [
        (False, "was written, and proved, in "),
        (True, "desk-0: interrupted; it may have half an image, which the next run writes anew\n"),
    ],
    ids=["a board that is written", "a board that stands still"],
)
def test_a_run_that_is_interrupted_in_mid_flash_says_what_the_board_has(
    desk: Desk, stands_still: bool, says: str, number: signal.Signals
) -> None:
    with subprocess.Popen(
        desk.command("--board", "desk-0", SMOKE),
        cwd=ROOT,
        env=desk.environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ) as plumb:
        assert plumb.stderr is not None
        lines = Lines(plumb.stderr.fileno())
        lines.hear("desk-0: writes\n", SOON_S)
        with desk.boards[0].frozen() if stands_still else contextlib.nullcontext():
            os.killpg(plumb.pid, number)
            said = lines.rest(SOON_S)

    assert plumb.returncode == 2
    assert said is not None
    assert says in said
    assert desk.taken() == [False, False]
    assert desk.runs("--board", "desk-0", PING).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--board", "desk-7"], "has no board 'desk-7'; it has desk-0, desk-1"),
        (["--rig", "/no/rig.yaml"], "there is no rig file /no/rig.yaml"),
    ],
)
def test_what_is_not_there_is_said_in_a_line_and_nothing_runs(desk: Desk, arguments: list[str], says: str) -> None:
    done = desk.runs(*arguments, SMOKE)

    assert done.returncode == 2
    assert says in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_an_image_that_is_not_there_is_said_in_a_line(desk: Desk, tmp_path: Path) -> None:
    desk.environment["PLUMB_IMAGES"] = str(tmp_path)

    done = desk.runs(SMOKE)

    assert done.returncode == 2
    assert "run `make fw BOARD=nucleo-h743zi`" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
