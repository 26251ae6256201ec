# SPDX-License-Identifier: GPL-2.0-or-later
"""What came of the device's stream, looked at without acknowledging any of it."""

from __future__ import annotations

from plumbline.scenario import TcpEnd
from scenarios.sequence import off

MSS = 1460  # what fits Ethernet, and what peers offer
RING_SIZES = (1, 2, 3, 535, 536, 537, MSS - 1, MSS, MSS + 1, 4096, 65535, 65536)  # all awkward


def payloads(conn: TcpEnd) -> list[bytes]:
    """Takes all segments that came; `conn` goes on as if none had."""
    return [arrival.frame.tcp.payload for arrival in conn.inbox.take() if arrival.frame.tcp is not None]


def lengths(conn: TcpEnd) -> list[int]:
    """The same, by their length."""
    return [len(payload) for payload in payloads(conn)]


def first_octet(conn: TcpEnd) -> int:
    """The sequence number behind the device's SYN."""
    assert conn.irs is not None
    return off(conn.irs, 1)
