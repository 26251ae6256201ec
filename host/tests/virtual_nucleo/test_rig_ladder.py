# SPDX-License-Identifier: GPL-2.0-or-later
"""Each trouble as a user of `plumb rig` meets it: the rungs that were climbed, in order; the thing and the way out by
name; status 2; a free lock, no program left behind, and a board that the next flash makes whole."""

from __future__ import annotations

import os
import select
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from host.tests.virtual_nucleo.rig_desk import PLUMB, Desk, Done
from host.tests.virtual_nucleo.virtual_board import ATTACH, IMAGE, MID_FLASH, ROOT, SERIAL, Lines, VirtualBoard, lacks
from plumbline.probe import Trouble
from plumbline.probe.way_out import WAYS_OUT
from plumbline.rig.health import Health
from plumbline.rig.lock import Lock

pytestmark = pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")

WRITTEN = 0x08000000
ERASED = "0xffffffff"
PATIENCE_S, PATIENCE_MID_FLASH_S = 4, 12  # with a probe that never answers: half an image is to be written before
ENDS_WITHIN_S = 60  # on a machine that has other work; behind it a program is taken to have been left
OTHER = "066AFF000000000000000002"


@dataclass(frozen=True)
class Case:
    broken: str  # a line to the board
    mended: str
    rungs: tuple[str, ...]  # that failed, in order
    trouble: Trouble  # on the last of them
    is_wedged: bool = False
    has_written: bool = False  # a part of the image, before it broke


ONCE = ("at first",)
TWICE = (*ONCE, "again")
WITHOUT_HELP = (*TWICE, "slower")  # of USB or a switch for the power; under reset it always was

