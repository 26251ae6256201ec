# SPDX-License-Identifier: GPL-2.0-or-later
"""A real packet socket on a real pair of network ports, in a network that each test makes and that ends with it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Sequence

import pytest

from plumbline.kernel import machine_lacks
from plumbline.kernel.namespace import PATH

pytestmark = pytest.mark.skipif(bool(machine_lacks("namespaces")), reason="no private networks here")

# `port` is to be the board's; `board` is the board's own end.
NETWORK = """
import json, pathlib, socket, struct, subprocess, sys, time
from plumbline.errors import BenchError, Unsupported
from plumbline.wire.nic_port import NicPort
from plumbline.wire.offloads import harmful_offloads, host_address
from plumbline.wire.port import WireClosed

def ip(line):
    subprocess.run(["ip", *line.split()], check=True)

def ipv6(name, *, on):
    switch = pathlib.Path(f"/proc/sys/net/ipv6/conf/{name}/disable_ipv6")
    if switch.exists():
        switch.write_text("0" if on else "1")

def end_of(name):
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    sock.bind((name, 3))
    sock.settimeout(20)
    return sock

def board():
    return end_of("board")

def wait_until(is_so):  # the kernel takes a moment
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until

def wait_for_frames(count, witness):  # which was opened ahead of ours, and hears each behind it
    for _ in range(count):
        witness.recv(2000)

def refusal(name="port"):
    try:
        NicPort(name)
    except BenchError as error:
        return str(error)

FRAME = bytes.fromhex("0200000000fe 020000000002 88b5") + bytes(46)
OTHERS = bytes.fromhex("020000009999 020000000002 0800") + bytes(46)
"""
MADE = """
ip("link add port type veth peer name board")
for end in ("port", "board"):
    ip(f"link set {end} addrgenmode none arp off multicast off")
    ipv6(end, on=False)
