# SPDX-License-Identifier: GPL-2.0-or-later
from plumbline.match import has_flags
from plumbline.match.diff import describe, side_by_side
from plumbline.match.layers import IP, TCP, Ether, Packet

CAME: Packet = Ether(
    bytes(
        Ether(src="02:00:00:00:00:02", dst="02:00:00:00:00:01")
        / IP(src="10.0.0.2", dst="10.0.0.1")
        / TCP(sport=80, dport=4001, flags="RA", ack=6, window=0)
        / b"\x01x"
    )
)


def test_every_field_stands_beside_what_came_and_differing_ones_are_marked() -> None:
    shown = side_by_side(TCP(flags="SA", ack=6) / b"y", CAME).splitlines()

    assert shown[0].split() == ["expected", "came"]
    assert "! TCP.flags     SA           RA" in shown
    assert "  TCP.ack       6            6" in shown
    assert "  TCP.window    .            0" in shown
    assert "! payload       1 bytes 'y'  2 bytes 0x0178" in shown
    assert [line for line in shown if line.startswith("!")] == [shown[7], shown[-1]]


def test_a_layer_that_did_not_come_is_one_line() -> None:
    shown = side_by_side(IP() / IP(), CAME).splitlines()

    assert [line.split() for line in shown if line.startswith("!")] == [["!", "IP", "present", "missing"]]


def test_a_partial_packet_is_described_by_what_was_set() -> None:
    assert describe(IP(ttl=1) / TCP(flags="SA", seq=lambda _: True)) == "IP(ttl=1) / TCP(seq=a predicate, flags=SA)"
    assert describe(TCP(flags=has_flags("A", without="R")) / b"x") == "TCP(flags=with A, without R) / 1 bytes 'x'"
