# SPDX-License-Identifier: GPL-2.0-or-later
"""A rig file is read whole, and each mistake in it is named with its line, its board and the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from plumbline.errors import BenchError
from plumbline.probe import ProbeAddress
from plumbline.rig.reading import read_rig
from plumbline.rig.spec import CommandPower, Console, HubPower, NoPower, PortName, WireSocket

RIG = """\
- id: 0668FF514885874967112233
  name: desk-1
  platform: nucleo-h743zi
  product: STM32 STLink
  runner: openocd
  connected: true
  serial: /dev/serial/by-id/usb-STMicroelectronics_STM32_STLink_0668FF514885874967112233-if02
  baud: 921600
  net: enx001122334455
  mac: 10:20:30:40:50:59
  unique: 3B003A001551383433373434
  power: {hub: 1-1.4, port: 2}
- id: "003600294741500120383733"
  platform: nucleo-h743zi2
  probe: tcp:7184
  net: unix:/run/nucleo/wire
  health: out
  out: its cable is borrowed
"""
BY_ID = "/dev/serial/../serial/by-id/usb-STMicroelectronics_STM32_STLink_0668FF514885874967112233-if02"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "rig.yaml"
    path.write_text(text)
    return path


def test_a_rig_is_read(tmp_path: Path) -> None:
    desk, virtual = read_rig(written(tmp_path, RIG)).boards

    assert (desk.name, desk.platform, desk.is_connected) == ("desk-1", "nucleo-h743zi", True)
    assert desk.probe == ProbeAddress("0668FF514885874967112233")
    assert desk.console == Console(
        Path("/dev/serial/by-id/usb-STMicroelectronics_STM32_STLink_0668FF514885874967112233-if02"), 921600
    )
    assert (desk.net, desk.power) == (PortName("enx001122334455"), HubPower("1-1.4", 2))
    assert (virtual.probe, virtual.net) == (
        ProbeAddress("003600294741500120383733", tcp_port=7184),
        WireSocket(Path("/run/nucleo/wire")),
    )
    assert (virtual.power, virtual.console, virtual.out_of_service) == (NoPower(), None, "its cable is borrowed")


def test_digits_stay_what_they_were(tmp_path: Path) -> None:
    """YAML itself would read these as a number in octal, and as one to the base of sixty."""
    text = "- id: 00360029\n  platform: nucleo-h743zi\n  mac: 10:20:30:40:50:58\n"
    (board,) = read_rig(written(tmp_path, text)).boards

    assert (board.probe.serial, board.name, board.mac) == ("00360029", "00360029", "10:20:30:40:50:58")


def test_a_board_is_known_by_its_name_and_by_its_probe(tmp_path: Path) -> None:
    rig = read_rig(written(tmp_path, RIG))

    assert rig.board("desk-1") is rig.board("0668FF514885874967112233")
    with pytest.raises(BenchError, match=r"rig.yaml has no board 'desk-2'; it has desk-1, 003600294741500120383733"):
        rig.board("desk-2")


def test_with_one_board_nobody_has_to_name_it(tmp_path: Path) -> None:
    one = read_rig(written(tmp_path, "- id: A\n  platform: nucleo-h743zi\n"))

    assert one.board(None) is one.boards[0]
    with pytest.raises(BenchError, match="which board\\? .*rig.yaml has desk-1, 003600294741500120383733"):
        read_rig(written(tmp_path, RIG)).board(None)


def test_a_file_with_nothing_in_it_is_a_rig_without_boards(tmp_path: Path) -> None:
    assert read_rig(written(tmp_path, "# my desk\n")).boards == ()


def test_commands_switch_power_too(tmp_path: Path) -> None:
    text = RIG.replace("{hub: 1-1.4, port: 2}", "{on: relay 3 on, off: relay 3 off}")

    assert read_rig(written(tmp_path, text)).boards[0].power == CommandPower("relay 3 on", "relay 3 off")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (": nucleo-h743zi\n", ":\n", r":3: desk-1: platform is empty: which board it is"),
        ("  platform: nucleo-h743zi\n", "", r":1: desk-1: platform is missing: which board it is: nucleo-h743zi or"),
        ("- id: 0668FF514885874967112233\n  name", "- name", r":1: a board: id is missing: .*plumb rig scan"),
        ("desk-1", "my desk", ":2: .*: name is not a name of letters, digits, dots, dashes: 'my desk'"),
        ("runner: openocd", "runner: jlink", ":5: desk-1: runner must be one of openocd, not 'jlink'"),
        ("true", "yes", ":6: desk-1: connected must be true or false, not 'yes'"),
        ("serial: /dev", "serial: dev", ":7: desk-1: serial is not a whole path: 'dev/.*by-id/ stays"),
        ("921600", "fast", ":8: desk-1: baud must be a number from 9600 to 4000000, not 'fast'"),
        ("enx001122334455", "a/b", ":9: desk-1: net is not a network port: 'a/b': a network port's name, or unix:"),
        ("enx001122334455", "lo", ":9: desk-1: net is this machine's own loopback: 'lo': a network port's name"),
        ("10:20", "11:20", ":10: desk-1: mac is the address of a group"),
        ("3B003A", "3B", ":11: desk-1: unique is not 24 hexadecimal digits"),
        ("port: 2", "port: two", ":12: desk-1: power.port must be a number from 1 to 32, not 'two'"),
        (", port: 2", "", "power.port is missing: the hub's port that the board hangs on"),
        ("port: 2", "port: 2, delay: 3", "power.delay is not known: there are hub, port"),
        ("{hub: 1-1.4, port: 2}", "{on: relay on}", "power.off is missing: power is `none`, or has hub and port"),
        ("{hub: 1-1.4, port: 2}", "sometimes", ":12: desk-1: power is 'sometimes': power is `none`, or has hub "),
        ("tcp:7184", "localhost:7184", ":15: 0036.*: probe is no address of a probe: 'localhost:7184': leave it out"),
        ("  health: out\n", "", "out is a reason for `health: out`, which is not there"),
        ("  name:", "  pre_script: a.sh\n  name:", "pre_script is not known: it is Zephyr's, and nothing here does it"),
        ("  name:", "  colour: red\n  name:", ":2: desk-1: colour is not known: there are baud, connected, "),
        ("  name:", "  name: a\n  name:", ":3: name is there twice"),
        ('- id: "0036', '- id: 0668FF514885874967112233\n  name: "0036', ":13: .*: id is 0668.*desk-1's at line 1"),
        ("unix:/run/nucleo/wire", "enx001122334455", ":16: .*: net is enx0.*, and that is desk-1's at line 1: it"),
        ("  health", "  probe_id: 0668FF514885874967112233\n  health", ":17: .*: probe_id is 0668.*, and that is desk"),
        ("  mac: 10", "  probe: tcp:7184\n  mac: 10", ":16: .*: probe is tcp:7184, and that is desk-1's at line 1: it"),
        ("  health", f"  serial: {BY_ID}\n  health", ":17: .*: serial is /dev.*, and that is desk-1's at line 1: it"),
        ('- id: "', '- just a word\n- id: "', ":13: must be `key: value` lines"),
        (": nucleo-h743zi\n", ": nucleo-x\n", ":3: desk-1: platform must be one of nucleo-h743zi, nucleo-h743zi2, not"),
        (": nucleo-h743zi\n", ": native\n", ":3: desk-1: platform must be one of nucleo-h743zi, .*, not 'native'"),
        (RIG, "- ? [a]\n  : b\n", ":1: the name of a key must be a word"),
        (RIG, "boards: 1", "must be a list of boards, each behind a dash"),
        (RIG, "- id: [", "rig.yaml is no YAML: .*line 1"),
        (RIG, "[" * 5000, "rig.yaml is no YAML: "),
        ("921600", "9" * 5000, ":8: desk-1: baud must be a number from 9600 to 4000000, not '999"),
        ("tcp:7184", f"tcp:{'7' * 5000}", ": probe is no address of a probe: 'tcp:777"),
        ("name: desk-1", r'name: "desk\0"', r":2: .*: name has what is no text: 'desk\\x00'"),
        ("unix:/run/nucleo/wire", r'"unix:/run/a\nb"', "net is not a whole path: "),
        ("enx001122334455", "..", ":9: desk-1: net is not a network port: '..'"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_by_file_line_board_and_key(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in RIG
    with pytest.raises(BenchError, match=says) as raised:
        read_rig(written(tmp_path, RIG.replace(old, new, 1)))

    assert "rig.yaml" in str(raised.value)
