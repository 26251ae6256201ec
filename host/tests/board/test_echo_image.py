# SPDX-License-Identifier: GPL-2.0-or-later
"""apps/echo with room for nothing that it does not need (apps/echo/limits.mk): what is left works."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from plumbline.board import NativeDevice
from plumbline.board.ending import By
from plumbline.board.spec import images_folder
from plumbline.match.layers import ARP, ICMP, IP, TCP, UDP, Ether, Packet, Raw
from plumbline.wire.port import WirePort

ROOT = Path(__file__).resolve().parents[3]
DEAD_AFTER_S = 60
OUR_MAC, ITS_MAC, ITS_IP, OUR_IP = "02:00:00:00:00:99", "02:00:00:00:00:02", "10.0.0.2", "10.0.0.1"
PORT, OUR_PORT, RING, RX_QUEUE = 7, 50000, 4096, 8


class Host:
    """A host on the wire of the image; each frame is asked for, and comes or the device is dead."""

    def __init__(self, wire: WirePort, mac: str = "ff:ff:ff:ff:ff:ff") -> None:
        self._wire = wire
        self._mac = mac
        self.next, self.acked = 1000, 0

    def send(self, packet: Packet) -> None:
        assert self._wire.send(bytes(Ether(src=OUR_MAC, dst=self._mac) / packet), within_s=DEAD_AFTER_S)

    def receive(self) -> Packet:
        frame = self._wire.receive(within_s=DEAD_AFTER_S)
        assert frame is not None, "it says nothing"
        return Ether(frame)

    def ask_for_address(self) -> None:
        self.send(ARP(op="who-has", hwsrc=OUR_MAC, psrc=OUR_IP, pdst=ITS_IP))
        while (answer := self.receive()[ARP]).pdst != OUR_IP:  # it tells all of its own address when it starts
            pass
        self._mac = answer.hwsrc

    def tcp(self, flags: str, payload: bytes = b"", *, ahead: int = 0) -> None:
        segment = TCP(
            sport=OUR_PORT, dport=PORT, flags=flags, seq=self.next + ahead, ack=self.acked, window=RING, options=[]
        )
        self.send(IP(src=OUR_IP, dst=ITS_IP) / segment / payload)

    def segment(self) -> Packet:
        segment: Packet = self.receive()[TCP]
        length = len(segment.payload) + ("S" in segment.flags) + ("F" in segment.flags)
        if length:
            self.acked = segment.seq + length
        return segment

    def connect(self) -> Packet:
        self.tcp("S")
        answer = self.segment()
        self.next += 1
        self.tcp("A")
        return answer

    def echo(self, text: bytes) -> bytes:
        self.tcp("PA", text)
        self.next += len(text)
        back = b""
        while len(back) < len(text):
            back += bytes(self.segment().payload)
            self.tcp("A")
        return back


@pytest.fixture
def device() -> Iterator[NativeDevice]:
    device = NativeDevice(images_folder(ROOT) / "native-echo/echo")
    yield device
    ending = device.ending()
    device.close()
    assert ending.by is By.NOBODY, ending


@pytest.fixture
def host(device: NativeDevice) -> Host:
    host = Host(device.wire)
    host.ask_for_address()
    return host


def test_a_connection_has_its_bytes_sent_back_and_ends_on_both_sides(host: Host) -> None:
    opened = host.connect()
    assert (opened.flags, opened.window, opened.options) == ("SA", RING, [("MSS", 1460)])
    assert host.echo(b"once") == b"once"
    assert host.echo(bytes(range(256)) * 5) == bytes(range(256)) * 5

    host.tcp("FA")
    host.next += 1
    while "F" not in (answer := host.segment()).flags:
        pass
    assert answer.ack == host.next


def test_a_socket_serves_one_peer_after_another(host: Host) -> None:
    for _ in range(4):
        host.connect()
        assert host.echo(b"and again") == b"and again"
        host.tcp("R")
        host.next += 1000


def test_what_comes_ahead_of_a_gap_is_not_kept_and_taken_when_it_is_sent_again(host: Host) -> None:
    host.connect()
    host.tcp("PA", b"behind", ahead=6)
    assert host.segment().ack == host.next

    assert host.echo(b"before") == b"before"
    assert host.echo(b"behind") == b"behind"


def test_what_finds_no_address_is_dropped_and_sent_again_once_it_is_known(device: NativeDevice) -> None:
    host = Host(device.wire, ITS_MAC)
    host.send(IP(src=OUR_IP, dst=ITS_IP) / ICMP(id=1))
    while (asked := host.receive()[ARP]).pdst != OUR_IP:
        pass
    host.tcp("S")
    host.send(ARP(op="is-at", hwsrc=OUR_MAC, psrc=OUR_IP, hwdst=asked.hwsrc, pdst=ITS_IP))

    assert host.connect().flags == "SA"  # which the same SYN brings again: neither it nor a reply to the ping waited
    assert host.echo(b"at last") == b"at last"


def test_a_datagram_meets_a_host_without_udp(host: Host) -> None:
    host.send(IP(src=OUR_IP, dst=ITS_IP) / UDP(sport=OUR_PORT, dport=PORT) / b"anybody?")

    unreachable = host.receive()[ICMP]
    assert (unreachable.type, unreachable.code) == (3, 2)  # RFC 1122 3.2.2.1: protocol unreachable


def test_fragments_are_dropped_and_the_next_ping_answered(host: Host) -> None:
    for number in range(3 * RX_QUEUE):
        host.send(IP(src=OUR_IP, dst=ITS_IP, id=number, flags="MF", proto="icmp") / Raw(bytes(ICMP(id=1) / bytes(32))))
    host.send(IP(src=OUR_IP, dst=ITS_IP) / ICMP(id=2) / b"are you there?")

    answer = host.receive()[ICMP]
    assert (answer.type, answer.id, bytes(answer.payload)) == (0, 2, b"are you there?")


def test_a_ping_that_fills_a_frame_is_answered(host: Host) -> None:
    text = bytes(1472 - 0x100) + bytes(range(0x100))
    for number in range(4):
        host.send(IP(src=OUR_IP, dst=ITS_IP) / ICMP(id=number) / text)
        answer = host.receive()[ICMP]
        assert (answer.type, answer.id, bytes(answer.payload)) == (0, number, text)
