# SPDX-License-Identifier: GPL-2.0-or-later
"""Of several boards the first that is free is taken, or the first that is let go; real locks, and no board behind."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from plumbline.errors import BenchError
from plumbline.probe import ProbeAddress
from plumbline.rig import first_free as first_free_module
from plumbline.rig.first_free import Left, first_free
from plumbline.rig.lease import Lease
from plumbline.rig.lock import Lock, Note
from plumbline.rig.machine import Machine
from plumbline.rig.spec import LabPlace, NoPower, Rig, RigBoard
from plumbline.rig.taken import FromRig
from plumbline.rig.using import Folders, Purpose, locked

NOW = datetime.now().astimezone()
LONG_S = 600  # nobody waits for so long
SLICES = 10  # nobody is told of each


def board(name: str, out_of_service: str = "") -> RigBoard:
    return RigBoard(
        name=name, platform="nucleo-h743zi", probe=ProbeAddress(f"066B-{name}"), product="", is_connected=True,
        console=None, net=None, mac=None, unique=None, power=NoPower(), out_of_service=out_of_service,
        flash_within_s=60, notes="",
    )  # fmt: skip


ONE, TWO = board("desk-1"), board("desk-2")


@contextmanager
def somebody(folder: Path, *boards: RigBoard) -> Iterator[list[Lock]]:
    """Who has them all."""
    locks = [Lock(folder, each.probe.serial) for each in boards]
    try:
        for lock in locks:
            lock.acquire(Lease("ci", 1, "plumb run", NOW, NOW + timedelta(hours=4)))
        yield locks
    finally:
        for lock in locks:
            lock.close()


def take(folder: Path, note: Callable[[str], None], found: RigBoard | LabPlace, left: Left) -> str:
    """As FromRig does, without a probe."""
    assert isinstance(found, RigBoard)
    purpose = Purpose("scenarios", os.getpid(), 5, left())
    with locked(found, purpose, Machine(), Folders(folder, folder), note=note):
        return found.name


def test_one_that_is_free_is_taken_before_anybody_is_waited_for(tmp_path: Path) -> None:
    notes: list[str] = []
    with somebody(tmp_path, ONE):
        assert first_free([ONE, TWO], partial(take, tmp_path, notes.append), wait_s=LONG_S) == "desk-2"

    assert notes == []


@pytest.mark.parametrize("let_go", [0, 1])
def test_whichever_is_let_go_first_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, let_go: int) -> None:
    monkeypatch.setattr(first_free_module, "_SLICE_S", 0.05)
    with somebody(tmp_path, ONE, TWO) as locks:

        def note(text: str) -> None:
            if text.startswith("desk-2: waits for ci"):  # then both are waited for
                locks[let_go].close()

        assert first_free([ONE, TWO], partial(take, tmp_path, note), wait_s=LONG_S) == (ONE, TWO)[let_go].name


def test_all_together_are_waited_for_until_one_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock on which nothing but waiting takes time."""
    now_s = 0.0
    monkeypatch.setattr(first_free_module, "time", SimpleNamespace(monotonic=lambda: now_s))
    monkeypatch.setattr(first_free_module, "_SLICE_S", 10.0)  # the first has all the time that there is
    given: list[float] = []

    def take_one(found: RigBoard | LabPlace, left: Left) -> str:
        nonlocal now_s
        given.append(left())
        now_s += given[-1]
        return take(tmp_path, lambda text: None, found, lambda: 0)

    with somebody(tmp_path, ONE, TWO), pytest.raises(BenchError) as raised:
        first_free([ONE, TWO], take_one, wait_s=0.5)

    assert given == [0, 0, 0.5, 0, 0, 0]
    head, *why = str(raised.value).splitlines()
    assert head == "no board is to be had within 0.5 s:"
    assert [line.split(" (")[0] for line in why] == ["  desk-1: taken by ci", "  desk-2: taken by ci"]