ip("link set board up")
ip("link set port up")
assert NicPort("port").wait_for_link(within_s=20)
"""
ALL, WITHOUT_RAW, ONLY_RAW = (), ("--bounding-set", "-net_raw"), ("--bounding-set", "-all,+net_raw")


def inside(body: str, *, made: str = MADE, rights: Sequence[str] = ALL, before: str = "") -> None:
    """Runs it in a network of its own; `before`, with all rights, what the rest is to find."""
    code = NETWORK + textwrap.dedent(body)
    command = [sys.executable, "-c", code]
    if rights:
        # What has no right to make a network runs in one that was made for it.
        command = ["setpriv", *rights, *command]
    program = NETWORK + made + textwrap.dedent(before) + f"\nsys.exit(subprocess.run({command!r}).returncode)"
    ran = subprocess.run(
        [shutil.which("unshare") or "unshare", "--user", "--map-root-user", "--net", sys.executable, "-c", program],
        capture_output=True, text=True, check=False, env={**os.environ, "PATH": PATH},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr


def test_frames_go_both_ways_and_each_is_stamped_by_the_kernel() -> None:
    inside("""
        with NicPort("port") as port, board() as device:
            assert port.send(FRAME, within_s=20)
            assert device.recv(2000) == FRAME
            before = time.time_ns()
            device.send(FRAME)
            came = port.receive_stamped(within_s=20)
            assert came.frame == FRAME
            assert before - 1_000_000_000 < came.at_ns <= time.time_ns()
            assert port.sent_is_taken()
    """)


def test_each_frame_has_its_own_stamp() -> None:
    """The kernel makes one for each frame as it comes, and shows every socket the same. It begins with that some time
    after it was first asked to; before, a frame gets its stamp when it is read, from each socket another."""
    inside("""
        def told_alike():
            frame, [(_, _, told)], _, _ = witness.recvmsg(2000, 64)
            seconds, rest = struct.unpack("ll", told)
            came = port.receive_stamped(within_s=20)
            assert came.frame == frame
            return came.at_ns == seconds * 1_000_000_000 + rest

        with NicPort("port") as port, board() as device, end_of("port") as witness:
            witness.setsockopt(socket.SOL_SOCKET, 35, 1)  # SO_TIMESTAMPNS
            device.send(FRAME)
            until = time.monotonic() + 60
            while not told_alike():
                assert time.monotonic() < until, "it never begins"
                device.send(FRAME)
            for number in range(3):
                device.send(FRAME + bytes([number]))
            assert [told_alike() for _ in range(3)] == [True, True, True]
    """)


def test_it_hears_what_is_for_others_and_not_what_this_machine_sends() -> None:
    inside("""
        with NicPort("port") as port, board() as device, end_of("port") as host:
            port.send(FRAME, within_s=20)
            host.send(FRAME)
            device.send(OTHERS)
            assert port.receive(within_s=20) == OTHERS
            assert port.receive(within_s=0) is None
            shown = subprocess.run(["ip", "-json", "-details", "link", "show", "port"], capture_output=True).stdout
            assert json.loads(shown)[0]["promiscuity"] == 1
    """)


def test_frames_that_are_there_are_drained_in_order_without_waiting() -> None:
    inside("""
        with end_of("port") as witness, NicPort("port") as port, board() as device:
            frames = [FRAME + bytes([number]) for number in range(9)]
            for frame in frames:
                device.send(frame)
            wait_for_frames(len(frames), witness)
            assert port.drain(5) == frames[:5]
            assert port.drain(100) == frames[5:]
            assert port.drain(100) == []
    """)


@pytest.mark.parametrize("tag", ["8100 0005", "88a8 e00a"])
def test_a_vlan_tag_is_there_again(tag: str) -> None:
    inside(f"""
        tagged = FRAME[:12] + bytes.fromhex("{tag}") + FRAME[12:]
        with NicPort("port") as port, board() as device:
            device.send(tagged)
            assert port.receive(within_s=20) == tagged
            port.send(tagged, within_s=20)
            # whoever listens there without asking for it sees the frame without its tag
            assert device.recv(2000) == FRAME
    """)


def test_it_needs_one_right_and_no_other() -> None:
    inside("""
        with NicPort("port") as port:
            assert port.send(FRAME, within_s=20)
    """, rights=ONLY_RAW)  # fmt: skip


def test_without_that_right_it_says_which_and_how_to_get_it() -> None:
    inside("""
        assert "it needs CAP_NET_RAW; `plumb rig check` shows" in refusal(), refusal()
    """, rights=WITHOUT_RAW)  # fmt: skip


def test_a_port_that_is_not_there_is_named() -> None:
    inside("""
        assert refusal("nope") == "there is no network port nope", refusal("nope")
    """)


def test_a_port_that_the_hosts_own_stack_answers_on_is_refused() -> None:
    inside("""
        assert host_address("port") == "192.0.2.1"
        assert "port has the address 192.0.2.1, so this machine's own stack answers there" in refusal()
    """, before='ip("address add 192.0.2.1/24 dev port")')  # fmt: skip


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ('ip("link set port arp on")', "ARP"),
        ('ipv6("port", on=True)', "IPv6"),
        ('ip("link set port arp on"); ipv6("port", on=True)', "ARP, IPv6"),
    ],
)
def test_a_port_that_the_hosts_own_stack_speaks_on_is_refused(before: str, words: str) -> None:
    """Without an address there: Linux answers ARP for those of its other ports, too."""
    inside(f"""
        told = "this machine's own stack speaks on port ({words} is on there): `plumb rig check --mend` sees to it"
        assert refusal() == told, refusal()
    """, before=before, rights=ONLY_RAW)  # fmt: skip


def test_a_port_that_joins_frames_is_refused_and_says_what_does_it() -> None:
    inside("""
        assert harmful_offloads("port") == ("gro",)
        assert "port changes frames on their way (gro is on)" in refusal()
    """, before="""
        import array, fcntl
        gro = array.array("B", struct.pack("II", 0x2c, 1))
        fcntl.ioctl(socket.socket(), 0x8946, struct.pack("16sP", b"port", gro.buffer_info()[0]))
    """)  # fmt: skip


def test_its_link_is_told_as_it_comes_and_goes() -> None:
    inside("""
        with NicPort("port") as port:
            assert port.has_link()
            ip("link set board down")
            wait_until(lambda: not port.has_link())
            assert not port.wait_for_link(within_s=0.05)
            ip("link set board up")
            assert port.wait_for_link(within_s=20)
    """)


def test_a_link_that_was_lost_is_told_though_it_is_back() -> None:
    inside("""
        with NicPort("port") as port:
            port.watch()
            assert port.trouble() == ""
            ip("link set board down")
            ip("link set board up")
            assert "port lost its link once meanwhile" in port.trouble(), port.trouble()
            port.watch()
            assert port.trouble() == ""
    """)


def test_a_link_that_is_lost_on_purpose_is_no_trouble() -> None:
    inside("""
        with NicPort("port") as port:
            port.expect_no_link()
            ip("link set board down")
            assert port.trouble() == ""
            ip("link set board up")
            assert port.wait_for_link(within_s=20)
            port.watch()
            ip("link set board down")
            assert "port lost its link once" in port.trouble()
    """)


def test_an_adapter_that_was_pulled_is_told() -> None:
    inside("""
        with NicPort("port") as port:
            ip("link delete port")
            assert "the network port port is gone" in port.trouble()
    """)


def test_a_port_that_goes_down_is_a_closed_wire() -> None:
    inside("""
        with NicPort("port") as port:
            ip("link set port down")
            try:
                port.receive(within_s=20)
                raise SystemExit("it goes on")
            except WireClosed as closed:
                assert "Network is down" in str(closed)
    """)


def test_a_frame_longer_than_the_port_sends_is_nobodys_fault() -> None:
    inside("""
        with NicPort("port") as port, board() as device:
            long = FRAME[:12] + bytes.fromhex("0800") + bytes(1600)
            try:
                port.send(long, within_s=20)
                raise SystemExit("it was sent")
            except Unsupported as error:
                assert "port sends no frame of 1614 bytes: see to its MTU" in str(error), error
            ip("link set port mtu 1600")
            ip("link set board mtu 1600")
            assert port.send(long, within_s=20)
            assert device.recv(2000) == long
    """)


def test_its_buffers_are_as_large_as_this_machine_allows() -> None:
    inside("""
        from plumbline.wire.nic_port import BUFFER_BYTES
        with NicPort("port") as port, board() as another:
            for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
                least = another.getsockopt(socket.SOL_SOCKET, option)
                another.setsockopt(socket.SOL_SOCKET, option, BUFFER_BYTES)
                given = another.getsockopt(socket.SOL_SOCKET, option)
                assert port._sock.getsockopt(socket.SOL_SOCKET, option) == given > least
    """)


def test_frames_that_this_machine_loses_are_its_own_fault() -> None:
    inside("""
        with end_of("port") as witness, NicPort("port") as port, board() as device:
            port._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
            for _ in range(100):
                device.send(FRAME)
            wait_for_frames(100, witness)
            try:
                port.drain(1000)
                raise SystemExit("nobody noticed")
            except BenchError as error:
                assert "frames from port were lost in this machine" in str(error)
    """)
