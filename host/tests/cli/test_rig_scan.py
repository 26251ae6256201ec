# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb rig scan` and `check` at a desk that is a tree of files."""

from __future__ import annotations

from pathlib import Path

import pytest

from host.tests.rig.tree import SERIAL, Tree
from plumbline.cli import commands, rig_command
from plumbline.rig.reading import read_rig
from plumbline.scenario.checkout import find_checkout

ROOT = find_checkout(Path(__file__)).root


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the file goes; one probe and one port are there."""
    tree = Tree(tmp_path / "machine")
    tree.probe()
    tree.port("eno1", address="192.168.1.5/24", default=True)
    tree.port("enx1")
    monkeypatch.setattr(rig_command, "Machine", tree.machine)
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("PLUMB_RIG", str(tmp_path / "rig.yaml"))
    monkeypatch.setenv("PLUMB_RUN", str(tmp_path / "locks"))
    return tmp_path / "rig.yaml"


def test_scan_tells_what_it_found_and_writes_it_once(rig: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.obey(["rig", "scan"]) == 0
    first = capsys.readouterr().out
    assert commands.obey(["rig", "scan"]) == 0

    assert f"probe   ST-LINK/V2-1 {SERIAL} on USB 1-1.2, NODE_H743ZI, " in first
    assert "port    eno1 00:11:22:33:44:55, a link, this machine's way out" in first
    assert f"{rig}: 1 new, finish it by hand; then `plumb rig check`" in first
    assert f"{rig}: nothing new" in capsys.readouterr().out
    assert [board.probe.serial for board in read_rig(rig).boards] == [SERIAL]


def test_a_desk_without_a_board_gets_no_file_and_is_told(
    rig: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rig_command, "Machine", Tree(tmp_path / "bare").machine)

    assert commands.obey(["rig", "scan"]) == 0
    assert capsys.readouterr().out.endswith(f"\n{rig}: not written: no board was found\n")
    assert not rig.exists()


def test_scan_can_only_print(rig: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.obey(["rig", "scan", "--print"]) == 0

    assert f'- id: "{SERIAL}"\n' in capsys.readouterr().out
    assert not rig.exists()


def test_check_ends_with_1_and_shows_which_commands_it_may_run(rig: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commands.obey(["rig", "scan"])
    capsys.readouterr()

    assert commands.obey(["rig", "check"]) == 1

    said = capsys.readouterr().out
    assert "note     the udev rules for probes are not there" in said
    assert "* " in said
    assert "60-plumbline.rules /etc/udev/rules.d/" in said
    assert "MISSING  no such probe is there: identity by probe" in said
    assert said.endswith("`plumb rig check --mend` runs the commands marked with *\n")


def test_a_rig_file_without_a_board_is_nobodys_well_being(rig: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rig.write_text("# my desk\n")

    assert commands.obey(["rig", "check"]) == 1

    assert "MISSING  no board is in the rig file: `plumb rig scan`" in capsys.readouterr().out
