# SPDX-License-Identifier: GPL-2.0-or-later
"""TCP: acknowledging often enough, and not without a cause."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.judge.connection import Connection
from plumbline.judge.options import read_options
from plumbline.judge.rules import Complaint, Device
from plumbline.judge.serial import ahead, plus
from plumbline.wire.decode import ACK, FIN, RST, SYN, Tcp

_KEEPALIVE = -1  # SEQ of a keep-alive probe lies this far from SND.NXT


class Acks:
    """The acknowledgements of one connection."""

    def __init__(self, device: Device) -> None:
        self._limit_ms = device.ack_delay_ms
        self._credit = 0  # segments that came and may still be answered
        self._full_size = 0  # the MSS the device offered
        self._due_since: int | None = None
        self._due_full = 0  # full-sized segments not yet acknowledged
        self._due_end: int | None = None
        self._in_doubt = False  # the device may lack something that the wire shows

    def doubt(self) -> None:
        """What came may be lost to the device: it owes nothing until it has acknowledged all there is."""
        self._in_doubt = True
        self._nothing_due()

    def postpone(self, ms: int) -> None:
        """Until now the device could not look, or could not answer: its time begins now."""
        if self._due_since is not None:
            self._due_since = ms

    def hear(self, connection: Connection, segment: Tcp, ms: int) -> None:
        """A segment of the peer, before the connection has taken it down."""
        self._credit += 1
        receiving, sending = connection.receiving, connection.sending
        if receiving is None or sending is None or sending.edge is None or self._in_doubt:
            return
        end = plus(segment.seq, segment.seg_len)
        in_order = ahead(segment.seq, receiving.end) <= 0 < ahead(end, receiving.end)
        plain = segment.flags & ACK and not segment.flags & (SYN | RST)
        if not (plain and in_order) or ahead(end, sending.edge) > 0:
            return
        if receiving.fin_at is not None and ahead(end, receiving.fin_at) > 0:
            return
        if not 0 <= ahead(segment.ack, sending.una) <= ahead(sending.end, sending.una):
            return
        self._due_since = ms if self._due_since is None else self._due_since
        self._due_full += bool(self._full_size and len(segment.payload) >= self._full_size)
        self._due_end = end

    def check(self, connection: Connection, segment: Tcp) -> Iterator[Complaint]:
        """A segment of the device, before the connection has taken it down."""
        if segment.flags & RST:
            self._nothing_due()
            return
        receiving = connection.receiving
        if segment.flags & SYN or (receiving is not None and segment.ack == receiving.end):
            self._in_doubt = False
        if segment.flags & SYN:
            self._full_size = read_options(segment.options).mss or 0
            self._nothing_due()
            return
        if self._due_end is not None and ahead(segment.ack, self._due_end) >= 0:
            self._nothing_due()
        elif connection.sending is not None and segment.ack != connection.sending.last_ack:
            self._due_full = 0
        yield from self._check_cause(connection, segment)

    def _check_cause(self, connection: Connection, segment: Tcp) -> Iterator[Complaint]:
        sending = connection.sending
        if segment.payload or segment.flags & FIN or sending is None:
            return
        if segment.ack != sending.last_ack or segment.window != sending.last_window:
            self._credit = max(0, self._credit - 1)
            return
        if self._credit:
            self._credit -= 1
        elif ahead(segment.seq, sending.end) != _KEEPALIVE:
            yield Complaint("tcp-ack-cause", f"ACK {segment.ack}, window {segment.window}, again, and nothing came")

    def settle(self, connection: Connection, ms: int) -> Iterator[Complaint]:
        """A fence was answered at `ms` and all before it is processed."""
        self._credit = min(self._credit, 1)
        if connection.reset:
            self._nothing_due()
        if self._due_full >= 2:
            yield Complaint("tcp-ack-second", f"{self._due_full} full-sized segments are not acknowledged")
            self._due_full = 0
        if self._due_since is not None and (ms - self._due_since) % (1 << 32) >= self._limit_ms:
            yield Complaint("tcp-ack-late", f"came at {self._due_since} ms, not acknowledged at {ms} ms")
            self._nothing_due()

    def _nothing_due(self) -> None:
        self._due_since = self._due_end = None
        self._due_full = 0