def test_the_only_one_that_may_be_let_go_is_waited_for_in_its_own_queue(tmp_path: Path) -> None:
    """The kernel's: whoever is in it has the board as soon as it is free."""
    given: list[float] = []

    def take_one(found: RigBoard | LabPlace, left: Left) -> str:
        given.append(left())
        if found is ONE and left():
            holder[0].close()
        return take(tmp_path, lambda text: None, found, left)

    with somebody(tmp_path, ONE) as holder, Lock(tmp_path, TWO.probe.serial) as held:
        held.hold(Lease("anna", 0, "lunch", NOW, NOW + timedelta(hours=4)))
        assert first_free([ONE, TWO], take_one, wait_s=LONG_S) == "desk-1"

    assert given[:2] == [0, 0]
    assert LONG_S / 2 < given[2] <= LONG_S


def test_people_are_not_waited_for(tmp_path: Path) -> None:
    with Lock(tmp_path, ONE.probe.serial) as lock:
        lock.hold(Lease("anna", 0, "lunch", NOW, NOW + timedelta(hours=4)))

    with pytest.raises(BenchError, match="^desk-1: held by anna since .* for lunch"):
        first_free([ONE], partial(take, tmp_path, lambda text: None), wait_s=LONG_S)


def rig_of(folder: Path, *boards: RigBoard) -> FromRig:
    return FromRig(
        Rig(folder / "rig.yaml", boards),
        "nucleo-h743zi",
        (),
        Machine(),
        Folders(folder, folder),
        lambda found, wait_s, note: nullcontext(found) if isinstance(found, RigBoard) else pytest.fail("no lab here"),
    )


def test_a_bench_takes_the_board_that_is_let_go_and_says_once_whom_it_waits_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_free_module, "_SLICE_S", 0.05)
    boards = (ONE, TWO, board("desk-3", "burnt"))
    asked: list[str] = []
    notes: list[str] = []
    with somebody(tmp_path, ONE, TWO) as locks:

        def reach(found: RigBoard | LabPlace, wait_s: float, note: Note) -> AbstractContextManager[RigBoard]:
            assert isinstance(found, RigBoard)
            asked.append(found.name)
            if asked.count(TWO.name) == SLICES:
                locks[1].close()
            return nullcontext(found)

        folders = Folders(tmp_path, tmp_path)
        source = FromRig(Rig(tmp_path / "rig.yaml", boards), "nucleo-h743zi", (), Machine(), folders, reach)
        with source.taken(Purpose("scenarios", os.getpid(), 5, LONG_S), notes.append, lambda name, word: None) as ours:
            assert ours.board == TWO

    assert [note.split(" ci ")[0] for note in notes] == ["desk-1: waits for", "desk-2: waits for"]


def test_our_own_hold_counts_as_free_and_another_ones_does_not(tmp_path: Path) -> None:
    for found, holder in ((ONE, Machine().holder), (TWO, "anna")):
        with Lock(tmp_path, found.probe.serial) as lock:
            lock.hold(Lease(holder, 0, "lunch", NOW, NOW + timedelta(hours=4)))

    assert rig_of(tmp_path, ONE, TWO).count() == 1


def test_more_boards_are_waited_for_until_as_many_are_let_go(tmp_path: Path) -> None:
    """And not taken."""
    source = rig_of(tmp_path, ONE, TWO, board("desk-3", "burnt"))
    with somebody(tmp_path, TWO) as locks:
        source.wait_for_more(1, Purpose("waits", os.getpid(), 5, LONG_S), lambda text: locks[0].release())

        assert source.count() == 2


def test_more_boards_are_not_waited_for_longer_than_was_said(tmp_path: Path) -> None:
    source = rig_of(tmp_path, ONE, TWO)
    with somebody(tmp_path, TWO):
        source.wait_for_more(1, Purpose("waits", os.getpid(), 5, 0.01), lambda text: None)

        assert source.count() == 1


def test_nobody_waits_for_more_boards_than_may_be_let_go(tmp_path: Path) -> None:
    source = rig_of(tmp_path, ONE, board("desk-3", "burnt"))
    with Lock(tmp_path, ONE.probe.serial) as lock:
        lock.hold(Lease("anna", 0, "lunch", NOW, NOW + timedelta(hours=4)))

    source.wait_for_more(2, Purpose("waits", os.getpid(), 5, LONG_S), lambda text: pytest.fail(text))
