# SPDX-License-Identifier: GPL-2.0-or-later
"""Pattern streams over a connection, on bytes: the window is kept, what comes is checked and acknowledged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbline.errors import Unexpected
from plumbline.peer.arrival import Arrival
from plumbline.shell.pattern import Pattern, pattern_bytes
from plumbline.wire.decode import ACK, RST

if TYPE_CHECKING:
    from plumbline.peer.tcp import TcpEnd

DELAYED_ACK_MAX_MS = 500  # RFC 9293 3.8.6.3: an acknowledgment is never later than this
_HALF = 1 << 31
_MOD = 1 << 32


def stream(
    end: TcpEnd,
    *,
    send: Pattern | None = None,
    receive: Pattern | None = None,
    mss: int | None = None,
    patience_ms: int = DELAYED_ACK_MAX_MS,
) -> None:
    """Sends and receives at once, until both are done and acknowledged. Unexpected when it stalls, is reset, or what
    comes is not the pattern. A device that retransmits may need more patience."""
    run = _Stream(end, send or Pattern(0, 0, 0), receive, mss or end.dut_mss)
    while not run.is_done():
        moved = run.hear()
        moved = run.send_next() or moved
        if not moved and not end.medium.advance_to_frame(patience_ms).sent:
            raise run.stalled()


class _Stream:
    def __init__(self, end: TcpEnd, send: Pattern, receive: Pattern | None, mss: int) -> None:
        self._end = end
        self._send = send
        self._receive = receive
        self._mss = mss
        self._sent = 0
        self._received = 0

    def is_done(self) -> bool:
        received = self._receive is None or self._received == self._receive.length
        return received and self._sent == self._send.length and self._end.dut_acked == self._end.snd_nxt

    def send_next(self) -> bool:
        """One segment, when the window has room for one worth sending (RFC 9293 3.8.6.2.1)."""
        left = self._send.length - self._sent
        room = _distance(self._end.snd_nxt, self._end.dut_acked + self._end.dut_window)
        outstanding = _distance(self._end.dut_acked, self._end.snd_nxt)
        size = min(self._mss, room, left)
        if size <= 0 or (size < min(self._mss, left) and outstanding):
            return False
        self._end.send_data(pattern_bytes(self._send.seed, self._send.offset + self._sent, size))
        self._sent += size
        return True

    def hear(self) -> bool:
        """Takes what came; acknowledges it once. Whether anything was news."""
        before = (self._end.dut_acked, self._end.dut_window, self._received)
        owed = False
        for arrival in self._end.inbox.take():
            owed = self._take(arrival) or owed
        if owed:
            self._end.send_data(b"", flags=ACK)
        return before != (self._end.dut_acked, self._end.dut_window, self._received)

    def stalled(self) -> Unexpected:
        wanted = self._receive.length if self._receive is not None else 0
        acked = self._sent - _distance(self._end.dut_acked, self._end.snd_nxt)
        return self._unexpected(
            f"the stream stands still: sent {self._sent} of {self._send.length}, acknowledged {acked}, "
            f"received {self._received} of {wanted}, the device's window is {self._end.dut_window}"
        )

    def _take(self, arrival: Arrival) -> bool:
        """Whether it must be acknowledged."""
        tcp = arrival.frame.tcp
        if tcp is None or tcp.flags & RST:
            raise self._unexpected(f"the stream was reset by frame {arrival.number}")
        known = _distance(tcp.seq, self._end.rcv_nxt)
        if self._receive is None and tcp.payload:
            self._end.dut_acked, self._end.dut_window = tcp.ack, tcp.window
            self._end.inbox.arrivals.append(arrival)  # not ours: the scenario's to expect
            return False
        self._end.note_arrived(arrival)
        if self._receive is not None and 0 <= known < max(1, len(tcp.payload)):
            self._check(tcp.payload[known:], self._receive, arrival.number)
            if known:  # a retransmission that begins with what is known
                self._end.rcv_nxt = (self._end.rcv_nxt + tcp.seg_len - known) % _MOD
        return bool(tcp.seg_len)

    def _check(self, payload: bytes, receive: Pattern, number: int) -> None:
        expected = pattern_bytes(receive.seed, receive.offset + self._received, len(payload))
        if self._received + len(payload) > receive.length:
            raise self._unexpected(f"frame {number} goes beyond the {receive.length} bytes expected")
        if payload != expected:
            at = next(i for i, (a, b) in enumerate(zip(payload, expected, strict=True)) if a != b)
            raise self._unexpected(f"frame {number} is not the pattern from byte {self._received + at} on")
        self._received += len(payload)

    def _unexpected(self, text: str) -> Unexpected:
        return Unexpected(f"{text}\n\n{self._end.medium.ladder()}")


def _distance(start: int, end: int) -> int:
    """From `start` to `end` modulo 2^32; negative when `end` lies before it."""
    distance = (end - start) % _MOD
    return distance if distance < _HALF else distance - _MOD
