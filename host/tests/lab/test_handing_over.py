# SPDX-License-Identifier: GPL-2.0-or-later
"""What an exporter is told of a rig file's boards comes out of labgrid as the same boards."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from host.tests.lab.loopback_lab import lacks
from host.tests.virtual_nucleo.virtual_board import ROOT
from plumbline.errors import BenchError
from plumbline.lab import exporter_configuration, labgrid_of
from plumbline.lab.handed_over import board_of
from plumbline.rig.reading import read_rig
from plumbline.rig.spec import CommandPower, RigBoard

RIG = """\
- id: "00360029"
  name: desk-1
  platform: nucleo-h743zi
  serial: /dev/serial/by-id/usb-00360029-if02
  net: enx001122334455
  mac: 10:20:30:40:50:58
  unique: 410036001451383139363934
  power: {hub: 1-1.4, port: 2}
- id: B
  name: desk-2
  platform: nucleo-h743zi2
  probe: tcp:7184
  net: unix:/run/nucleo/wire
  power: {on: relay 3 on, off: relay 3 off}
- {id: C, platform: nucleo-h743zi, health: out}
- {id: D, platform: nucleo-h743zi, connected: false}
"""


@pytest.fixture
def boards(tmp_path: Path) -> tuple[RigBoard, ...]:
    path = tmp_path / "rig.yaml"
    path.write_text(RIG)
    return read_rig(path).boards


def test_digits_and_power_survive_the_way(boards: tuple[RigBoard, ...]) -> None:
    groups = yaml.safe_load(exporter_configuration(boards))

    told = {name: group["PlumblineBoard"] for name, group in groups.items()}
    assert all(isinstance(value, str | int) for each in told.values() for value in each.values())
    assert [board_of(name, each) for name, each in told.items()] == [
        replace(board, product="unknown") for board in boards[:2]
    ]


@pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")
def test_what_a_template_would_make_of_a_command_is_left_as_it_is(boards: tuple[RigBoard, ...], tmp_path: Path) -> None:
    """By labgrid's own reading of the file."""
    power = CommandPower("docker ps --format {{.Names}} # on", f"relay {'x ' * 100}# {{% if %}}")
    path = tmp_path / "exporter.yaml"
    path.write_text(exporter_configuration([replace(boards[0], power=power)]))
    read = "import json, sys; from labgrid.remote.config import *; print(json.dumps(ResourceConfig(sys.argv[1]).data))"

    done = subprocess.run([labgrid_of(ROOT).python, "-c", read, path], capture_output=True, text=True, check=False)

    told = json.loads(done.stdout.splitlines()[-1])["desk-1"]["PlumblineBoard"]
    assert (told["power_on"], told["power_off"]) == (power.on, power.off)


def test_a_board_out_of_service_or_not_there_is_not_lent(boards: tuple[RigBoard, ...]) -> None:
    assert list(yaml.safe_load(exporter_configuration(boards))) == ["desk-1", "desk-2"]


def test_what_labgrid_says_wrongly_is_named_with_its_place() -> None:
    with pytest.raises(BenchError, match=r"labgrid's place desk-1:\d+: desk-1: serial is not a whole path: 'ttyACM0'"):
        board_of("desk-1", {"id": "A", "platform": "nucleo-h743zi", "serial": "ttyACM0"})
    with pytest.raises(BenchError, match="labgrid's place desk-1.*: power.port is missing"):
        board_of("desk-1", {"id": "A", "platform": "nucleo-h743zi", "power_hub": "1-1"})
