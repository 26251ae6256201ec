# SPDX-License-Identifier: GPL-2.0-or-later
"""The way to a real board without one: a network port of Linux's with the board's cable in it, a serial line, a probe,
and a rig file that names the three. With a board on a desk nothing but the names in it is another."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from host.tests.virtual_nucleo import private_network
from host.tests.virtual_nucleo.private_network import PrivateNetwork
from host.tests.virtual_nucleo.rig_desk import PLUMB, Done
from host.tests.virtual_nucleo.virtual_board import IMAGE, READY, SERIAL, VirtualBoard, lacks
from plumbline.kernel.namespace import PATH
from plumbline.rig.device_mac import device_mac

pytestmark = [
    pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}"),
    pytest.mark.skipif(bool(private_network.lacks()), reason=private_network.lacks()),
]

PORT, OTHER_PORT = "enx0", "enx1"
UNIQUE, OTHERS_UNIQUE = "00112233445566778899aabb", "0123456789abcdef01234567"
STRANGER = "00:11:22:33:44:55"
TAKEN = re.compile(rb"taken from the port at (\d+\.\d{9}) s")
JOINS_NO_FRAMES = f"""
import array, fcntl, socket, struct
gro = array.array("B", struct.pack("II", 0x2c, 0))
fcntl.ioctl(socket.socket(), 0x8946, struct.pack("16sP", b"{PORT}", gro.buffer_info()[0]))
"""

ASKS_FOR_EVER = f"""
import contextlib, socket
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806))
wire.bind(("stranger", 0x0806))
wire.settimeout(0.05)
mac = bytes.fromhex("{STRANGER.replace(":", "")}")
question = bytes.fromhex("08060001080006040001") + mac + bytes([10, 0, 0, 99, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2])
while True:
    with contextlib.suppress(TimeoutError):
        wire.send((b"\\xff" * 6 + mac + question).ljust(60, b"\\0"))
        wire.recv(2048)
"""


PULLED = f"""
import subprocess
from scapy.layers.inet import ICMP, IP
from plumbline.events import FrameEvent
from plumbline.scenario import scenario

PING = IP() / ICMP() / b"are you there"

def cable(state):
    subprocess.run(["ip", "link", "set", "{PORT}", "carrier", state], check=True)

def put_back(event):
    if isinstance(event, FrameEvent) and event.step == "the fence again":
        cable("on")

@scenario("RFC792 1")
def test_1_it_is_back_before_anybody_looks(bench, peer):
    bench.recorder.subscribe(put_back)
    cable("off")
    while bench.device.wire.has_link():
        pass
    peer.send(PING)
    raise AssertionError("it did not come")

@scenario("RFC792 1")
def test_2_a_frame_that_did_not_come_may_be_lost(bench, peer):
    cable("off")
    cable("on")
    raise AssertionError("it did not come")

@scenario("RFC792 1")
def test_3_a_cable_that_stays_in_excuses_nothing(bench, peer):
    raise AssertionError("it did not come")
