# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames built from numbers, without Scapy: twenty times as fast, for bulk."""

from __future__ import annotations

import struct

from plumbline.wire.checksum import checksum, transport_checksum
from plumbline.wire.decode import ETHERTYPE_IPV4, PROTO_TCP, PROTO_UDP

_ETHER = struct.Struct("!6s6sH")
_IPV4 = struct.Struct("!BBHHHBBHII")
_TCP = struct.Struct("!HHIIBBHHH")
_UDP = struct.Struct("!HHHH")
_TTL = 64

End = tuple[bytes, int, int]
"""MAC, IP and port."""


def tcp_frame(src: End, dst: End, *, seq: int, ack: int, flags: int, window: int, payload: bytes) -> bytes:
    def header(total: int) -> bytes:
        return _TCP.pack(src[2], dst[2], seq, ack, 5 << 4, flags, window, total, 0)

    total = transport_checksum(src[1], dst[1], PROTO_TCP, header(0) + payload)
    return _ip_frame(src, dst, PROTO_TCP, header(total) + payload)


def udp_frame(src: End, dst: End, payload: bytes) -> bytes:
    length = _UDP.size + len(payload)
    total = transport_checksum(src[1], dst[1], PROTO_UDP, _UDP.pack(src[2], dst[2], length, 0) + payload)
    return _ip_frame(src, dst, PROTO_UDP, _UDP.pack(src[2], dst[2], length, total or 0xFFFF) + payload)


def _ip_frame(src: End, dst: End, proto: int, body: bytes) -> bytes:
    def header(total: int) -> bytes:
        return _IPV4.pack(0x45, 0, _IPV4.size + len(body), 1, 0, _TTL, proto, total, src[1], dst[1])

    return _ETHER.pack(dst[0], src[0], ETHERTYPE_IPV4) + header(checksum(header(0))) + body
