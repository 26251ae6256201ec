# SPDX-License-Identifier: GPL-2.0-or-later
"""The doctor: what is missing is said in words, with the command that mends it, and nothing else is."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from host.tests.rig.tree import SERIAL, Tree
from plumbline.errors import BenchError
from plumbline.probe import CHIPS, ProbeAddress, ProbeError, ProbeIdentity, Trouble
from plumbline.probe.child import Ran
from plumbline.probe.ladder import REMEDIES
from plumbline.rig import doctor, machine_checks, net_checks, probe_checks
from plumbline.rig.desk import Desk
from plumbline.rig.findings import Finding, Level, Mend
from plumbline.rig.lease import Lease
from plumbline.rig.line_checks import check_line
from plumbline.rig.lock import Lock
from plumbline.rig.net_checks import check_net
from plumbline.rig.power_checks import check_power
from plumbline.rig.probe_checks import check_probe
from plumbline.rig.service_checks import check_service
from plumbline.rig.spec import CommandPower, Console, HubPower, NoPower, PortName, RigBoard, WireSocket
from plumbline.rig.using import Folders

ROOT = Path(__file__).resolve().parents[3]
BOARD = RigBoard(
    name="desk-1", platform="nucleo-h743zi", probe=ProbeAddress(SERIAL), product="STM32 STLink", is_connected=True,
    console=None, net=PortName("enx1"), mac=None, unique=None, power=NoPower(), out_of_service="", flash_within_s=60,
    notes="",
)  # fmt: skip
Change = Callable[[Tree], object]


@pytest.fixture(autouse=True)
def _no_real_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one thing that no file shows."""
    monkeypatch.setattr(net_checks, "harmful_offloads", lambda interface: ())


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A desk on which all is well."""
    tree = Tree(tmp_path)
    tree.probe()
    tree.port("enx1")
    tree.udev("b8:3", UDISKS_IGNORE="1")
    tree.put("etc/udev/rules.d/60-plumbline.rules", (ROOT / "fixtures/udev/60-plumbline.rules").read_text())
    tree.put("images/nucleo-h743zi/dut")
    (tmp_path / "run/locks").mkdir(parents=True)
    return tree


def desk(tree: Tree, **changes: Any) -> Desk:  # noqa: ANN401 - whatever a board has
    lines = tree.lines()
    board = replace(BOARD, **{"console": Console(lines[0], 921600) if lines else None, **changes})
    return Desk(board, tree.machine(), Folders(tree.top / "run/locks", ROOT))


def wrong(findings: Iterator[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.level is not Level.WELL]


def test_where_all_is_well_nothing_is_missing(tree: Tree) -> None:
    at = desk(tree)

    assert wrong(check_line(at)) + wrong(check_net(at)) + wrong(check_service(at)) == []
    assert wrong(machine_checks.check_machine([at.board], at.machine, ROOT)) == []


def test_a_probe_in_its_place_is_asked(tree: Tree) -> None:
    """But for the chip, which no tree of files has: OpenOCD does not find its probe."""
    findings = list(check_probe(desk(tree)))

    assert [finding.level for finding in findings] == [Level.WELL, Level.WELL, Level.MISSING]
    assert findings[-1].says.startswith("no such probe is there: identity by probe")
    assert findings[-1].mends == ()  # by a probe that is not there nothing is reset


def test_where_a_virtual_board_does_not_run_its_start_is_the_way_out(tree: Tree) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    (finding,) = check_probe(desk(tree, probe=ProbeAddress(SERIAL, port)))

    assert finding.says.startswith(
        f"nobody listens at the probe's TCP port: identity by probe {SERIAL} at TCP port {port}"
    )
    assert "start the virtual board with `--probe` and that port, or mend `probe` in the rig file" in finding.says
    assert finding.mends == ()


def assert_found(findings: Iterator[Finding], level: Level, says: str, mends: str) -> None:
    """Among what is wrong, and with that command, or none."""
    found = [finding for finding in wrong(findings) if re.search(says, finding.says)]
    assert [finding.level for finding in found] == [level]
    told = "; ".join(mend.command for mend in found[0].mends)
    assert re.search(mends, told) if mends else not told, told


def without_rule(tree: Tree) -> None:
    tree.forbid(PROBE)
    tree.put("etc/udev/rules.d/60-plumbline.rules", "an older one")


def before_login(tree: Tree) -> None:
    tree.forbid(PROBE, group="plugdev")
    tree.put("etc/group", f"root:x:0:\nplugdev:x:46:anna,{tree.machine().user}\n")


PROBE = "dev/bus/usb/001/003"


@pytest.mark.parametrize(
    ("change", "level", "says", "mends"),
    [
        (
            lambda tree: tree.forbid(PROBE, group="plugdev"),
            *(Level.MISSING, "001/003: the user is not in its group plugdev", "usermod -a -G plugdev"),
        ),
        (before_login, Level.MISSING, "is in its group plugdev, but was not yet at this login: log in anew", ""),
        (lambda tree: tree.forbid(PROBE), Level.MISSING, "001/003: it is for root alone$", ""),
        (without_rule, Level.MISSING, "udev rule is missing", "install .*60-plumbline"),
        (lambda tree: tree.mount("/media/N"), Level.MISSING, "disk is mounted at /media/N: a file", "umount /dev/sd3"),
        (lambda tree: tree.udev("b8:3"), Level.NOTE, "nothing keeps a desktop from mounting", "udevadm trigger"),
        (lambda tree: tree.unplug(), Level.MISSING, "is not there: is the board's USB cable", ""),
    ],
)  # fmt: skip
def test_what_the_probe_lacks(tree: Tree, change: Change, level: Level, says: str, mends: str) -> None:
    change(tree)

    assert_found(check_probe(desk(tree)), level, says, mends)


def test_a_platform_that_nobody_knows_is_said_first(tree: Tree) -> None:
    (finding,) = check_probe(desk(tree, platform="unknown"))

    assert "nobody knows the chip of the platform 'unknown': write one of nucleo-h743zi" in finding.says


TTY = "dev/ttyACM3"


@pytest.mark.parametrize(
    ("change", "level", "says", "mends"),
    [
        (
            lambda tree: tree.forbid(*tree.lines(), group="dialout"),
            *(Level.MISSING, "-if02: the user is not in its group dialout", "usermod -a -G dialout"),
        ),
        (
            lambda tree: tree.process(77, "minicom", [tree.top / TTY]),
            *(Level.MISSING, r"another program has the serial port .*, too: close minicom \(pid 77\)", ""),
        ),
        (lambda tree: tree.process(78, "ModemManager"), Level.NOTE, "ModemManager takes the serial port", "udevadm"),
        (lambda tree: tree.unplug(), Level.MISSING, "-if02 is not there$", ""),
    ],
)
def test_what_the_serial_line_lacks(tree: Tree, change: Change, level: Level, says: str, mends: str) -> None:
    at = desk(tree)
    change(tree)

    assert_found(check_line(at), level, says, mends)


def test_modem_manager_may_run_where_udev_keeps_it_off(tree: Tree) -> None:
    tree.process(78, "ModemManager")
    tree.udev_of_line(ID_MM_DEVICE_IGNORE="1")

    assert wrong(check_line(desk(tree))) == []


def test_a_serial_port_that_somebody_has_is_told_with_his_name(tree: Tree) -> None:
    """Who has it is asked of this machine: it is another process that has the lock."""
    at = desk(tree)
    code = "import fcntl, sys; line = open(sys.argv[1]); fcntl.flock(line, 2); print(flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tree.lines()[0])], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"\n"
        found = list(check_line(at))
        other.communicate()

    (told,) = wrong(iter(found))
    assert re.search(rf"another program has the serial port .*-if02: close .* \(pid {other.pid}\)$", told.says)


def test_a_line_that_a_dead_virtual_board_left_is_nobodys_to_close(tree: Tree) -> None:
    """What its link leads to by now is another's, who has it for himself."""
    stranger, terminal = os.openpty()
    fcntl.flock(terminal, fcntl.LOCK_EX)
    link = tree.link("serial", os.ttyname(terminal))
    with socket.create_server(("127.0.0.1", 0)) as server:
        at = desk(tree, console=Console(link, 921600), probe=ProbeAddress(SERIAL, server.getsockname()[1]))
        assert_found(check_line(at), Level.MISSING, "another program has the serial port", "")

    assert_found(check_line(at), Level.MISSING, "was not looked at: its virtual board does not run", "")

    os.close(terminal)
    os.close(stranger)


