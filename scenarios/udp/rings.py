# SPDX-License-Identifier: GPL-2.0-or-later
"""The two rings of a socket, driven alike and held against the model at every step.

On tx polling by hand holds the ring still, and what leaves is on the wire; rx is filled by the wire and drained by the
application.
"""

from __future__ import annotations

from collections import Counter

from plumbline.scenario import Dut, Pattern, Peer, bound, refused
from scenarios.udp.ring_model import RingModel


class TxRing:
    """`offer` says "", or why the datagram was not taken; in `give` the oldest leaves, whole and as it came; `check`
    compares levels and counters."""

    def __init__(self, dut: Dut, peer: Peer, size: int, slots: int) -> None:
        self.model = RingModel(size, slots)
        self._dut, self._peer = dut, peer
        self._end, self._udp = bound(dut, peer, tx=size, tx_slots=slots)
        self._ids = 0
        dut.poll_by_hand()

    def offer(self, pattern: Pattern) -> str:
        error = self.model.put(pattern)
        assert self.can_take(pattern.length) is (not error)
        if error:
            with refused(error):
                self._udp.send(self._peer, self._end.sport, pattern)
        else:
            self._ids += 1
            assert self._udp.send(self._peer, self._end.sport, pattern) == self._ids
        return error

    def can_take(self, length: int) -> bool:
        return self._udp.can_send(length)

    def give(self) -> None:
        self._dut.poll(datagrams=1)
        assert self._end.payloads() == [bytes(self.model.take())]

    def check(self) -> None:
        state = self._udp.state()
        assert (state.tx, state.tx_slots) == (self.model.payload, len(self.model.queued))
        self._end.expect_nothing()


class RxRing:
    """The same. What finds no place is dropped in silence, and counted."""

    def __init__(self, dut: Dut, peer: Peer, size: int, slots: int) -> None:
        self.model = RingModel(size, slots)
        self._end, self._udp = bound(dut, peer, rx=size, rx_slots=slots)
        self._counted = Counter({"received": 0, "rx_dropped_payload": 0, "rx_dropped_slots": 0})

    def offer(self, pattern: Pattern) -> str:
        dropped = self.model.drop_counter()
        error = self.model.put(pattern)
        self._counted[dropped if error else "received"] += 1
        self._end.send(bytes(pattern))
        return error

    def give(self) -> None:
        oldest = self.model.take()
        came = self._udp.recv_pattern(self.model.size, oldest.seed, oldest.offset)
        assert (came.n, came.bad) == (oldest.length, 0)

    def check(self) -> None:
        state, stats = self._udp.state(), self._udp.stats()
        assert (state.rx, state.rx_slots) == (self.model.payload, len(self.model.queued))
        assert state.can_recv is bool(self.model.queued)
        assert self._counted.items() <= stats.items()
        self._end.expect_nothing()


Ring = TxRing | RxRing
