# SPDX-License-Identifier: GPL-2.0-or-later
"""apps/proxy, the transparent forwarder: real programs of Linux talk through it to others behind it."""

from __future__ import annotations

import hashlib
import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from plumbline.board import NativeDevice
from plumbline.board.ending import By
from plumbline.board.spec import images_folder
from plumbline.kernel import Place, Ran, machine_lacks
from plumbline.kernel.namespace import Namespace
from plumbline.kernel.tool import Tool
from plumbline.wire.port import WirePort

pytestmark = pytest.mark.skipif(
    bool(machine_lacks("namespaces") or machine_lacks("curl")), reason="no private networks here, or no curl"
)

ROOT = Path(__file__).resolve().parents[3]
DEAD_AFTER_S, LOOK_S = 60, 0.02
BATCH, FRAME_MAX = 64, 4096
PREFIX, ORIGINAL, ANOTHER = "198.51.100.0/24", "198.51.100.7", "198.51.100.200"
HTTP = 8080
CURL = ("curl", "-q", "-sS")
RESETS = {7, 52, 56}  # what curl calls one, by when it comes

# Says how much came and what it was, once the client has ended its half: and then ends its own.
DIGEST = """
import hashlib, socket, sys
with socket.create_server((sys.argv[1], int(sys.argv[2]))) as server:
    print("ready")
    while True:
        with server.accept()[0] as peer:
            digest = hashlib.sha256()
            while some := peer.recv(65536):
                digest.update(some)
            peer.sendall(digest.hexdigest().encode())
"""
# Sends each datagram back, with who it says it is from.
UDP_ECHO = """
import socket, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.bind((sys.argv[1], int(sys.argv[2])))
    print("ready")
    while True:
        data, peer = sock.recvfrom(65536)
        sock.sendto(peer[0].encode() + b" " + data, peer)
"""
# Asks at each of several addresses from one port, and shows who answers.
UDP_ASK = """
import socket, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.settimeout(20)
    for server in sys.argv[2:]:
        sock.sendto(b"to " + server.encode(), (server, int(sys.argv[1])))
        data, (addr, port) = sock.recvfrom(65536)
        print(addr, port, data.decode())
"""
# Sends to each of several addresses, and waits for nobody.
UDP_TELL = """
import socket, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    for server in sys.argv[2:]:
        sock.sendto(b"anybody?", (server, int(sys.argv[1])))
"""