def test_a_serial_port_that_is_none_is_told_as_it_fails(tree: Tree) -> None:
    at = desk(tree, console=Console(tree.put("dev/ttyNONE"), 921600))

    assert_found(check_line(at), Level.MISSING, "dev/ttyNONE cannot be opened: ", "")


def test_the_serial_port_of_a_board_that_somebody_has_is_let_be(tree: Tree) -> None:
    now = datetime.now().astimezone()
    with Lock(tree.top / "run/locks", SERIAL) as lock:
        lock.acquire(Lease("ci", 4711, "plumb run", now, now + timedelta(hours=1)))

        assert_found(check_line(desk(tree)), Level.NOTE, r"was not opened: desk-1: taken by ci \(pid 4711\)", "")


def test_a_rig_file_without_a_serial_line_is_told_which_there_is(tree: Tree) -> None:
    (finding,) = check_line(desk(tree, console=None))

    assert re.search(f"write `serial: .*/dev/serial/by-id/.*{SERIAL}-if02` in the rig file", finding.says)


@pytest.mark.parametrize(
    ("port", "says", "mends"),
    [
        ({"carrier": "0"}, r"enx1 has no link: is the cable in at both ends, and has the board power\?$", ""),
        ({"flags": "0x1082", "carrier": "0"}, "enx1 is down", "ip link set dev enx1 up"),
        ({"flags": "0x1003"}, "the kernel answers ARP on enx1", "ip link set dev enx1 arp off multicast off"),
        ({"ipv6": "0"}, "IPv6 is on at enx1", "sysctl -q -w net/ipv6/conf/enx1/disable_ipv6=1"),
        ({"address": "10.0.0.9/24"}, "own stack answers on enx1: it has 10.0.0.9/24", "ip address flush dev enx1"),
        ({"address": "10.0.0.9/24", "default": True}, "enx1 is this machine's way out: the board needs a port", ""),
        ({"flags": "0x9", "ipv6": "0"}, "enx1 is this machine's own loopback: the board needs a port", ""),
    ],
)  # fmt: skip
def test_what_the_network_port_lacks(tmp_path: Path, port: dict[str, Any], says: str, mends: str) -> None:
    tree = Tree(tmp_path)
    tree.port("enx1", **port)

    assert_found(check_net(desk(tree, console=None)), Level.MISSING, says, mends)


