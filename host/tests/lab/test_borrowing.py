# SPDX-License-Identifier: GPL-2.0-or-later
"""labgrid itself lends two virtual Nucleos: each is one worker's at a time, and no longer than he lives."""

from __future__ import annotations

import getpass
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from host.tests.lab.loopback_lab import PLATFORM, LoopbackLab, lacks, until
from host.tests.virtual_nucleo.virtual_board import ROOT, Lines
from plumbline.errors import BenchError
from plumbline.lab import PlaceBusy, borrowed
from plumbline.rig.reading import read_rig

pytestmark = pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")
LONG_S = 180  # patience, not a proof
ME = f"{socket.gethostname()}/{getpass.getuser()}"


def silent(_text: str) -> None:
    """For who wants no notes."""


class Worker:
    """A process that has one of the boards."""

    def __init__(self, lab: LoopbackLab) -> None:
        command = [sys.executable, "-m", "host.tests.lab.worker", str(ROOT), lab.address, str(lab.run), PLATFORM]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        self.has = Lines(self._process.stdout.fileno()).hear("\n").split()[-1]

    def keeper(self) -> int:
        pid = self._process.pid
        return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])

    def killed(self) -> None:
        self._process.kill()
        self._process.communicate()


@contextmanager
def working(lab: LoopbackLab) -> Iterator[Worker]:
    worker = Worker(lab)
    try:
        yield worker
    finally:
        worker.killed()


def test_a_place_is_the_board_that_the_rig_file_of_its_machine_has(lab: LoopbackLab) -> None:
    with borrowed(lab.place("desk-2"), lab.lab, note=silent) as board:
        assert board == read_rig(lab.desk).board("desk-2")


def test_it_is_ours_meanwhile_and_nobodys_afterwards(lab: LoopbackLab) -> None:
    with borrowed(lab.place("desk-1"), lab.lab, note=silent):
        [(place, holder)] = lab.who().items()

    assert place == "desk-1"
    assert holder.startswith(f"{ME}.plumb-")
    assert lab.who() == {}


def test_two_workers_have_a_board_each_and_a_third_is_told_who_they_are(lab: LoopbackLab) -> None:
    with working(lab) as first, working(lab) as second:
        with pytest.raises(PlaceBusy) as raised, borrowed(lab.any_place(), lab.lab, note=silent):
            pass
        holders = lab.who()

    assert {first.has, second.has} == {"desk-1", "desk-2"}
    for place, holder in holders.items():
        assert f"{place} is {holder}'s" in str(raised.value)
    until(lambda: lab.who() == {})


def test_who_waits_is_told_for_whom_and_gets_the_first_that_is_given_back(lab: LoopbackLab) -> None:
    waits = threading.Event()
    notes: list[str] = []
    got: list[str] = []

    def hear(text: str) -> None:
        notes.append(text)
        waits.set()

    def wait() -> None:
        with borrowed(lab.any_place(), lab.lab, wait_s=LONG_S, note=hear) as board:
            got.append(board.name)

    waiter = threading.Thread(target=wait)
    with working(lab):
        with borrowed(lab.any_place(), lab.lab, note=silent) as board:
            waiter.start()
            assert waits.wait(LONG_S)
            assert got == []
        waiter.join(LONG_S)

    assert got == [board.name]
    assert notes[0].startswith("lab: waits: labgrid's place with board=nucleo-h743zi is taken: desk-1 is ")
    until(lambda: lab.who() == {})


def test_a_killed_workers_place_is_free_again(lab: LoopbackLab) -> None:
    with working(lab) as worker:
        assert list(lab.who()) == [worker.has]
        worker.killed()

        until(lambda: lab.who() == {})


def test_the_place_of_one_who_was_killed_with_his_keeper_is_taken_back_by_the_next(lab: LoopbackLab) -> None:
    """As when a container is ended, or memory runs out. labgrid itself would keep the place for him for ever."""
    with working(lab) as worker:
        os.kill(worker.keeper(), signal.SIGKILL)
        worker.killed()
        place, dead = lab.who().popitem()
        notes: list[str] = []

        with borrowed(lab.place(place), lab.lab, note=notes.append):
            assert list(lab.who()) == [place]

    assert notes == [f"lab: labgrid's place {place} was taken back from {dead}: it ended without letting go"]