class Hosts:
    """A client that finds the prefix on its link, and the gateway that has all of it behind; a hub joins them and the
    device."""

    def __init__(self, device: WirePort, stack: ExitStack) -> None:
        self._device = device
        self._stack = stack
        self._ready = stack.enter_context(selectors.DefaultSelector())
        self.client = stack.enter_context(Namespace(Place("02:00:00:00:00:09", "10.0.0.9/24")))
        self.gateway = stack.enter_context(Namespace(Place("02:00:00:00:00:01", "10.0.0.1/24")))
        for port in (device, self.client.wire, self.gateway.wire):
            self._ready.register(port, selectors.EVENT_READ)
        self.must(self.client, "ip", "route", "add", PREFIX, "dev", "linux")
        self.must(self.gateway, "ip", "route", "add", "local", PREFIX, "dev", "lo")
        self.must(self.gateway, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/conf/all/arp_ignore")

    def must(self, where: Namespace, *command: str) -> None:
        ran = self.run(where, *command)
        assert ran.status == 0, ran

    def run(self, where: Namespace, *command: str, stdin: bytes = b"") -> Ran:
        """To its end."""
        tool = Tool(where, command, stdin)
        with selectors.DefaultSelector() as ended:
            ended.register(tool.ended, selectors.EVENT_READ)
            self._move_until(lambda: bool(ended.select(0)), tool.command)
        return tool.ran()

    def serve(self, *command: str, says: bytes) -> None:
        """Behind the gateway, to the end of all."""
        tool = Tool(self.gateway, command, b"")
        self._stack.callback(tool.close)
        self._move_until(lambda: says in tool.said(), tool.command)

    def _move_until(self, is_done: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + DEAD_AFTER_S
        while not is_done():
            self._move()
            assert time.monotonic() < deadline, f"not done: {what}"

    def _move(self) -> None:
        """What comes in at one port goes out at the others."""
        self._ready.select(LOOK_S)
        hosts = (self.client.wire, self.gateway.wire)
        for frame in self._device.drain(BATCH):
            for host in hosts:
                host.send(frame)
        for host, other in (hosts, hosts[::-1]):
            for frame in frames_of(host):
                other.send(frame)
                assert self._device.send(frame, within_s=DEAD_AFTER_S)


def frames_of(host: socket.socket) -> Iterator[bytes]:
    with suppress(BlockingIOError):
        for _ in range(BATCH):
            yield host.recv(FRAME_MAX)


@pytest.fixture
def hosts() -> Iterator[Hosts]:
    device = NativeDevice(images_folder(ROOT) / "native/proxy")
    with ExitStack() as stack:
        yield Hosts(device.wire, stack)
    ending = device.ending()
    device.close()
    assert ending.by is By.NOBODY, ending


def test_curl_gets_a_page_from_any_address(hosts: Hosts, tmp_path: Path) -> None:
    page = bytes(range(256)) * 1200
    (tmp_path / "page").write_bytes(page)
    hosts.serve("python3", "-u", "-m", "http.server", "-d", str(tmp_path), str(HTTP), says=b"Serving")

    for address in (ORIGINAL, ANOTHER):
        ran = hosts.run(hosts.client, *CURL, f"http://{address}:{HTTP}/page")

        assert (ran.status, ran.err) == (0, "")
        assert ran.out == page


def test_curl_gets_more_pages_at_once_than_there_are_relays(hosts: Hosts, tmp_path: Path) -> None:
    (tmp_path / "page").write_bytes(b"page " * 1000)
    hosts.serve("python3", "-u", "-m", "http.server", "-d", str(tmp_path), str(HTTP), says=b"Serving")

    urls = [f"http://198.51.100.{number}:{HTTP}/page" for number in range(10, 18)]
    ran = hosts.run(hosts.client, *CURL, "--parallel", "--no-progress-meter", *urls)

    assert (ran.status, ran.err) == (0, "")
    assert Counter(ran.out) == Counter(b"page " * 1000 * len(urls))  # curl mixes them


def test_an_end_of_stream_is_passed_on_and_the_answer_comes_back(hosts: Hosts) -> None:
    hosts.serve("python3", "-u", "-c", DIGEST, ORIGINAL, "9000", says=b"ready")
    data = bytes(range(256)) * 4096

    ran = hosts.run(hosts.client, "nc", "-N", ORIGINAL, "9000", stdin=data)

    assert (ran.status, ran.err) == (0, "")
    assert ran.out == hashlib.sha256(data).hexdigest().encode()


def test_a_server_that_is_not_there_resets_the_peer(hosts: Hosts) -> None:
    ran = hosts.run(hosts.client, *CURL, f"http://{ORIGINAL}:{HTTP}/")

    assert ran.status in RESETS, ran


def test_datagrams_are_answered_from_where_they_went(hosts: Hosts) -> None:
    for address in (ORIGINAL, ANOTHER):
        hosts.serve("python3", "-u", "-c", UDP_ECHO, address, "53", says=b"ready")

    ran = hosts.run(hosts.client, "python3", "-c", UDP_ASK, "53", ORIGINAL, ANOTHER, ORIGINAL)

    assert (ran.status, ran.err) == (0, "")
    assert ran.out.decode().splitlines() == [
        f"{address} 53 10.0.0.2 to {address}" for address in (ORIGINAL, ANOTHER, ORIGINAL)
    ]


def test_datagrams_that_nobody_answers_keep_no_place(hosts: Hosts) -> None:
    hosts.serve("python3", "-u", "-c", UDP_ECHO, ORIGINAL, "53", says=b"ready")
    silent = [f"198.51.100.{number}" for number in range(20, 30)]

    hosts.must(hosts.client, "python3", "-c", UDP_TELL, "53", *silent)
    ran = hosts.run(hosts.client, "python3", "-c", UDP_ASK, "53", ORIGINAL)

    assert (ran.status, ran.out) == (0, f"{ORIGINAL} 53 10.0.0.2 to {ORIGINAL}\n".encode()), ran.err