@pytest.mark.parametrize(
    ("port", "level"), [({"carrier": "0"}, Level.NOTE), ({"flags": "0x1082", "carrier": "0"}, Level.MISSING)]
)
def test_ahead_of_a_run_a_dark_port_may_be_the_firmwares_and_one_that_is_down_is_not(
    tmp_path: Path, port: dict[str, Any], level: Level
) -> None:
    tree = Tree(tmp_path)
    tree.port("enx1", **port)

    findings = (each.ahead_of_a_run() for each in check_net(desk(tree, console=None)))

    assert_found(findings, level, "enx1 (has no link|is down)", "ip link" if level is Level.MISSING else "")


@pytest.mark.parametrize(("speed", "duplex"), [("100", "half"), ("10", "full"), ("1000", "full")])
def test_a_link_that_is_not_the_boards_is_told(tmp_path: Path, speed: str, duplex: str) -> None:
    tree = Tree(tmp_path)
    tree.port("enx1", speed=speed, duplex=duplex)
    says = f"enx1 has a link of {speed} Mbit/s, {duplex} duplex; a Nucleo's is 100, full$"

    assert_found(check_net(desk(tree, console=None)), Level.NOTE, says, "")


def test_an_offload_that_joins_frames_is_to_be_switched_off(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(net_checks, "harmful_offloads", lambda interface: ("gro", "lro"))

    assert_found(
        check_net(desk(tree)), Level.MISSING, "`ethtool`, .* is not there", "install -y ethtool; ethtool -K enx1 gro"
    )
    tree.programs.add("ethtool")
    assert_found(check_net(desk(tree)), Level.MISSING, r"\(gro, lro is on\)$", "^ethtool -K enx1 gro off lro off$")


def test_a_program_that_is_not_there_is_named_by_what_installs_it(tree: Tree) -> None:
    tree.programs.clear()
    with pytest.raises(BenchError, match="there is no `ip` here: sudo apt-get install iproute2"):
        list(check_net(desk(tree)))


def network_manager_is_told(tree: Tree, port: str) -> Path:
    """By the command that mends, but for its end, in the tree's /etc. The file that it wrote."""
    (found,) = wrong(check_net(desk(tree, net=PortName(port))))
    (mend,) = found.mends
    folder = tree.top / "etc/NetworkManager/conf.d"
    folder.mkdir(parents=True, exist_ok=True)
    writes, _, reloads = mend.command.rpartition(" && ")
    subprocess.run(["sh", "-c", writes.replace(" /etc/", f" {tree.top}/etc/")], check=True, umask=0o077)
    assert reloads == "nmcli general reload"
    return folder / f"plumbline-{port}.conf"


def test_network_manager_is_told_to_keep_off_and_believed_when_it_was(tree: Tree) -> None:
    tree.process(79, "NetworkManager")
    assert_found(
        check_net(desk(tree)), Level.MISSING, "NetworkManager gives enx1", "conf.d/plumbline-enx1.conf && nmcli"
    )

    network_manager_is_told(tree, "enx1")
    assert wrong(check_net(desk(tree))) == []


def test_each_port_that_network_manager_keeps_off_is_added_to_the_others(tree: Tree) -> None:
    tree.process(79, "NetworkManager")
    tree.port("enx2")

    for port in ("enx1", "enx2"):
        told = network_manager_is_told(tree, port)
        assert told.read_text() == f"[keyfile]\nunmanaged-devices+=interface-name:{port}\n"
        assert told.stat().st_mode & 0o777 == 0o644
    assert wrong(chain(check_net(desk(tree)), check_net(desk(tree, net=PortName("enx2"))))) == []


@pytest.mark.parametrize("is_told_by_udev", [False, True])
def test_a_file_of_network_managers_that_undoes_the_others_is_written_anew(tree: Tree, is_told_by_udev: bool) -> None:
    tree.process(79, "NetworkManager")
    port = desk(tree).port
    assert port is not None
    tree.udev(f"n{port.index}", NM_UNMANAGED="1" if is_told_by_udev else "0")
    tree.put("etc/NetworkManager/conf.d/plumbline-enx1.conf", "[keyfile]\nunmanaged-devices=interface-name:enx1\n")
    assert_found(check_net(desk(tree)), Level.MISSING, "plumbline-enx1.conf is not as this checkout", r"\+=.* && nmcli")

    network_manager_is_told(tree, "enx1")
    assert wrong(check_net(desk(tree))) == []


def test_network_manager_that_udev_has_told_needs_no_file(tree: Tree) -> None:
    tree.process(79, "NetworkManager")
    port = desk(tree).port
    assert port is not None
    tree.udev(f"n{port.index}", NM_UNMANAGED="1")

    assert wrong(check_net(desk(tree))) == []


def test_a_port_that_is_not_there_or_not_named_is_said(tree: Tree) -> None:
    assert_found(check_net(desk(tree, net=PortName("nope"))), Level.MISSING, "there is no network port nope", "")
    assert_found(check_net(desk(tree, net=None)), Level.MISSING, "write `net:` in the rig file", "")


@pytest.mark.parametrize(("is_lent", "where"), [(False, "in the rig file:"), (True, "in the rig file where its exp")])
def test_what_is_not_known_of_a_lent_board_is_written_where_its_exporter_runs(
    tree: Tree, is_lent: bool, where: str
) -> None:
    at = replace(desk(tree, net=None, console=None), is_lent=is_lent)
    identity = ProbeIdentity(SERIAL, "V2J43M28", "0483:374B", 3.3, CHIPS["nucleo-h743zi"].device, 0x2003, "0" * 24)

    says = [finding.says for finding in wrong(chain(check_net(at), check_line(at), probe_checks._told(at, identity)))]
    assert [word for word in says if where not in word] == []
    assert len(says) == 3


def test_a_virtual_boards_wire_is_there_once_it_runs(tree: Tree) -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as wire:
        at = desk(tree, net=WireSocket(Path(folder) / "wire"))
        assert_found(check_net(at), Level.MISSING, "its wire, unix:.*/wire, is not there", "")

        wire.bind(f"{folder}/wire")
        assert wrong(check_net(at)) == []


def test_a_wire_that_a_dead_virtual_board_left_is_none(tree: Tree) -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as wire:
        wire.bind(f"{folder}/wire")
        with socket.create_server(("127.0.0.1", 0)) as probe:
            address = ProbeAddress(SERIAL, probe.getsockname()[1])
            at = desk(tree, net=WireSocket(Path(folder) / "wire"), probe=address)
            assert wrong(check_net(at)) == []

        assert_found(check_net(at), Level.MISSING, "unix:.*/wire, was left by a board that does not run: ", "")


def test_a_file_is_no_virtual_boards_wire(tree: Tree) -> None:
    at = desk(tree, net=WireSocket(tree.put("letter.txt")))

    assert_found(check_net(at), Level.MISSING, "its wire, unix:.*/letter.txt, is no socket: mend `net`", "")


def test_systemd_networkd_is_told_to_keep_off_and_believed_when_it_does(tree: Tree) -> None:
    at = desk(tree)
    assert at.port is not None
    state = f"run/systemd/netif/links/{at.port.index}"
    tree.put(state, "ADMIN_STATE=configuring\nOPER_STATE=degraded\n")
    assert_found(check_net(at), Level.MISSING, "systemd-networkd asks for addresses on enx1", "Name=enx1.*Unmanaged=y")

    tree.put(state, "ADMIN_STATE=unmanaged\nOPER_STATE=carrier\n")
    assert wrong(check_net(at)) == []


def test_an_address_that_somebody_gave_is_taken_away_by_nobody_but_a_person(tmp_path: Path) -> None:
    """It may be the one that this person came by."""
    by = {}
    for address in ("10.0.0.9/24", "fe80::1/64", "169.254.3.4/16"):
        tree = Tree(tmp_path / address.replace("/", "-"))
        tree.port("enx1", address=address)
        by[address] = len(doctor.by_itself(check_net(desk(tree, console=None))))

    assert by == {"10.0.0.9/24": 0, "fe80::1/64": 1, "169.254.3.4/16": 1}


def test_what_switches_power_is_looked_for(tree: Tree) -> None:
    hub = HubPower("1-1", 2)
    assert_found(check_power(desk(tree)), Level.NOTE, "only be switched by hand", "")
    assert_found(
        check_power(desk(tree, power=hub)), Level.MISSING, "`uhubctl` is not there", "apt-get install -y uhubctl"
    )

    tree.programs.add("uhubctl")
    tree.answers["uhubctl"] = Ran(1, "No compatible devices detected at location 1-1!\n", 0)
    assert_found(
        check_power(desk(tree, power=hub)), Level.MISSING, "hub 1-1 port 2 cannot be switched .*No compatible", ""
    )

    tree.answers["uhubctl"] = Ran(0, "Current status for hub 1-1\n", 0)
    assert wrong(check_power(desk(tree, power=hub))) == []
    assert wrong(check_power(desk(tree, power=CommandPower("a", "b")))) == []


def test_a_board_without_an_image_is_told_what_builds_it(tree: Tree) -> None:
    (tree.top / "images/nucleo-h743zi/dut").unlink()

    assert_found(check_service(desk(tree)), Level.MISSING, "there is no image", "make fw BOARD=nucleo-h743zi")


def test_a_platform_that_a_scan_could_not_tell_is_not_to_be_built(tree: Tree) -> None:
    """What is asked of its probe names those there are."""
    assert wrong(check_service(desk(tree, platform="unknown"))) == []


def test_who_has_a_board_is_told(tree: Tree) -> None:
    now = datetime.now().astimezone()
    with Lock(tree.top / "run/locks", SERIAL) as lock:
        lock.acquire(Lease("ci", 4711, "plumb run", now, now + timedelta(hours=1)))
        assert_found(check_service(desk(tree)), Level.NOTE, r"taken by ci \(pid 4711\)", "")
    assert wrong(check_service(desk(tree))) == []


def test_a_board_that_is_held_by_who_asks_is_well_and_told(tree: Tree) -> None:
    at, now = desk(tree), datetime.now().astimezone()
    with Lock(tree.top / "run/locks", SERIAL) as lock:
        lock.hold(Lease(at.machine.holder, 0, "a scope is on it", now, now + timedelta(hours=1)))

    found = list(check_service(at))
    assert wrong(iter(found)) == []
    assert any("for a scope is on it, until" in finding.says for finding in found)


def test_the_right_to_open_packet_sockets_is_looked_for(tree: Tree) -> None:
    tree.put("proc/self/status", "CapEff:\t0000000000000000\n")
    at = desk(tree)

    assert_found(
        machine_checks.check_machine([at.board], at.machine, ROOT),
        *(
            Level.MISSING,
            "needs CAP_NET_RAW, and no other right",
            r'sudo env HOME="\$HOME" .*setpriv .*--ambient-caps \+net_raw',
        ),
    )


def test_small_buffers_are_told_since_frames_would_be_lost_in_them(tree: Tree) -> None:
    tree.put("proc/sys/net/core/rmem_max", "212992\n")
    at = desk(tree)

    assert_found(
        machine_checks.check_machine([at.board], at.machine, ROOT),
        *(Level.NOTE, "no more than 212992 bytes", "sysctl -q -w net.core.rmem_max=4194304"),
    )


def openocd_in(folder: Path, version: str) -> str:
    folder.mkdir()
    (folder / "openocd").write_text(f"#!/bin/sh\necho 'Open On-Chip Debugger {version}'\n")
    (folder / "openocd").chmod(0o755)
    return str(folder)


@pytest.mark.parametrize(
    ("versions", "says"),
    [
        (["0.11.0", "0.12.0"], r"/0/openocd is 0.11.0, too old, and stands in \$PATH ahead of .*/1/openocd, 0.12.0: "),
        (["of mine", "0.12.0"], r"/0/openocd does not say its version, and stands in \$PATH ahead of .*/1/openocd"),
        (["0.10.0", "0.11.0"], r"/0/openocd is 0.10.0, too old, and it is the first in \$PATH: remove it"),
    ],
)
def test_an_openocd_that_is_in_the_way_is_named_and_nothing_is_installed_behind_it(
    tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, versions: list[str], says: str
) -> None:
    folders = [openocd_in(tmp_path / str(number), version) for number, version in enumerate(versions)]
    monkeypatch.setenv("PATH", os.pathsep.join(folders))

    assert_found(machine_checks.check_machine([], tree.machine(), ROOT), Level.MISSING, says, "")


def test_an_openocd_that_is_not_there_is_installed(tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    found = machine_checks.check_machine([], tree.machine(), ROOT)
    assert_found(found, Level.MISSING, "OpenOCD is not there", "apt-get install -y openocd")


def test_a_virtual_board_needs_neither_usb_nor_rights(tmp_path: Path) -> None:
    """Nor is anything of the machine's looked at for it, but OpenOCD."""
    tree = Tree(tmp_path)
    tree.put("proc/self/status", "CapEff:\t0000000000000000\n")
    at = desk(tree, console=None, probe=ProbeAddress(SERIAL, 7184), net=WireSocket(tmp_path / "wire"))

    (found,) = machine_checks.check_machine([at.board], at.machine, ROOT)

    assert found.says.startswith("OpenOCD is ")


def test_a_board_that_is_not_connected_is_left_alone(tree: Tree) -> None:
    assert list(doctor.examine(desk(tree, is_connected=False))) == []


def test_what_cannot_be_looked_at_is_told_and_the_rest_is_looked_at(tree: Tree) -> None:
    (tree.top / f"run/locks/{SERIAL}.wedged").mkdir()

    found = list(doctor.examine(desk(tree)))

    assert Finding(Level.MISSING, f"{tree.top}/run/locks/{SERIAL}.wedged: Is a directory") in found
    assert Finding(Level.WELL, "enx1 has a link") in found


@pytest.mark.parametrize(
    ("trouble", "mends"),
    [
        *((trouble, []) for trouble in Trouble if not REMEDIES[trouble].rungs),
        (Trouble.UNREACHED, ["plumb rig reset desk-1   # it starts anew: what it has become is lost"]),
    ],
)
def test_a_reset_is_advised_only_where_it_may_help(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, trouble: Trouble, mends: list[str]
) -> None:
    monkeypatch.setattr(probe_checks, "probe_of", lambda *_: BrokenProbe(trouble))

    (found,) = check_probe(desk(tree, probe=ProbeAddress(SERIAL, 1)))

    assert (found.level, found.says) == (Level.MISSING, f"{trouble.value}: what it said")
    assert [mend.command for mend in found.mends] == mends


@dataclass(frozen=True)
class BrokenProbe:
    trouble: Trouble

    def identity(self, *, may_reset: bool) -> ProbeIdentity:
        assert not may_reset
        raise ProbeError(self.trouble, "what it said")


class FakeProbe:
    """Of a chip that is well."""

    def identity(self, *, may_reset: bool) -> ProbeIdentity:
        assert may_reset
        return ProbeIdentity(SERIAL, "V2J43M28", "0483:374B", 3.3, CHIPS["nucleo-h743zi"].device, 0x2003, "0" * 24)

    def is_halted(self) -> bool:
        return False


def test_a_mark_that_cannot_be_taken_away_hides_nothing_of_what_was_found(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tree.top / f"run/locks/{SERIAL}.wedged"
    mark.write_text("the chip was mute\n")
    monkeypatch.setattr(probe_checks, "probe_of", lambda *_: FakeProbe())
    monkeypatch.setattr(Path, "unlink", not_permitted)

    *found, last = check_probe(desk(tree, probe=ProbeAddress(SERIAL, 1)))

    assert any(finding.says.startswith("the chip answers: device 0x450") for finding in found)
    assert any(finding.says == "the probe's firmware is V2J43M28" for finding in found)
    assert last == Finding(
        Level.MISSING,
        "it was marked as wedged and answers now, and the mark stays (the chip was mute): "
        f"{mark}: Operation not permitted; sudo rm {mark}",
    )


def not_permitted(path: Path) -> None:
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(path))


def test_each_mend_is_made_once_and_those_of_people_are_not() -> None:
    one, two = Mend("one"), Mend("two", by_itself=False)

    assert doctor.by_itself([Finding(Level.MISSING, "", (one, two)), Finding(Level.NOTE, "", (one,))]) == [one]


@pytest.mark.parametrize(
    ("mend", "user", "line"),
    [
        (Mend("ip link set dev a up"), 1000, "sudo ip link set dev a up"),
        (Mend("a > b && c"), 1000, "sudo sh -c 'a > b && c'"),
        (Mend("a > b && c"), 0, "a > b && c"),
        (Mend("make fw", as_root=False), 1000, "make fw"),
    ],
)
def test_a_mend_is_written_as_this_user_types_it(
    mend: Mend, user: int, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: user)

    assert doctor.command_of(mend) == line


def test_mending_tells_whether_it_was_done() -> None:
    assert doctor.carry_out(Mend("true", as_root=False))
    assert not doctor.carry_out(Mend("exit 3", as_root=False))