CASES = {
    "another probe": Case(f"probe serial {OTHER}", f"probe serial {SERIAL}", ONCE, Trouble.WRONG_PROBE),
    "another chip": Case("chip 0x10006419", "chip 0x20036450", TWICE, Trouble.WRONG_CHIP),
    "no probe": Case("probe gone", "probe replug", ONCE, Trouble.UNSERVED),
    "a probe that goes in mid-flash": Case(
        f"probe gone after {MID_FLASH}", "probe replug", TWICE, Trouble.UNSERVED, has_written=True
    ),
    "a wedged probe": Case("probe wedged", "probe replug", ONCE, Trouble.SILENT, is_wedged=True),
    "a probe that wedges in mid-flash": Case(
        f"probe wedged after {MID_FLASH}", "probe replug", ONCE, Trouble.SILENT, True, True
    ),
    "a probe that hangs in mid-flash": Case(
        f"probe hung after {MID_FLASH}", "probe replug", ONCE, Trouble.SILENT, True, True
    ),
    "a line that breaks in mid-flash": Case(
        f"probe fault 999999999 silent after {MID_FLASH}", "probe heal", WITHOUT_HELP, Trouble.UNREACHED, True, True
    ),
    "a line too noisy for any clock": Case("probe noise 1", "probe heal", WITHOUT_HELP, Trouble.UNREACHED, True),
    "a chip held in reset": Case("reset hold", "reset release", TWICE, Trouble.HELD_IN_RESET, is_wedged=True),
    "a protected flash": Case("protect 1", "protect 0", ONCE, Trouble.PROTECTED),
    "no power": Case("power off", "power on", TWICE, Trouble.UNPOWERED, is_wedged=True),
}  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.chdir(ROOT)
    with VirtualBoard() as board:
        yield Desk(board, tmp_path, capsys)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_trouble_ends_on_its_rung_and_leaves_nothing_behind(
    desk: Desk, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plumbline.probe.child._LEAVES_S", 0.2)
    desk.board.tell(case.broken)

    with monkeypatch.context() as less_patient:
        if "wedged" in case.broken:
            patience_s = PATIENCE_MID_FLASH_S if case.has_written else PATIENCE_S
            less_patient.setattr("plumbline.rig.reading._FLASH_S", patience_s)
        done = desk.plumb("flash")

    assert done.returncode == 2
    assert rungs(done) == list(case.rungs), done.stderr
    assert said(done).startswith(f"plumb: {case.trouble.value}: flash by probe {SERIAL} at TCP port {desk.board.port}")
    assert f"\n  {WAYS_OUT[case.trouble]}" in said(done)
    assert bool(Health(desk.locks, SERIAL).why_wedged()) == case.is_wedged
    assert_let_go(desk)

    desk.board.tell(case.mended)
    assert (first_word(desk.board) != ERASED) == case.has_written
    assert_is_made_whole(desk, was_wedged=case.is_wedged)


@pytest.mark.parametrize("name", ["another chip", "a probe that goes in mid-flash", "a chip held in reset"])
def test_scenarios_end_as_an_error_that_names_it_and_never_as_a_failure(desk: Desk, tmp_path: Path, name: str) -> None:
    case = CASES[name]
    desk.board.tell(case.broken)
    report = ("--report-dir", str(tmp_path / "report"))
    plumb = (*PLUMB[:-1], "run", "--bench", "nucleo-h743zi", *report, "scenarios/smoke")

    done = subprocess.run(plumb, env={**os.environ, **desk.environment}, capture_output=True, text=True, check=False)

    assert done.returncode == 2, done.stdout
    assert " ERROR" in done.stdout
    assert "FAIL" not in done.stdout
    assert case.trouble.value in done.stdout
    assert WAYS_OUT[case.trouble] in done.stdout
    assert bool(Health(desk.locks, SERIAL).why_wedged()) == case.is_wedged
    assert_let_go(desk)


def test_a_probe_that_somebody_has_is_left_to_him(desk: Desk) -> None:
    with desk.board.start("init", "echo {it is mine}") as other:
        other.said.hear("it is mine")
        done = desk.plumb("flash")

    assert (done.returncode, rungs(done)) == (2, list(TWICE))
    assert said(done).startswith("plumb: another program has the probe: flash by ")
    assert WAYS_OUT[Trouble.BUSY] in said(done)
    assert_let_go(desk)
    assert_is_made_whole(desk, was_wedged=False)


@pytest.mark.parametrize(
    ("greeting", "says"),
    [
        ("Open On-Chip Debugger 0.11.0", "openocd is 0.11.0; sudo apt-get install openocd"),
        ("Open Sesame", "openocd does not say its version"),
        (None, "sudo apt-get install openocd"),
    ],
)
def test_an_openocd_that_is_too_old_or_not_there_is_not_used(
    desk: Desk, tmp_path: Path, greeting: str | None, says: str
) -> None:
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    if greeting is not None:
        (bin_folder / "openocd").write_text(f"#!/bin/sh\necho '{greeting}'\n")
        (bin_folder / "openocd").chmod(0o755)

    done = desk.plumb("flash", PATH=str(bin_folder))

    assert done.returncode == 2
    assert done.stderr.startswith("plumb: OpenOCD is not there, is older than 0.12, or lacks a part: ")
    assert says in done.stderr
    assert_let_go(desk)


def test_two_exchanged_serial_lines_are_found_out(desk: Desk) -> None:
    """What was flashed by one probe does not answer on its line; the other board does."""
    with VirtualBoard("--probe-serial", OTHER, "--unique", "00112233445566778899aabb") as other:
        assert desk.plumb("flash").returncode == 0
        other.openocd(f"program {IMAGE} verify reset exit")
        desk.file.write_text(desk.file.read_text().replace(str(desk.board.serial_path), str(other.serial_path)))

        done = desk.plumb("flash")

    assert done.returncode == 2
    assert "desk-1 is not the board it was taken for:" in done.stderr
    assert "the shell says 00112233445566778899aabb" in done.stderr
    assert "see which cable goes where" in done.stderr
    assert_let_go(desk)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_flash_that_is_ended_from_outside_leaves_nothing_behind(desk: Desk, how: signal.Signals) -> None:
    desk.board.tell(f"probe wedged after {MID_FLASH}")  # it does not come to its end before
    environment = {**os.environ, **desk.environment}
    with subprocess.Popen([*PLUMB, "flash"], cwd=ROOT, env=environment, stderr=subprocess.PIPE) as plumb:
        assert plumb.stderr is not None
        Lines(plumb.stderr.fileno()).hear("desk-1: writes\n")
        plumb.send_signal(how)
        assert plumb.wait() != 0

    if how is signal.SIGKILL:  # it could end nothing any more: the kernel does, and behind its own end
        hear_the_end_of(programs_at(desk.board.port))
    assert_let_go(desk, has_said_so=how is not signal.SIGKILL)
    desk.board.tell("probe replug")
    assert_is_made_whole(desk, was_wedged=False)


def said(done: Done) -> str:
    """The message that it ended with."""
    return done.stderr[done.stderr.index("plumb: ") :]


def rungs(done: Done) -> list[str]:
    steps = [line.rpartition(f"{SERIAL} at TCP port ")[2] for line in done.stderr.splitlines() if line[:7] == "probe: "]
    return [step.split(", ", 1)[1].split(":")[0] for step in steps if ", " in step]


def first_word(board: VirtualBoard) -> str:
    ended = board.openocd(ATTACH, "init", f"echo [read_memory {WRITTEN:#x} 32 1]", "shutdown")
    return next(line for line in ended.said.splitlines() if line.startswith("0x"))


def assert_let_go(desk: Desk, *, has_said_so: bool = True) -> None:
    with Lock(desk.locks, SERIAL) as lock:
        assert not lock.is_taken()
        assert (lock.record().taker is None) == has_said_so
    left = programs_at(desk.board.port)
    assert not left, [line for pid in left if (line := told_to(pid))]


def programs_at(port: int) -> list[int]:
    """Those that were told of the board's probe, and run."""
    numbers = [int(process.name) for process in Path("/proc").glob("[0-9]*")]
    return [number for number in numbers if f"st-link backend tcp {port}" in told_to(number)]


def told_to(pid: int) -> list[str]:
    """The words of its command; none once it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return []


def hear_the_end_of(pids: list[int]) -> None:
    """Of programs that are not ours to wait for."""
    for pid in pids:
        try:
            ended = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        try:
            assert select.select([ended], [], [], ENDS_WITHIN_S)[0], told_to(pid)
        finally:
            os.close(ended)


def assert_is_made_whole(desk: Desk, *, was_wedged: bool) -> None:
    """What is there is not believed: it is compared, written and proved to run."""
    if was_wedged:
        assert "desk-1 is wedged" in desk.plumb("flash").stderr
        assert "it was marked as wedged and answers now" in desk.plumb("check").stdout
    done = desk.plumb("flash")
    assert done.stdout.startswith("desk-1: written; it runs build "), done.stderr
