# SPDX-License-Identifier: GPL-2.0-or-later
"""Putting the fragments of an IPv4 packet together again, and taking a packet apart."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence

from plumbline.wire.checksum import checksum
from plumbline.wire.decode import Frame, Ipv4, decode

_ETHERNET = 14
_MORE = 1
_FIELDS = struct.Struct("!HHHBBH")  # total length, identification, fragment, TTL, protocol, checksum
_FIELDS_AT = 2

Key = tuple[int, int, int, int]
"""What the fragments of one packet have in common (RFC 791 3.2)."""


def key_of(ip: Ipv4) -> Key:
    return (ip.src, ip.dst, ip.proto, ip.ident)


def is_fragment(ip: Ipv4) -> bool:
    return bool(ip.flags & _MORE or ip.offset)


def put_together(fragments: Iterable[Frame]) -> Frame | None:
    """The whole packet, as one frame however long; None while octets are missing. Fragments of one packet, in any
    order; those that overlap are none."""
    parts = sorted(
        ((frame, ip) for frame in fragments if (ip := frame.ip) is not None), key=lambda part: part[1].offset
    )
    body = b""
    for frame, ip in parts:
        if ip.offset != len(body):
            return None
        body += _body(frame, ip)
    if not parts or parts[-1][1].flags & _MORE:
        return None
    first, ip = parts[0]
    return decode(first.data[:_ETHERNET] + _header(ip, len(body), 0) + body)


def take_apart(data: bytes, sizes: Sequence[int], *, ident: int) -> list[bytes]:
    """The frame's packet in fragments that carry so many octets each, multiples of 8; the last carries the rest."""
    frame = decode(data)
    if frame.ip is None:
        raise ValueError("no IPv4 packet to take apart")
    return list(_fragments(frame, frame.ip, sizes, ident))


def _fragments(frame: Frame, ip: Ipv4, sizes: Sequence[int], ident: int) -> Iterator[bytes]:
    body = _body(frame, ip)
    offset = 0
    for size in (*sizes, len(body) - sum(sizes)):
        more = offset + size < len(body)
        header = _header(ip, size, offset, more=more, ident=ident)
        yield frame.data[:_ETHERNET] + header + body[offset : offset + size]
        offset += size


def _body(frame: Frame, ip: Ipv4) -> bytes:
    return frame.data[_ETHERNET + len(ip.header) : _ETHERNET + ip.total_len]


def _header(ip: Ipv4, carried: int, offset: int, *, more: bool = False, ident: int | None = None) -> bytes:
    """The packet's header with other lengths; its checksum is right again."""
    header = bytearray(ip.header)
    ident = ip.ident if ident is None else ident
    fragment = more << 13 | offset >> 3
    _FIELDS.pack_into(header, _FIELDS_AT, len(header) + carried & 0xFFFF, ident, fragment, ip.ttl, ip.proto, 0)
    header[10:12] = checksum(bytes(header)).to_bytes(2, "big")
    return bytes(header)
