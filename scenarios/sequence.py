# SPDX-License-Identifier: GPL-2.0-or-later
"""Sequence numbers, modulo 2^32 (RFC 9293 3.4)."""

SEQUENCES = 1 << 32


def off(number: int, by: int) -> int:
    """So far ahead of it, or behind."""
    return (number + by) % SEQUENCES
