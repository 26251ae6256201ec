# SPDX-License-Identifier: GPL-2.0-or-later
"""Power is switched by what the rig file names, and a board is waited for until it is back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from plumbline.errors import BenchError
from plumbline.probe import ProbeAddress
from plumbline.rig import power
from plumbline.rig.machine import Machine
from plumbline.rig.power import Switch, commands, switch
from plumbline.rig.spec import CommandPower, Console, HubPower, NoPower, RigBoard

BOARD = RigBoard(
    name="desk-1", platform="nucleo-h743zi", probe=ProbeAddress("066B"), product="", is_connected=True, console=None,
    net=None, mac=None, unique=None, power=NoPower(), out_of_service="", flash_within_s=60, notes="",
)  # fmt: skip


class Programs:
    """Programs that write down how they were called."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = folder / "log"

    def make(self, name: str, status: int = 0) -> None:
        path = self._folder / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >> {self._log}\necho it says so\nexit {status}\n')
        path.chmod(0o755)

    def machine(self) -> Machine:
        return Machine(which=lambda name: str(self._folder / name) if (self._folder / name).exists() else None)

    def called(self) -> list[str]:
        return self._log.read_text().splitlines() if self._log.exists() else []


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    return Programs(tmp_path)


@pytest.mark.parametrize(
    ("how", "line"),
    [
        (Switch.ON, "uhubctl -l 1-1.4 -p 2 -a on"),
        (Switch.OFF, "uhubctl -l 1-1.4 -p 2 -a off"),
        (Switch.CYCLE, "uhubctl -l 1-1.4 -p 2 -a cycle -d 5"),
    ],
)
def test_a_hub_is_told_which_port(programs: Programs, how: Switch, line: str) -> None:
    programs.make("uhubctl")
    switch(replace(BOARD, power=HubPower("1-1.4", 2)), how, programs.machine())

    assert programs.called() == [line]


def test_commands_are_run_by_a_shell(programs: Programs, tmp_path: Path) -> None:
    by = CommandPower(on=f"echo on >> {tmp_path}/relay", off=f"echo off >> {tmp_path}/relay")
    machine = Machine()

    for how in (Switch.ON, Switch.OFF):
        switch(replace(BOARD, power=by), how, machine)

    assert (tmp_path / "relay").read_text() == "on\noff\n"
    assert [line[-1] for line in commands(by, Switch.CYCLE)] == [by.off, "sleep 5", by.on]


def test_what_fails_is_told_with_its_words(programs: Programs) -> None:
    programs.make("uhubctl", status=1)
    with pytest.raises(BenchError, match="desk-1: `uhubctl -l 1-1 -p 2 -a off` failed: it says so: see to `power`"):
        switch(replace(BOARD, power=HubPower("1-1", 2)), Switch.OFF, programs.machine())


@pytest.mark.parametrize(
    ("off", "says"),
    [
        ("exit 3", "^desk-1: `exit 3` failed: status 3: see to `power` in the rig file$"),
        ("kill -9 $$", "^desk-1: `kill -9 \\$\\$` failed: SIGKILL: see to `power`"),
        ("sleep 1000", "^desk-1: `sleep 1000` did not end within 0 s: see to `power` in the rig file$"),
    ],
)
def test_a_command_that_fails_without_a_word_is_named_as_the_rig_file_has_it(
    monkeypatch: pytest.MonkeyPatch, off: str, says: str
) -> None:
    if "did not" in says:
        monkeypatch.setattr(power, "_SWITCHES_S", 0.0)
    told: list[str] = []

    with pytest.raises(BenchError, match=says):
        switch(replace(BOARD, power=CommandPower(on="true", off=off)), Switch.OFF, Machine(), hear=told.append)

    assert told == [f"runs `{off}`"]


def test_a_switch_that_is_not_installed_is_named(programs: Programs) -> None:
    with pytest.raises(BenchError, match="desk-1: there is no `uhubctl` here: sudo apt-get install uhubctl"):
        switch(replace(BOARD, power=HubPower("1-1", 2)), Switch.OFF, programs.machine())


def test_a_board_that_hangs_on_a_wall_is_a_persons_to_switch(programs: Programs) -> None:
    with pytest.raises(
        BenchError, match="desk-1: its power can only be switched by hand: pull its plug, or write .*`power`"
    ):
        switch(BOARD, Switch.CYCLE, programs.machine())


def test_after_it_comes_back_its_serial_port_is_waited_for(programs: Programs) -> None:
    programs.make("uhubctl")
    programs.make("udevadm")
    board = replace(BOARD, power=HubPower("1-1", 2), console=Console(Path("/dev/serial/by-id/x"), 9600))

    switch(board, Switch.OFF, programs.machine())
    switch(board, Switch.ON, programs.machine())

    assert programs.called()[-2:] == ["uhubctl -l 1-1 -p 2 -a on", "udevadm wait --timeout=20 /dev/serial/by-id/x"]
    assert len(programs.called()) == 3
    programs.make("udevadm", status=1)
    with pytest.raises(BenchError, match="/dev/serial/by-id/x did not come back within 20 s"):
        power.wait_for_line(board, programs.machine())
