# SPDX-License-Identifier: GPL-2.0-or-later
"""The internet checksum (RFC 1071) as the judge verifies it, apart from what builds frames."""

from __future__ import annotations

from plumbline.wire.decode import Frame, Ipv4

_ETHERNET = 14


def is_right(octets: bytes) -> bool:
    """Whether the one's complement sum is -0. Adding 16-bit words with end-around carry is arithmetic modulo 65,535."""
    if len(octets) % 2:
        octets += b"\0"
    return int.from_bytes(octets, "big") % 0xFFFF == 0 and any(octets)


def packet_payload(frame: Frame) -> bytes:
    """What the IP packet carries, by its own lengths."""
    assert frame.ip is not None
    return frame.data[_ETHERNET + len(frame.ip.header) : _ETHERNET + frame.ip.total_len]


def pseudo_header(ip: Ipv4, length: int) -> bytes:
    return ip.src.to_bytes(4, "big") + ip.dst.to_bytes(4, "big") + bytes((0, ip.proto)) + length.to_bytes(2, "big")


def transport_is_right(frame: Frame) -> bool:
    """Whether the TCP or UDP checksum of an unfragmented packet is right."""
    assert frame.ip is not None
    payload = packet_payload(frame)
    return is_right(pseudo_header(frame.ip, len(payload)) + payload)
