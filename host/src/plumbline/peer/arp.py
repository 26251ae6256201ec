# SPDX-License-Identifier: GPL-2.0-or-later
"""Answering ARP (RFC 826), on bytes: peers do it in every scenario."""

from __future__ import annotations

import struct

from plumbline.wire.decode import ETHERTYPE_ARP, ETHERTYPE_IPV4, Arp

REQUEST, ANSWER = 1, 2
_FRAME = struct.Struct("!6s6sHHHBBH6sI6sI")


def answer(question: Arp, *, mac: bytes) -> bytes:
    """What the host at the address asked for says."""
    return _FRAME.pack(
        question.sender_mac, mac, ETHERTYPE_ARP, 1, ETHERTYPE_IPV4, 6, 4, ANSWER,
        mac, question.target_ip, question.sender_mac, question.sender_ip,
    ).ljust(60, b"\0")  # fmt: skip