"""


class Desk:
    """Its user is root in a network with one port."""

    def __init__(self, network: PrivateNetwork, board: VirtualBoard, folder: Path) -> None:
        self.network = network
        self.board = board
        self._environment = {"PLUMB_RIG": str(folder / "rig.yaml"), "PLUMB_RUN": str(folder), "PATH": PATH}
        told = [
            f"- id: {SERIAL}", "name: desk-1", "platform: nucleo-h743zi", f"probe: tcp:{board.port}",
            f"serial: {board.serial_path}", f"net: {PORT}", f"unique: {UNIQUE}",
        ]  # fmt: skip
        (folder / "rig.yaml").write_text("\n  ".join(told) + "\n")

    def plumb(self, *arguments: str) -> Done:
        return self._runs(*PLUMB, *arguments)

    def runs_scenarios(self, *arguments: str) -> Done:
        return self._runs(*PLUMB[:-1], "run", "--bench", "nucleo-h743zi", *arguments)

    def _runs(self, *program: str) -> Done:
        command = [*self.network.inside, *program]
        done = subprocess.run(command, env={**os.environ, **self._environment}, capture_output=True, text=True)
        return Done(done.returncode, done.stdout, done.stderr)

    def takes_port_from_linux(self) -> None:
        """What `plumb rig check` asks for."""
        self.network.run("ip", "link", "set", PORT, "addrgenmode", "none", "arp", "off", "multicast", "off")
        self.network.run("sysctl", "-q", "-w", f"net.ipv6.conf.{PORT}.disable_ipv6=1")
        self.network.run(sys.executable, "-c", JOINS_NO_FRAMES)
        self.network.run("ip", "link", "set", PORT, "up")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    options = ("--wire", f"tap:{PORT}", "--unique", UNIQUE, "--negotiate-ms", "20", "--adversarial")
    with PrivateNetwork() as network, VirtualBoard(*options, within=network.inside) as board:
        yield Desk(network, board, tmp_path)


def captures(report: Path) -> list[Path]:
    found = sorted(report.rglob("wire.pcapng"))
    assert found
    return found


def test_the_doctor_sees_what_is_wrong_with_a_port_and_then_a_board_that_is_well(desk: Desk) -> None:
    ill = desk.plumb("check")

    assert ill.returncode == 1
    assert f"MISSING  {PORT} is down" in ill.stdout
    assert f"MISSING  {PORT} changes frames on their way (gro is on)" in ill.stdout

    desk.takes_port_from_linux()
    assert desk.plumb("flash").stdout.startswith("desk-1: written; it runs build ")
    well = desk.plumb("check")

    assert (well.returncode, "MISSING" in well.stdout) == (0, False), well.stdout
    assert f"{PORT} has a link" in well.stdout
    assert f"ok       this machine's own stack keeps off {PORT}" in well.stdout


def test_scenarios_pass_on_a_board_that_only_the_rig_file_knows(desk: Desk, tmp_path: Path) -> None:
    desk.takes_port_from_linux()

    began_s = time.time()
    done = desk.runs_scenarios("--report-dir", str(tmp_path / "report"), "scenarios/smoke")

    assert done.returncode == 0, done.stdout + done.stderr
    for capture in captures(tmp_path / "report"):
        taken = [float(at) for at in TAKEN.findall(capture.read_bytes())]
        assert taken == sorted(taken)
        assert began_s < taken[0] <= taken[-1] < time.time()
    assert " passed" in done.stdout
    assert desk.board.tell("strict") == "total=0"


def test_two_exchanged_cables_are_an_error_of_the_bench_and_no_failure_of_the_board(tmp_path: Path) -> None:
    ours = ("--wire", f"tap:{OTHER_PORT}", "--unique", UNIQUE, "--negotiate-ms", "20")
    theirs = ("--wire", f"tap:{PORT}", "--unique", OTHERS_UNIQUE, "--negotiate-ms", "20", "--elf", str(IMAGE))
    with (
        PrivateNetwork() as network,
        VirtualBoard(*ours, within=network.inside) as board,
        VirtualBoard(*theirs, within=network.inside) as other,
    ):
        desk = Desk(network, board, tmp_path)
        network.run("ip", "link", "set", OTHER_PORT, "up")
        desk.takes_port_from_linux()
        other.serial.hear(READY)

        done = desk.runs_scenarios("--report-dir", str(tmp_path / "report"), "scenarios/smoke")

    assert done.returncode == 2, done.stdout
    assert f"desk-1 is {device_mac(UNIQUE)}, and at the other end of its cable is {device_mac(OTHERS_UNIQUE)}" in (
        done.stdout
    )
    assert "3 ERROR" in done.stdout
    assert "FAIL" not in done.stdout


def test_a_cable_to_a_stranger_who_never_answers_is_an_error_of_the_bench_too(tmp_path: Path) -> None:
    """Both ends have a link, and the board is well: it is another machine that our port is plugged into."""
    options = ("--wire", f"tap:{OTHER_PORT}", "--unique", UNIQUE, "--negotiate-ms", "20")
    with PrivateNetwork() as network, VirtualBoard(*options, within=network.inside) as board:
        desk = Desk(network, board, tmp_path)
        network.run("ip", "link", "set", OTHER_PORT, "up")
        network.run("ip", "link", "add", PORT, "type", "veth", "peer", "name", "stranger")
        network.run("ip", "link", "set", "stranger", "addrgenmode", "none", "arp", "off", "up")
        desk.takes_port_from_linux()

        done = desk.runs_scenarios("--report-dir", str(tmp_path / "report"), "scenarios/smoke")

    assert done.returncode == 2, done.stdout
    assert f"nobody at the other end of {PORT}, which has a link: of 16 frames" in done.stdout
    assert "`plumb rig check desk-1`" in done.stdout
    assert "3 ERROR" in done.stdout
    assert "FAIL" not in done.stdout


def test_a_stranger_on_the_cable_is_an_error_of_the_bench_that_names_him(tmp_path: Path) -> None:
    """A switch is between the port and the board, and at the switch is one who asks for the board for ever."""
    options = ("--wire", f"tap:{OTHER_PORT}", "--unique", UNIQUE, "--negotiate-ms", "20")
    with PrivateNetwork() as network, VirtualBoard(*options, within=network.inside) as board:
        desk = Desk(network, board, tmp_path)
        network.run("ip", "link", "add", "switch", "type", "bridge", "stp_state", "0", "mcast_snooping", "0")
        network.run("ip", "link", "add", PORT, "type", "veth", "peer", "name", "ours")
        network.run("ip", "link", "add", "his", "type", "veth", "peer", "name", "stranger")
        for port in ("ours", "his", OTHER_PORT):
            network.run("ip", "link", "set", port, "master", "switch")
        for port in ("switch", "ours", "his", "stranger", OTHER_PORT):
            network.run("ip", "link", "set", port, "addrgenmode", "none", "arp", "off", "multicast", "off", "up")
        desk.takes_port_from_linux()

        with subprocess.Popen([*network.inside, sys.executable, "-c", ASKS_FOR_EVER]) as stranger:
            done = desk.runs_scenarios("--report-dir", str(tmp_path / "report"), "scenarios/smoke")
            stranger.kill()

    assert done.returncode == 2, done.stdout + done.stderr
    assert f"frames came from {STRANGER}: see what else is on its wire {PORT}, `net` in the rig file" in done.stdout
    assert "FAIL" not in done.stdout


def test_a_cable_that_is_pulled_and_put_back_is_an_error_of_the_bench(desk: Desk, tmp_path: Path) -> None:
    """By the time that the bench gives up, the link is there again."""
    desk.takes_port_from_linux()
    suite = tmp_path / "scenarios" / "cable" / "test_pulled.py"
    suite.parent.mkdir(parents=True)
    suite.write_text(PULLED)

    done = desk.runs_scenarios("--report-dir", str(tmp_path / "report"), str(suite))

    assert done.returncode == 2, done.stdout + done.stderr
    verdicts = {number: word for word, number in re.findall(r"^ +(ERROR|FAIL) +/(\d)_", done.stdout, re.MULTILINE)}
    assert verdicts == {"1": "ERROR", "2": "ERROR", "3": "FAIL"}
    assert f"BenchError: the network port {PORT} lost its link once meanwhile" in done.stdout


def test_a_cable_that_is_not_in_is_a_port_without_a_link(desk: Desk) -> None:
    desk.takes_port_from_linux()
    desk.board.tell("link down")

    done = desk.plumb("check")

    assert done.returncode == 1
    assert f"MISSING  {PORT} has no link: is the cable in at both ends" in done.stdout
