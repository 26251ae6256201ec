# SPDX-License-Identifier: GPL-2.0-or-later
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from scapy.utils import RawPcapNgReader, rdpcap

from plumbline.events import FrameEvent, Way
from plumbline.match.layers import IP, UDP, Ether
from plumbline.wire.pcapng import Resolution, capture

FRAME = bytes(60)
EVENTS = [
    FrameEvent(1, Way.TO_DUT, 0, b"\x02" * 61, "udp/test_x.py:3 peer.send(…)"),
    FrameEvent(2, Way.TO_DUT, 0, FRAME, "", is_fence=True),
    FrameEvent(3, Way.FROM_DUT, 7_200_500, FRAME, "clock.advance(7200500)"),
]


Packets = list[tuple[bytes, RawPcapNgReader.PacketMetadata]]
Read = Callable[[bytes], Packets]


def _next(reader: RawPcapNgReader) -> tuple[bytes, RawPcapNgReader.PacketMetadata] | None:
    try:
        return reader._read_packet()
    except EOFError:
        return None


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """What Scapy's reader makes of a file of those bytes."""

    def read_back(data: bytes) -> Packets:
        path = tmp_path / "wire.pcapng"
        path.write_bytes(data)
        with closing(RawPcapNgReader(str(path))) as reader:
            return list(iter(lambda: _next(reader), None))

    return read_back


@pytest.mark.parametrize("resolution", Resolution)
def test_time_is_the_stack_clock_at_either_resolution(resolution: Resolution, read: Read) -> None:
    (_, first), (_, last) = read(capture(EVENTS, resolution=resolution))

    ticks = ((last.tshigh or 0) << 32 | (last.tslow or 0)) - ((first.tshigh or 0) << 32 | (first.tslow or 0))
    assert ticks / last.tsresol == 7200.5


def test_bytes_survive_whatever_their_length(read: Read) -> None:
    assert [data for data, _ in read(capture(EVENTS))] == [EVENTS[0].data, EVENTS[2].data]


def test_fences_are_there_when_asked_for(read: Read) -> None:
    assert len(read(capture(EVENTS, with_fences=True))) == 3


def test_each_frame_carries_its_number_and_its_step(read: Read) -> None:
    comments = [about.comments for _, about in read(capture(EVENTS))]

    assert comments == [["frame 1: udp/test_x.py:3 peer.send(…)".encode()], [b"frame 3: clock.advance(7200500)"]]


def test_when_a_ports_kernel_took_a_frame_is_a_second_comment_and_changes_no_time(read: Read) -> None:
    events = [replace(EVENTS[2], taken_ns=1_795_331_401_000_000_789), EVENTS[2]]

    (_, taken), (_, plain) = read(capture(events))

    assert taken.comments == [*plain.comments, b"taken from the port at 1795331401.000000789 s"]
    assert (taken.tshigh, taken.tslow) == (plain.tshigh, plain.tslow)


def test_each_frame_carries_its_direction(read: Read) -> None:
    directions = [about.direction for _, about in read(capture(EVENTS))]

    assert directions == [2, 1]


def test_scapy_shows_the_packets(tmp_path: Path) -> None:
    frame = bytes(Ether(src="02:00:00:00:00:02", dst="02:00:00:00:00:01") / IP(src="10.0.0.2") / UDP(dport=9))
    path = tmp_path / "wire.pcapng"
    path.write_bytes(capture([FrameEvent(1, Way.FROM_DUT, 0, frame, "")]))

    (packet,) = rdpcap(str(path))

    assert packet[UDP].dport == 9


def test_no_frames_are_a_file_still(read: Read) -> None:
    assert read(capture([])) == []