def test_what_a_person_has_is_used_by_his_runs_and_stays_his(lab: LoopbackLab) -> None:
    lab.client("-p", "desk-1", "acquire")
    try:
        with borrowed(lab.place("desk-1"), lab.lab, note=silent) as board:
            assert board.name == "desk-1"
        assert lab.who() == {"desk-1": ME}
    finally:
        lab.client("-p", "desk-1", "release")


def test_what_a_person_has_is_each_one_of_his_runs_at_a_time(lab: LoopbackLab) -> None:
    with acquired(lab, "desk-1", "desk-2"), working(lab) as first, working(lab) as second:
        assert {first.has, second.has} == {"desk-1", "desk-2"}
        told = f"desk-1 is {ME}'s, and in use; desk-2 is {ME}'s, and in use"
        with pytest.raises(PlaceBusy, match=told), borrowed(lab.any_place(), lab.lab, note=silent):
            pass

        first.killed()
        until(lambda: free_of(lab) == first.has)


def test_a_run_more_than_a_person_has_places_for_takes_a_free_one(lab: LoopbackLab) -> None:
    with acquired(lab, "desk-1"), working(lab) as first, working(lab) as second:
        assert (first.has, second.has) == ("desk-1", "desk-2")
        assert lab.who()["desk-1"] == ME
        assert lab.who()["desk-2"].startswith(f"{ME}.plumb-")


@contextmanager
def acquired(lab: LoopbackLab, *places: str) -> Iterator[None]:
    """By the person at this machine."""
    for place in places:
        lab.client("-p", place, "acquire")
    try:
        yield
    finally:
        for place in places:
            lab.client("-p", place, "release")


def free_of(lab: LoopbackLab) -> str:
    try:
        with borrowed(lab.any_place(), lab.lab, note=silent) as board:
            return board.name
    except PlaceBusy:
        return ""


def test_what_another_person_has_is_left_to_him(lab: LoopbackLab, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.client("-p", "desk-1", "acquire")
    try:
        monkeypatch.setenv("LG_USERNAME", "somebody")
        with pytest.raises(PlaceBusy, match=f"place desk-1 is taken: desk-1 is {ME}'s"):
            _borrow(lab, "desk-1")
        with borrowed(lab.any_place(), lab.lab, note=silent) as board:
            assert board.name == "desk-2"
    finally:
        monkeypatch.undo()
        lab.client("-p", "desk-1", "release")


def _borrow(lab: LoopbackLab, name: str) -> None:
    with borrowed(lab.place(name), lab.lab, note=silent):
        pass


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("labgrid: {coordinator: ADDRESS, place: desk-3}", "labgrid has no place desk-3; it has desk-1, desk-2"),
        ("labgrid: {coordinator: ADDRESS, tags: {board: x}}", "no place with board=x; it has desk-1, desk-2"),
        ("labgrid: {coordinator: '127.0.0.1:9', place: desk-1}", "coordinator does not answer at 127.0.0.1:9"),
        (
            "labgrid: {coordinator: ADDRESS, place: desk-1}\n  platform: nucleo-h743zi2",
            "labgrid's place desk-1 is a nucleo-h743zi; lab is to be a nucleo-h743zi2",
        ),
    ],
)
def test_what_is_not_there_is_the_benchs_fault(lab: LoopbackLab, tmp_path: Path, wrong: str, says: str) -> None:
    rig = tmp_path / "rig.yaml"
    platform = "" if "platform" in wrong else f"\n  platform: {PLATFORM}"
    rig.write_text(f"- name: lab\n  {wrong.replace('ADDRESS', lab.address)}{platform}\n")
    [place] = read_rig(rig).places

    with pytest.raises(BenchError) as raised, borrowed(place, lab.lab, note=silent):
        pass

    assert says in str(raised.value)
    assert not isinstance(raised.value, PlaceBusy)
