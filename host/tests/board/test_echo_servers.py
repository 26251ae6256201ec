# SPDX-License-Identifier: GPL-2.0-or-later
"""apps/echo-futures and its sisters, an echo server in each style: several peers, none in another's way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from plumbline.board import NativeDevice
from plumbline.board.ending import By
from plumbline.board.spec import images_folder
from plumbline.match.layers import ARP, ICMP, IP, TCP, Ether, Packet
from plumbline.wire.port import WirePort

ROOT = Path(__file__).resolve().parents[3]
DEAD_AFTER_S = 60
OUR_MAC, ITS_MAC, ITS_IP, OUR_IP = "02:00:00:00:00:99", "02:00:00:00:00:02", "10.0.0.2", "10.0.0.1"
PORT, SOCKETS, RING, MSS = 7, 3, 2048, 1460


class Wire:
    """Frames of the image; each that is asked for comes, or the device is dead."""

    def __init__(self, port: WirePort) -> None:
        self._port = port
        self.peers: dict[int, Peer] = {}
        self._asked, self._answered = 0, 0

    def send(self, packet: Packet) -> None:
        assert self._port.send(bytes(Ether(src=OUR_MAC, dst=ITS_MAC) / packet), within_s=DEAD_AFTER_S)

    def turn(self) -> None:
        """One frame, given to the peer that it is for."""
        frame = self._port.receive(within_s=DEAD_AFTER_S)
        assert frame is not None, "it says nothing"
        packet = Ether(frame)
        if TCP in packet:
            self.peers[packet[TCP].dport].take(packet[TCP])
        elif ICMP in packet:
            self._answered = packet[ICMP].seq
        elif packet[ARP].pdst == OUR_IP:
            self.send(ARP(op="is-at", hwsrc=OUR_MAC, psrc=OUR_IP, hwdst=ITS_MAC, pdst=ITS_IP))

    def let_it_answer(self) -> None:
        """Until it has said all that it had to say to the frames before: a ping is answered behind them."""
        self._asked += 1
        self.send(IP(src=OUR_IP, dst=ITS_IP) / ICMP(seq=self._asked))
        while self._answered != self._asked:
            self.turn()


class Peer:
    """One client, by its port."""

    def __init__(self, wire: Wire, port: int, window: int = 8192) -> None:
        self._wire, self._port, self.window = wire, port, window
        self._next, self._una, self._acked = 1000, 1000, 0
        self.flags, self.heard, self.finished = "", b"", False
        wire.peers[port] = self

    def say(self, flags: str, payload: bytes = b"") -> None:
        segment = TCP(
            sport=self._port, dport=PORT, flags=flags, seq=self._next, ack=self._acked, window=self.window, options=[]
        )
        self._next += len(payload) + ("S" in flags) + ("F" in flags)
        self._wire.send(IP(src=OUR_IP, dst=ITS_IP) / segment / payload)

    def take(self, segment: Packet) -> None:
        """What is in order is taken and acknowledged; what was sent again is not."""
        payload = bytes(segment.payload)
        self.flags = str(segment.flags)
        self._una = segment.ack
        if "S" in segment.flags:
            self._acked = segment.seq + 1
        elif segment.seq == self._acked and (payload or "F" in segment.flags) and len(payload) <= self.window:
            self.heard += payload
            self.finished = "F" in segment.flags
            self._acked += len(payload) + self.finished
            self.say("A")

    def connect(self) -> Peer:
        """A SYN that finds no socket yet is dropped in silence, and sent again."""
        start = self._next
        while self.flags != "SA":
            self._next = start
            self.say("S")
            self._wire.let_it_answer()
        self.say("A")
        return self

    def send(self, text: bytes) -> None:
        self.say("PA", text)

    def is_acknowledged(self) -> bool:
        return self._una == self._next

    def hear(self, count: int) -> bytes:
        """The next so many bytes."""
        while len(self.heard) < count:
            self._wire.turn()
        heard, self.heard = self.heard[:count], self.heard[count:]
        return heard

    def finish(self) -> None:
        self.say("FA")
        while not self.finished:
            self._wire.turn()


@pytest.fixture(params=["echo-callback", "echo-futures", "echo-readiness", "echo-reactor"])
def wire(request: pytest.FixtureRequest) -> Iterator[Wire]:
    device = NativeDevice(images_folder(ROOT) / "native" / str(request.param))
    yield Wire(device.wire)
    ending = device.ending()
    device.close()
    assert ending.by is By.NOBODY, ending


def text(number: int, length: int) -> bytes:
    return bytes((number * 83 + at * 7 + at // 251) % 256 for at in range(length))


def test_each_peer_has_its_own_bytes_sent_back(wire: Wire) -> None:
    peers = [Peer(wire, 50000 + number).connect() for number in range(SOCKETS)]
    for turn in range(3):
        for number, peer in enumerate(peers):
            peer.send(text(number + turn, 1000))
        for number, peer in enumerate(peers):
            assert peer.hear(1000) == text(number + turn, 1000)


def test_a_peer_that_finishes_gets_all_its_bytes_and_then_the_end(wire: Wire) -> None:
    peer = Peer(wire, 50000).connect()
    peer.send(text(1, 700))

    peer.finish()

    assert peer.hear(700) == text(1, 700)


def test_a_socket_serves_one_peer_after_another_however_each_ends(wire: Wire) -> None:
    for number in range(4 * SOCKETS):
        peer = Peer(wire, 50000 + number).connect()
        peer.send(text(number, 20))
        assert peer.hear(20) == text(number, 20)
        if number % 2:
            peer.finish()
        else:
            peer.say("R")


def test_a_peer_that_takes_nothing_is_in_nobodys_way_and_gets_all_in_the_end(wire: Wire) -> None:
    sent = text(1, RING)
    idle, busy = Peer(wire, 50000, window=0).connect(), Peer(wire, 50001).connect()
    for at in range(0, RING, 512):
        idle.send(sent[at : at + 512])
        while not idle.is_acknowledged():
            wire.turn()
    for turn in range(10):
        busy.send(text(turn, 500))
        assert busy.hear(500) == text(turn, 500)

    idle.window = 8192
    idle.say("A")

    assert idle.hear(RING) == sent


def test_a_reset_with_bytes_on_their_way_back_frees_the_socket(wire: Wire) -> None:
    for turn in range(2):
        for number in range(SOCKETS):
            peer = Peer(wire, 50000 + turn * SOCKETS + number, window=0).connect()
            peer.send(text(number, MSS))
            while not peer.is_acknowledged():
                wire.turn()
        for peer in list(wire.peers.values())[-SOCKETS:]:
            peer.say("R")

    after = Peer(wire, 51000).connect()
    after.send(b"at last")
    assert after.hear(7) == b"at last"
