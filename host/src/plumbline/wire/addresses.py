# SPDX-License-Identifier: GPL-2.0-or-later
"""IPv4 addresses as numbers and as people write them."""

from __future__ import annotations

import re


def ipv4_text(addr: int) -> str:
    return f"{addr >> 24}.{addr >> 16 & 255}.{addr >> 8 & 255}.{addr & 255}"


def ipv4_number(text: str) -> int:
    """ValueError for anything but four numbers of 0 to 255."""
    parts = text.split(".")
    if len(parts) != 4 or not all(re.fullmatch("[0-9]{1,3}", part) and int(part) <= 255 for part in parts):
        raise ValueError(f"not an IPv4 address: {text!r}")
    return int.from_bytes(bytes(map(int, parts)), "big")


def netmask_number(text: str) -> int:
    """ValueError for anything but an address whose ones stand before its zeros."""
    number = ipv4_number(text)
    zeros = number ^ 0xFFFFFFFF
    if zeros & (zeros + 1):
        raise ValueError(f"not a netmask, ones before zeros: {text!r}")
    return number


def mac_text(mac: bytes) -> str:
    return mac.hex(":")


def mac_bytes(text: str) -> bytes:
    """ValueError for anything but six bytes."""
    octets = text.split(":")
    if len(octets) != 6 or not all(re.fullmatch("[0-9A-Fa-f]{2}", octet) for octet in octets):
        raise ValueError(f"not a MAC address: {text!r}")
    return bytes.fromhex("".join(octets))
