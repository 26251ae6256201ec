# SPDX-License-Identifier: GPL-2.0-or-later
import pytest

from plumbline.match.layers import ARP, IP, UDP, Ether, Packet
from plumbline.wire.mac import at_mac

BENCH = "02:00:00:00:00:01"
OWN, OTHER = bytes.fromhex("0280c481192a"), bytes.fromhex("020000000002")


def datagram(mac: bytes, payload: bytes) -> Packet:
    return Ether(src=mac.hex(":"), dst="02:00:00:00:00:01") / IP(src="10.0.0.2", dst="10.0.0.1") / UDP() / payload


def test_a_frame_is_as_if_the_device_had_the_other_address() -> None:
    assert at_mac(bytes(datagram(OWN, b"hello")), OWN, OTHER) == bytes(datagram(OTHER, b"hello"))


@pytest.mark.parametrize("bit", range(96))
def test_a_bit_of_its_header_may_be_flipped(bit: int) -> None:
    frames = []
    for mac in (OWN, OTHER):
        frame = bytearray(bytes(datagram(mac, b"hello")))
        frame[:12] = mac + bytes.fromhex("0a0b0c0d0e0f")
        frame[bit // 8] ^= 1 << bit % 8
        frames.append(bytes(frame))

    assert at_mac(frames[0], OWN, OTHER) == at_mac(frames[1], OTHER, OTHER) == frames[1]


def test_a_udp_sum_over_the_address_is_left_out_on_both_sides() -> None:
    one, other = (bytes(datagram(mac, b"I am " + mac)) for mac in (OWN, OTHER))

    assert at_mac(one, OWN, OTHER) == at_mac(other, OTHER, OTHER) != other


@pytest.mark.parametrize("octets", range(14, 43))
def test_in_an_arp_packet_that_is_cut_it_may_be_cut_itself(octets: int) -> None:
    one, other = (bytes(Ether() / ARP(op=2, hwsrc=BENCH, hwdst=mac.hex(":")))[:octets] for mac in (OWN, OTHER))

    assert at_mac(one, OWN, OTHER) == at_mac(other, OTHER, OTHER) == other


def test_all_else_of_such_a_datagram_is_still_compared() -> None:
    one, other = bytes(datagram(OWN, b"I am " + OWN + b"!")), bytes(datagram(OTHER, b"I am " + OTHER + b"?"))

    assert at_mac(one, OWN, OTHER) != at_mac(other, OTHER, OTHER)
