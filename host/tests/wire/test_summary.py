# SPDX-License-Identifier: GPL-2.0-or-later
import pytest

from plumbline.match.layers import ARP, ICMP, IP, TCP, UDP, Ether, Packet
from plumbline.wire.decode import decode
from plumbline.wire.summary import summary

ETHER = Ether(src="02:00:00:00:00:02", dst="02:00:00:00:00:01")
PACKET = ETHER / IP(src="10.0.0.2", dst="10.0.0.1")


@pytest.mark.parametrize(
    ("packet", "line"),
    [
        (
            PACKET / TCP(sport=80, dport=4001, flags="SA", seq=1000, ack=501, window=4096, options=[("MSS", 1460)]),
            "TCP 10.0.0.2:80 > 10.0.0.1:4001 [SA] seq=1000 ack=501 win=4096 len=0 <mss 1460>",
        ),
        (
            PACKET / TCP(sport=80, dport=1, flags="PU", urgptr=3, window=1) / b"abc",
            "TCP 10.0.0.2:80 > 10.0.0.1:1 [PU] seq=0 win=1 len=3 urg=3",
        ),
        (PACKET / UDP(sport=5, dport=6) / b"ab", "UDP 10.0.0.2:5 > 10.0.0.1:6 len=2"),
        (PACKET / ICMP(type=8), "ICMP 10.0.0.2 > 10.0.0.1 echo request len=4"),
        (PACKET / ICMP(type=3, code=3), "ICMP 10.0.0.2 > 10.0.0.1 unreachable code 3 len=4"),
        (
            ETHER / ARP(hwsrc="02:00:00:00:00:02", psrc="10.0.0.2", pdst="10.0.0.1", hwdst="00:00:00:00:00:00"),
            "ARP who has 10.0.0.1? tell 10.0.0.2",
        ),
        (
            ETHER / ARP(op=2, hwsrc="02:00:00:00:00:02", psrc="10.0.0.2", pdst="10.0.0.1", hwdst="00:00:00:00:00:00"),
            "ARP 10.0.0.2 is at 02:00:00:00:00:02",
        ),
        (
            ETHER / IP(src="10.0.0.2", dst="10.0.0.1", flags="MF", frag=2, proto=17) / b"12345678",
            "IP 10.0.0.2 > 10.0.0.1 proto 17 fragment at 16+ len=28",
        ),
        (ETHER / PACKET[IP] / UDP(sport=5, dport=6, len=3), "UDP 10.0.0.2:5 > 10.0.0.1:6 len=0 !! UDP length 3"),
    ],
)
def test_a_frame_in_one_line(packet: Packet, line: str) -> None:
    assert summary(decode(bytes(packet))) == line


def test_seq_and_ack_can_be_counted_from_where_the_reader_likes() -> None:
    frame = decode(bytes(PACKET / TCP(flags="A", seq=0, ack=5, window=1)))

    assert "seq=2 ack=1 " in summary(frame, seq_base=0xFFFFFFFE, ack_base=4)
