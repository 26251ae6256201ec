# SPDX-License-Identifier: GPL-2.0-or-later
import random
import struct

import pytest

from plumbline.match.layers import IP, TCP, UDP, Packet
from plumbline.wire.checksum import checksum, transport_checksum


def by_the_book(data: bytes) -> int:
    """RFC 1071, word by word."""
    data += b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def test_it_is_the_sum_of_rfc_1071() -> None:
    rng = random.Random(1)
    for length in [*range(70), 1459, 1460]:
        data = rng.randbytes(length)
        assert checksum(data) == by_the_book(data)


@pytest.mark.parametrize(
    "data", [b"", b"\0\0", b"\xff\xff", b"\xff\xff\xff\xff", b"\x00\x01\xff\xfe", b"\xff\xfe\x00\x01"]
)
def test_both_zeros_of_ones_complement_come_out_right(data: bytes) -> None:
    assert checksum(data) == by_the_book(data)


def test_a_right_header_sums_to_zero() -> None:
    assert checksum(bytes(IP(src="10.0.0.1", dst="10.0.0.2"))[:20]) == 0


@pytest.mark.parametrize(("proto", "body"), [(6, TCP(flags="S")), (17, UDP() / b"odd")])
def test_the_pseudo_header_counts(proto: int, body: Packet) -> None:
    packet = bytes(IP(src="10.0.0.1", dst="10.0.0.2") / body)

    assert transport_checksum(0x0A000001, 0x0A000002, proto, packet[20:]) == 0
