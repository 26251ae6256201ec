# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames that came, as Scapy shows them."""

from __future__ import annotations

from plumbline.match.layers import Ether, Packet
from plumbline.wire.decode import Frame


def dissect(frame: Frame) -> Packet:
    """Without the padding of short frames: it is no part of what was said."""
    end = len(frame.data) - len(frame.padding)
    packet: Packet = Ether(frame.data[:end])
    return packet
