# SPDX-License-Identifier: GPL-2.0-or-later
"""The Internet checksum (RFC 1071), and the pseudo-header of TCP and UDP."""

from __future__ import annotations

import struct

_PSEUDO = struct.Struct("!IIBBH")


def checksum(data: bytes) -> int:
    """What stands in the checksum field when the field itself was 0 in `data`."""
    if len(data) % 2:
        data += b"\0"
    # 2^16 is 1 modulo 2^16 - 1, so the number's remainder is the ones' complement sum of its 16-bit words.
    # The remainder 0 means the sum 0xFFFF, except for a number that is 0.
    number = int.from_bytes(data, "big")
    total = number % 0xFFFF or (0xFFFF if number else 0)
    return 0xFFFF - total


def pseudo_header(src: int, dst: int, proto: int, length: int) -> bytes:
    return _PSEUDO.pack(src, dst, 0, proto, length)


def transport_checksum(src: int, dst: int, proto: int, body: bytes) -> int:
    """The checksum of a TCP segment or UDP datagram whose own field is 0 in `body`."""
    return checksum(pseudo_header(src, dst, proto, len(body)) + body)
