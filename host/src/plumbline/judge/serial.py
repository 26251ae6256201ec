# SPDX-License-Identifier: GPL-2.0-or-later
"""Sequence numbers: 32 bits that wrap (RFC 9293 3.4)."""

MODULUS = 1 << 32


def ahead(number: int, of: int) -> int:
    """How far `number` lies ahead of `of`; negative when behind."""
    distance = (number - of) % MODULUS
    return distance - MODULUS if distance >= MODULUS >> 1 else distance


def plus(number: int, octets: int) -> int:
    return (number + octets) % MODULUS


def later(one: int, other: int) -> int:
    """The one that lies ahead."""
    return one if ahead(one, other) >= 0 else other
