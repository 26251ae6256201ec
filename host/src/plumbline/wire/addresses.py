# SPDX-License-Identifier: GPL-2.0-or-later
"""IPv4 addresses as numbers and as people write them."""

from __future__ import annotations


def ipv4_text(addr: int) -> str:
    return f"{addr >> 24}.{addr >> 16 & 255}.{addr >> 8 & 255}.{addr & 255}"


def ipv4_number(text: str) -> int:
    """ValueError for anything but four numbers of 0 to 255."""
    parts = [int(part) for part in text.split(".")]
    if len(parts) != 4 or not all(0 <= part <= 255 for part in parts):
        raise ValueError(f"not an IPv4 address: {text!r}")
    return parts[0] << 24 | parts[1] << 16 | parts[2] << 8 | parts[3]


def mac_text(mac: bytes) -> str:
    return mac.hex(":")


def mac_bytes(text: str) -> bytes:
    """ValueError for anything but six bytes."""
    mac = bytes.fromhex(text.replace(":", ""))
    if len(mac) != 6:
        raise ValueError(f"not a MAC address: {text!r}")
    return mac
