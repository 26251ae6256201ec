# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames of a device as if it had another MAC address, as each board has one of its own. Pure."""

from __future__ import annotations

from plumbline.wire.decode import ETHERTYPE_ARP, ETHERTYPE_IPV4, PROTO_UDP

_TYPE, _IP, _PROTO, _SUM = slice(12, 14), 14, 23, slice(6, 8)
_IN_HEADER = slice(0, 6), slice(6, 12)
_IN_ARP = (22, 32)  # where an ARP packet has the addresses of sender and target


def at_mac(data: bytes, own: bytes, other: bytes) -> bytes:
    """The frame with the other address in the place of its own, wherever that stands: in a frame's header with a bit of
    it flipped too, and in an ARP packet that was cut there as far as it does. A UDP sum over it, as of what a DHCP
    client says, is left out."""
    moved = bytearray(data.replace(own, other))
    for station in _IN_HEADER:
        moved[station] = _flipped_alike(data[station], own, other) or moved[station]
    if data[_TYPE] == ETHERTYPE_ARP.to_bytes(2, "big"):
        for at in _IN_ARP:
            if at < len(data) and own.startswith(data[at:]):
                moved[at:] = other[: len(data) - at]
    elif own in data[_IP:] and data[_TYPE] == ETHERTYPE_IPV4.to_bytes(2, "big") and data[_PROTO] == PROTO_UDP:
        udp = _IP + 4 * (data[_IP] & 0xF)
        moved[udp + _SUM.start : udp + _SUM.stop] = bytes(2)
    return bytes(moved)


def _flipped_alike(address: bytes, own: bytes, other: bytes) -> bytes | None:
    """The other one with the same bit flipped; None for what is not its own but for one bit."""
    if len(address) != len(own):
        return None
    flipped = int.from_bytes(address, "big") ^ int.from_bytes(own, "big")
    if flipped.bit_count() != 1:
        return None
    return (int.from_bytes(other, "big") ^ flipped).to_bytes(len(own), "big")
