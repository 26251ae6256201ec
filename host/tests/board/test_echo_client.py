# SPDX-License-Identifier: GPL-2.0-or-later
"""apps/echo-client, the example of a task made of futures: it does what its first lines say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from plumbline.board import NativeDevice
from plumbline.board.ending import By
from plumbline.board.spec import images_folder
from plumbline.match.layers import ARP, IP, TCP, Ether, Packet
from plumbline.wire.port import WirePort

ROOT = Path(__file__).resolve().parents[3]
DEAD_AFTER_S = 60
OUR_MAC, ITS_MAC, ITS_IP, OUR_IP = "02:00:00:00:00:99", "02:00:00:00:00:02", "10.0.0.2", "10.0.0.1"
PORT, LINE = 7, b"hello\0"


class Server:
    """The host that it connects to."""

    def __init__(self, wire: WirePort) -> None:
        self._wire = wire
        self._next, self._acked, self._from = 5000, 0, 0

    def send(self, packet: Packet) -> None:
        assert self._wire.send(bytes(Ether(src=OUR_MAC, dst=ITS_MAC) / packet), within_s=DEAD_AFTER_S)

    def segment(self) -> Packet:
        """The next one; questions for our address are answered."""
        while True:
            frame = self._wire.receive(within_s=DEAD_AFTER_S)
            assert frame is not None, "it says nothing"
            packet = Ether(frame)
            if TCP in packet:
                break
            if packet[ARP].pdst == OUR_IP:
                self.send(ARP(op="is-at", hwsrc=OUR_MAC, psrc=OUR_IP, hwdst=ITS_MAC, pdst=ITS_IP))
        segment: Packet = packet[TCP]
        self._from = segment.sport
        self._acked = segment.seq + len(segment.payload) + ("S" in segment.flags) + ("F" in segment.flags)
        return segment

    def answer(self, flags: str, payload: bytes = b"") -> None:
        segment = TCP(
            sport=PORT, dport=self._from, flags=flags, seq=self._next, ack=self._acked, window=4096, options=[]
        )
        self._next += len(payload) + ("S" in flags) + ("F" in flags)
        self.send(IP(src=OUR_IP, dst=ITS_IP) / segment / payload)

    def accept(self) -> None:
        assert self.segment().flags == "S"
        self.answer("SA")
        assert self.segment().flags == "A"


@pytest.fixture
def server() -> Iterator[Server]:
    device = NativeDevice(images_folder(ROOT) / "native/echo-client")
    yield Server(device.wire)
    ending = device.ending()
    device.close()
    assert ending.by is By.NOBODY, ending


def test_it_sends_its_line_reads_it_back_closes_and_begins_again(server: Server) -> None:
    for _ in range(2):
        server.accept()
        assert bytes(server.segment().payload) == LINE
        server.answer("PA", LINE[:2])
        server.answer("PA", LINE[2:])
        while "F" not in server.segment().flags:
            pass
        server.answer("FA")
        assert server.segment().flags == "A"


def test_a_server_that_refuses_is_tried_again(server: Server) -> None:
    assert server.segment().flags == "S"
    server.answer("RA")

    server.accept()


def test_a_server_that_resets_is_tried_again(server: Server) -> None:
    server.accept()
    assert bytes(server.segment().payload) == LINE
    server.answer("R")

    server.accept()
