# SPDX-License-Identifier: GPL-2.0-or-later
"""TCP: the RST segments of the device (RFC 9293 3.5.3 and 3.10.7)."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.judge.connection import Connection
from plumbline.judge.rules import Complaint
from plumbline.judge.serial import plus
from plumbline.wire.decode import ACK, RST, Tcp


def check_reset(connection: Connection, segment: Tcp) -> Iterator[Complaint]:
    """Judges a segment with RST, then takes it down. Whether it carries ACK beside a good SEQ is left to scenarios."""
    causes = connection.recent
    if causes and all(cause.flags & RST for cause in causes):
        yield Complaint("tcp-rst-to-rst", "all that came from the peer since the last fence is RST")
    sending = connection.sending
    of_ours = sending is not None and segment.seq == sending.end
    if not of_ours and not any(_answers(segment, cause) for cause in causes):
        known = f"; SND.NXT is {sending.end}" if sending is not None else ""
        yield Complaint("tcp-rst-fields", f"SEQ {segment.seq}, ACK {segment.ack}, flags 0x{segment.flags:02x}{known}")
    if of_ours or sending is None:
        connection.reset = True


def _answers(reset: Tcp, cause: Tcp) -> bool:
    ack_of_cause = plus(cause.seq, cause.seg_len)
    if cause.flags & ACK:
        return reset.seq == cause.ack and (not reset.flags & ACK or reset.ack == ack_of_cause)
    return reset.seq == 0 and bool(reset.flags & ACK) and reset.ack == ack_of_cause
