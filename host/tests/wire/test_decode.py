# SPDX-License-Identifier: GPL-2.0-or-later
import random

import pytest

from plumbline.match.layers import ARP, ICMP, IP, TCP, UDP, Ether, Packet
from plumbline.wire.decode import ACK, SYN, decode

ETHER = Ether(src="02:00:00:00:00:02", dst="02:00:00:00:00:01")
ANSWER = ARP(op=2, psrc="10.0.0.2", hwsrc="02:00:00:00:00:02", pdst="10.0.0.1", hwdst="02:00:00:00:00:01")
PACKET = IP(src="10.0.0.2", dst="10.0.0.1", ttl=7, tos=4, id=9)


def frame_of(packet: Packet) -> bytes:
    return bytes(ETHER / PACKET / packet)


def test_a_segment_is_read_as_scapy_wrote_it() -> None:
    segment = TCP(sport=80, dport=4001, seq=5, ack=6, flags="SA", window=7, urgptr=8, options=[("MSS", 1460)])
    frame = decode(frame_of(segment / b"abc"))

    assert frame.ip is not None
    assert frame.tcp is not None
    assert (frame.ip.src, frame.ip.ttl, frame.ip.tos, frame.ip.ident) == (0x0A000002, 7, 4, 9)
    tcp = frame.tcp
    assert (tcp.sport, tcp.dport, tcp.seq, tcp.ack, tcp.window, tcp.urgent) == (80, 4001, 5, 6, 7, 8)
    assert tcp.flags == SYN | ACK
    assert (tcp.options, tcp.payload, tcp.seg_len) == (b"\x02\x04\x05\xb4", b"abc", 4)
    assert frame.malformed == ""


def test_all_eight_flags_are_read() -> None:
    tcp = decode(frame_of(TCP(sport=80, dport=4001, flags="CE"))).tcp

    assert tcp is not None
    assert tcp.flags == 0xC0


def test_what_lies_behind_the_packet_is_padding() -> None:
    frame = decode(frame_of(UDP(sport=1, dport=2) / b"x") + b"\x01\x02")

    assert frame.udp is not None
    assert (frame.udp.payload, frame.padding) == (b"x", b"\x01\x02")


def test_arp_is_read() -> None:
    frame = decode(bytes(ETHER / ANSWER))

    assert frame.arp is not None
    assert (frame.arp.op, frame.arp.sender_ip, frame.arp.target_ip) == (2, 0x0A000002, 0x0A000001)


def test_icmp_is_read() -> None:
    frame = decode(frame_of(ICMP(type=3, code=3) / b"body"))

    assert frame.icmp is not None
    assert (frame.icmp.kind, frame.icmp.code) == (3, 3)
    assert frame.icmp.body.endswith(b"body")


def test_a_fragment_has_no_transport() -> None:
    fragment = decode(bytes(ETHER / IP(src="10.0.0.2", dst="10.0.0.1", flags="MF", proto=17) / b"12345678"))

    assert fragment.ip is not None
    assert fragment.udp is None
    assert fragment.malformed == ""


SEGMENT = frame_of(TCP(sport=80, dport=4001, flags="S") / b"abcd")


@pytest.mark.parametrize(
    ("at", "value", "says"),
    [
        (14, 0x55, "IP version 5"),
        (14, 0x44, "IPv4 header length 16"),
        (17, 19, "below its header"),
        (17, 250, "beyond the frame"),
        (46, 0x40, "TCP data offset 16"),
        (46, 0xF0, "TCP data offset 60"),
    ],
)
def test_a_field_that_cannot_be_is_named(at: int, value: int, says: str) -> None:
    frame = bytearray(SEGMENT)
    frame[at] = value

    assert says in decode(bytes(frame)).malformed


def test_a_udp_length_that_cannot_be_is_named() -> None:
    assert decode(frame_of(UDP(len=7) / b"x")).malformed == "UDP length 7"
    assert decode(frame_of(UDP(len=50) / b"x")).malformed == "UDP length 50"


def test_no_frame_makes_it_raise() -> None:
    rng = random.Random(1)
    frames = [
        SEGMENT,
        frame_of(UDP() / b"x"),
        frame_of(ICMP()),
        bytes(ETHER / ANSWER),
    ]
    for _ in range(5000):
        frame = bytearray(rng.choice(frames)[: rng.randrange(70)])
        for _ in range(rng.randrange(4)):
            if frame:
                frame[rng.randrange(len(frame))] = rng.randrange(256)
        assert decode(bytes(frame)).data == frame
