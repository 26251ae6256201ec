# SPDX-License-Identifier: GPL-2.0-or-later
"""What stands on a desk is found, and written so that it can be read again."""

from __future__ import annotations

from pathlib import Path

import pytest

from host.tests.rig.tree import SERIAL, Tree
from plumbline.errors import BenchError
from plumbline.rig.interfaces import find_interfaces
from plumbline.rig.reading import read_rig
from plumbline.rig.scan import scan, write
from plumbline.rig.spec import PortName
from plumbline.rig.usb_probes import find_probes

V3 = "003600294741500120383733"


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path / "machine")


def test_probes_of_both_kinds_are_found_and_other_usb_devices_are_not(tree: Tree) -> None:
    tree.usb("usb1", "1d6b", "0002", "0000:00:14.0", "xHCI Host Controller", 1)
    tree.usb("1-4", "0483", "df11", "357F", "STM32  BOOTLOADER", 9)
    tree.probe("1-1.2")
    tree.probe("1-1.3", "374e", V3, "NOD_H743ZI2")

    first, second = find_probes(tree.machine())

    assert (first.serial, first.kind, first.location, first.platform) == (
        SERIAL,
        "ST-LINK/V2-1",
        "1-1.2",
        "nucleo-h743zi",
    )
    assert first.node == tree.top / "dev/bus/usb/001" / first.node.name
    assert first.node.exists()
    assert (second.serial, second.kind, second.platform) == (V3, "STLINK-V3E", "nucleo-h743zi2")


def test_a_probe_on_another_board_or_without_a_disk_has_no_platform(tree: Tree) -> None:
    tree.probe("1-1.2", label="NODE_F429ZI")
    tree.probe("1-1.3", serial="00", label="")
    tree.probe("1-1.4", "374f", serial="01")

    assert [probe.platform for probe in find_probes(tree.machine())] == ["", "", ""]


def test_ports_tell_what_the_machine_itself_does_with_them(tree: Tree) -> None:
    tree.port("eno1", address="192.168.1.5/24", default=True)
    tree.port("eno2", address="10.1.2.3/24")
    tree.port("eno3")
    tree.port("eno4")
    tree.link("sys/class/net/eno4/master", "sys/class/net/br0")
    tree.put("sys/class/net/br0/type", "1\n")
    tree.port("wlan0")
    (tree.top / "sys/class/net/wlan0/phy80211").mkdir()

    told = {port.name: port.use for port in find_interfaces(tree.machine())}

    assert told == {"eno1": "this machine's way out", "eno2": "has 10.1.2.3/24", "eno3": "", "eno4": "part of br0"}


def test_one_board_and_one_free_port_belong_together(tree: Tree, tmp_path: Path) -> None:
    tree.probe()
    tree.port("eno1", address="192.168.1.5/24", default=True)
    tree.port("enx001122334455")
    path = tmp_path / "conf/rig.yaml"

    write(path, scan(tree.machine()).found)

    (board,) = read_rig(path).boards
    assert (board.name, board.platform, board.product) == (SERIAL, "nucleo-h743zi", "STM32 STLink")
    assert board.net == PortName("enx001122334455")
    assert board.console is not None
    assert board.console.path.readlink().name.startswith("ttyACM")


def test_a_guess_stands_as_a_comment(tree: Tree, tmp_path: Path) -> None:
    tree.probe(label="")
    tree.port("enx1")
    tree.port("enx2")
    path = tmp_path / "rig.yaml"

    write(path, scan(tree.machine()).found)

    (board,) = read_rig(path).boards
    assert (board.net, board.platform) == (None, "unknown")
    assert "# net: enx1 or enx2  # the port that the board's cable is in" in path.read_text()


def test_what_people_wrote_stays_and_only_what_is_new_is_added(tree: Tree, tmp_path: Path) -> None:
    path = tmp_path / "rig.yaml"
    written = f"# mine\n- id: {SERIAL}\n  name: desk-1\n  platform: nucleo-h743zi\n  net: enx1\n"
    written += "- id: gone\n  platform: unknown"
    path.write_text(written)
    tree.probe()
    tree.probe("1-1.3", "374e", V3, "NOD_H743ZI2")
    tree.port("enx1")
    tree.port("enx2")
    rig = read_rig(path)

    seen = scan(tree.machine(), rig)
    write(path, seen.new_to(rig))

    assert path.read_text().startswith(written + "\n")
    boards = {board.probe.serial: board for board in read_rig(path).boards}
    assert set(boards) == {SERIAL, "gone", V3}
    assert boards[V3].net == PortName("enx2")
    assert seen.missing_from(rig) == ["gone"]
    again = read_rig(path)
    assert scan(tree.machine(), again).new_to(again) == []


@pytest.mark.parametrize("text", ["[]\n", "  - id: A\n    platform: nucleo-h743zi\n"])
def test_a_list_that_cannot_be_added_to_stays_as_it_is(tree: Tree, tmp_path: Path, text: str) -> None:
    tree.probe()
    path = tmp_path / "rig.yaml"
    path.write_text(text)

    with pytest.raises(BenchError, match=r"nothing can be added to .*rig.yaml, .*`plumb rig scan --print`"):
        write(path, scan(tree.machine()).found)

    assert path.read_text() == text


def test_a_desk_with_nothing_on_it_is_no_error(tree: Tree) -> None:
    assert scan(tree.machine()).found == ()
