# SPDX-License-Identifier: GPL-2.0-or-later
"""What the ladder may do about a board that was taken from a desk: its own probe's USB reset, and its own power."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from host.tests.rig.tree import SERIAL, Tree
from plumbline.errors import BenchError
from plumbline.probe import Means, ProbeAddress, usb
from plumbline.rig import using
from plumbline.rig.health import Health
from plumbline.rig.lease import Lease
from plumbline.rig.lock import Lock
from plumbline.rig.spec import CommandPower, Console, NoPower, RigBoard
from plumbline.rig.using import Folders, Purpose

ANOTHER = "066BFF000000000000000001"
BOARD = RigBoard(
    name="desk-1", platform="nucleo-h743zi", probe=ProbeAddress(SERIAL), product="", is_connected=True, console=None,
    net=None, mac=None, unique=None, power=NoPower(), out_of_service="", flash_within_s=60, notes="",
)  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """With two probes, the board's behind another's."""
    tree = Tree(tmp_path)
    tree.probe("1-1.1", serial=ANOTHER, label="")
    tree.probe("1-1.2")
    return tree


def means_of(board: RigBoard, tree: Tree) -> Mapping[Means, Callable[[], None]]:
    return using._means(board, tree.machine())


def test_the_usb_reset_is_that_of_the_boards_own_probe(tree: Tree) -> None:
    """A file is no device on USB, and what cannot be reset is named."""
    with pytest.raises(BenchError, match="/dev/bus/usb/001/004: Inappropriate ioctl"):
        means_of(BOARD, tree)[Means.USB_RESET]()


def test_a_probe_that_left_the_bus_cannot_be_reset_and_is_named(tree: Tree) -> None:
    away = replace(BOARD, probe=ProbeAddress("066BFF000000000000000009"))

    with pytest.raises(BenchError, match="066BFF000000000000000009 on USB is on no bus"):
        means_of(away, tree)[Means.USB_RESET]()


def test_after_its_usb_reset_the_serial_port_is_waited_for(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here can be reset, so that one step is not made."""
    reset: list[str] = []
    monkeypatch.setattr(usb, "reset", lambda node: reset.append(node.name))
    udevadm = tree.put("udevadm", f'#!/bin/sh\necho "$*" > {tree.top}/asked\nexit 1\n')
    udevadm.chmod(0o755)
    line = tree.lines()[-1]
    machine = replace(tree.machine(), which=lambda name: str(udevadm) if name == "udevadm" else None)
    board = replace(BOARD, console=Console(line, 921600))

    with pytest.raises(BenchError, match="did not come back within 20 s"):
        using._means(board, machine)[Means.USB_RESET]()

    assert reset == ["004"]
    assert (tree.top / "asked").read_text() == f"wait --timeout=20 {line}\n"


@pytest.mark.parametrize(
    ("board", "has"),
    [
        (BOARD, {Means.USB_RESET}),
        (replace(BOARD, power=CommandPower("on", "off")), {Means.USB_RESET, Means.POWER_CYCLE}),
        (replace(BOARD, probe=ProbeAddress(SERIAL, 7184)), set()),
    ],
)
def test_a_board_has_the_means_that_its_entry_tells_of(board: RigBoard, has: set[Means], tree: Tree) -> None:
    assert set(means_of(board, tree)) == has


def test_a_board_that_is_wedged_is_not_waited_for(tree: Tree, tmp_path: Path) -> None:
    now = datetime.now().astimezone()
    purpose = Purpose("scenarios", os.getpid(), 5, 60)
    Health(tmp_path, SERIAL).mark("the chip was mute")
    with Lock(tmp_path, SERIAL) as lock:
        lock.acquire(Lease("ci", 4711, "plumb run", now, now + timedelta(hours=1)))

        with (
            pytest.raises(BenchError, match="desk-1 is wedged: the chip was mute"),
            using.take(BOARD, purpose, tree.machine(), Folders(tmp_path, tmp_path), note=pytest.fail),
        ):
            pass


def test_a_board_that_was_left_wedged_is_not_given_to_who_waited_for_it(tree: Tree, tmp_path: Path) -> None:
    folders = Folders(tmp_path, tmp_path)
    board = replace(BOARD, probe=ProbeAddress(SERIAL, 7184))
    now = datetime.now().astimezone()
    waits = Event()

    def note(text: str) -> None:
        if "waits for" in text:
            waits.set()

    def comes() -> str:
        with using.take(board, Purpose("scenarios", os.getpid(), 5, 60), tree.machine(), folders, note=note):
            return "has it"

    with Lock(tmp_path, SERIAL) as lock, ThreadPoolExecutor() as pool:
        lock.acquire(Lease("ci", 4711, "plumb run", now, now + timedelta(hours=1)))
        other = pool.submit(comes)
        assert waits.wait(60)
        Health(tmp_path, SERIAL).mark("the chip was mute")
        lock.release()

        with pytest.raises(BenchError, match="desk-1 is wedged: the chip was mute"):
            other.result()
        lock.acquire(Lease("ci", 4711, "plumb run", now, now + timedelta(hours=1)))  # it was let go


def test_a_session_climbs_no_ladder_at_a_board_that_is_wedged_by_now(tree: Tree, tmp_path: Path) -> None:
    board = replace(BOARD, probe=ProbeAddress(SERIAL, 7184))
    purpose = Purpose("scenarios", os.getpid(), 5)

    with using.take(board, purpose, tree.machine(), Folders(tmp_path, tmp_path), note=lambda text: None) as probe:
        Health(tmp_path, SERIAL).mark("the chip was mute")

        with pytest.raises(BenchError, match="desk-1 is wedged: the chip was mute"):
            probe.reset()
