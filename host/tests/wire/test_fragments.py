# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import itertools

import pytest

from plumbline.wire.checksum import checksum
from plumbline.wire.decode import decode
from plumbline.wire.fragments import is_fragment, key_of, put_together, take_apart

MACS = bytes(6) + bytes.fromhex("020000000001")
UDP = bytes.fromhex("0007 0009 0028 0000") + bytes(range(32))


def packet(body: bytes) -> bytes:
    header = bytearray.fromhex("4500 0000 0007 0000 4011 0000 0a000001 0a000002")
    header[2:4] = (20 + len(body)).to_bytes(2, "big")
    header[10:12] = checksum(bytes(header)).to_bytes(2, "big")
    return MACS + b"\x08\x00" + bytes(header) + body


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_fragments_in_any_order_are_the_packet_again(order: tuple[int, ...]) -> None:
    fragments = [decode(data) for data in take_apart(packet(UDP), [8, 16], ident=7)]

    whole = put_together(fragments[index] for index in order)

    assert whole is not None
    assert whole.data == packet(UDP)
    assert whole.udp is not None
    assert whole.udp.payload == bytes(range(32))


@pytest.mark.parametrize("missing", range(3))
def test_nothing_comes_of_fragments_with_one_missing(missing: int) -> None:
    fragments = [decode(data) for data in take_apart(packet(UDP), [8, 16], ident=7)]

    del fragments[missing]

    assert put_together(fragments) is None


def test_fragments_that_overlap_are_no_packet() -> None:
    first = decode(take_apart(packet(UDP), [16], ident=7)[0])
    last = decode(take_apart(packet(UDP), [8], ident=7)[1])

    assert put_together([first, last]) is None


def test_fragments_say_where_they_lie_and_whose_they_are() -> None:
    fragments = [decode(data).ip for data in take_apart(packet(UDP), [8, 16], ident=9)]

    assert [(ip.offset, ip.flags, ip.total_len - 20) for ip in fragments if ip] == [(0, 1, 8), (8, 1, 16), (24, 0, 16)]
    assert all(is_fragment(ip) and checksum(ip.header) == 0 for ip in fragments if ip)
    assert {key_of(ip) for ip in fragments if ip} == {(0x0A000001, 0x0A000002, 17, 9)}


def test_a_packet_larger_than_any_frame_is_put_together() -> None:
    body = UDP[:8] + bytes(65507)

    fragments = take_apart(packet(UDP[:4] + b"\xff\xeb\0\0" + bytes(65507)), [1480] * 44, ident=1)
    whole = put_together(map(decode, fragments))

    assert whole is not None
    assert whole.udp is not None
    assert len(whole.udp.payload) == len(body) - 8
    assert not whole.malformed
