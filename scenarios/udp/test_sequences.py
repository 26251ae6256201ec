# SPDX-License-Identifier: GPL-2.0-or-later
"""The contract's table of sequences: where the next datagram goes in a ring of so many bytes and slots.

Each is played on both rings: on tx, where polling by hand holds the ring still and what leaves is on the wire, and
on rx, which the wire fills and the application drains.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol

import pytest

from plumbline.scenario import Dut, Pattern, Peer, bound, refused, scenario


class Ring(Protocol):
    def takes(self, *lengths: int) -> None: ...
    def blocks(self, length: int) -> None: ...
    def refuses(self, length: int) -> None: ...
    def can_take(self, length: int, expected: bool) -> None: ...
    def gives(self, count: int = 1) -> None:
        """The oldest leave, whole and as they came."""


Open = Callable[[int, int], Ring]


class TxRing:
    def __init__(self, dut: Dut, peer: Peer, size: int, slots: int) -> None:
        self.dut, self.peer = dut, peer
        self.end, self.udp = bound(dut, peer, tx=size, tx_slots=slots)
        self.queued: deque[Pattern] = deque()
        self.ids = 0
        dut.poll_by_hand()

    def takes(self, *lengths: int) -> None:
        for length in lengths:
            self.can_take(length, True)
            self.ids += 1
            self.queued.append(Pattern(self.ids, 0, length))
            assert self.udp.send(self.peer, self.end.sport, self.queued[-1]) == self.ids
        self._is_as_queued()

    def blocks(self, length: int) -> None:
        self._fails(length, "would-block")

    def refuses(self, length: int) -> None:
        self._fails(length, "too-large")

    def can_take(self, length: int, expected: bool) -> None:
        assert self.udp.can_send(length) is expected

    def gives(self, count: int = 1) -> None:
        for _ in range(count):
            self.dut.poll(datagrams=1)
            self.end.expect(bytes(self.queued.popleft()))
            self.end.expect_nothing()
        self._is_as_queued()

    def _fails(self, length: int, error: str) -> None:
        self.can_take(length, False)
        with refused(error):
            self.udp.send(self.peer, self.end.sport, Pattern(0, 0, length))
        self._is_as_queued()

    def _is_as_queued(self) -> None:
        state = self.udp.state()
        assert (state.tx, state.tx_slots) == (sum(map(len, self.queued)), len(self.queued))


class RxRing:
    def __init__(self, dut: Dut, peer: Peer, size: int, slots: int) -> None:
        self.size, self.slots = size, slots
        self.end, self.udp = bound(dut, peer, rx=size, rx_slots=slots)
        self.queued: deque[Pattern] = deque()
        self.received = 0
        self.dropped = {"rx_dropped_payload": 0, "rx_dropped_slots": 0}

    def takes(self, *lengths: int) -> None:
        for length in lengths:
            self.received += 1
            self.queued.append(Pattern(self.received, 0, length))
            self.end.send(bytes(self.queued[-1]))
        self._is_as_queued()

    def blocks(self, length: int) -> None:
        self.dropped["rx_dropped_slots" if len(self.queued) == self.slots else "rx_dropped_payload"] += 1
        self.end.send(bytes(Pattern(0, 0, length)))
        self._is_as_queued()

    refuses = blocks

    def can_take(self, length: int, expected: bool) -> None:
        """Nobody can ask that of an rx ring."""

    def gives(self, count: int = 1) -> None:
        for _ in range(count):
            oldest = self.queued.popleft()
            came = self.udp.recv_pattern(self.size, oldest.seed)
            assert (came.n, came.bad) == (oldest.length, 0)
        self._is_as_queued()

    def _is_as_queued(self) -> None:
        state, stats = self.udp.state(), self.udp.stats()
        assert (state.rx, state.rx_slots) == (sum(map(len, self.queued)), len(self.queued))
        assert {"received": self.received, **self.dropped}.items() <= stats.items()
        assert state.can_recv is bool(self.queued)
        self.end.expect_nothing()


@pytest.fixture(params=[TxRing, RxRing], ids=["tx", "rx"])
def ring(request: pytest.FixtureRequest, dut: Dut, peer: Peer) -> Open:
    def open_ring(size: int, slots: int) -> Ring:
        opened: Ring = request.param(dut, peer, size, slots)
        return opened

    return open_ring


@scenario("AX-UDP-20", "AX-UDP-7")
def test_after_draining_the_whole_area_is_one_piece(ring: Open) -> None:
    area = ring(1500, 4)

    area.takes(200)
    area.blocks(1500)
    area.gives()
    area.takes(1500)

    area.gives()


@scenario("AX-UDP-21", "AX-UDP-6")
def test_a_full_area_takes_at_its_front_what_has_left_there(ring: Open) -> None:
    area = ring(1500, 4)
    area.takes(200, 1300)
    area.gives()

    area.blocks(201)
    area.takes(200)
    area.blocks(1)

    area.gives(2)


@scenario("AX-UDP-22", "AX-UDP-6")
def test_the_tail_is_filled_before_the_front(ring: Open) -> None:
    area = ring(1500, 4)
    area.takes(1000, 400)
    area.gives()

    area.takes(100, 100, 900)

    area.gives(4)


@scenario("AX-UDP-23", "AX-UDP-4")
def test_what_is_larger_than_the_area_never_fits(ring: Open) -> None:
    area = ring(1500, 4)

    area.refuses(1501)
    area.takes(1000)
    area.refuses(1501)
    area.gives()
    area.refuses(1501)

    area.takes(1500)
    area.gives()


@scenario("AX-UDP-24", "AX-UDP-1")
def test_two_pieces_of_room_are_not_one(ring: Open) -> None:
    area = ring(16, 4)
    area.takes(4, 8)
    area.gives()

    area.blocks(8)
    area.takes(4)

    area.gives(2)


@scenario("AX-UDP-25", "AX-UDP-11")
def test_empty_datagrams_use_slots(ring: Open) -> None:
    area = ring(16, 2)

    area.takes(0, 0)
    area.blocks(0)

    area.gives(2)


@scenario("AX-UDP-26", "AX-UDP-10", "AX-UDP-6")
def test_a_wrap_uses_no_slot(ring: Open) -> None:
    area = ring(16, 2)
    area.takes(8, 4)
    area.gives()

    area.blocks(9)
    area.can_take(4, True)
    area.takes(6)
    area.can_take(0, False)
    area.blocks(0)

    area.gives(2)


@scenario("AX-UDP-27", "AX-UDP-7")
def test_the_area_rewinds_though_an_empty_datagram_is_queued(ring: Open) -> None:
    area = ring(16, 3)
    area.takes(10, 0)
    area.gives()

    area.takes(16)

    area.gives(2)


@scenario("AX-UDP-28", "AX-UDP-8")
def test_twice_the_largest_carries_a_stream_of_largest(ring: Open) -> None:
    area = ring(3000, 4)
    area.takes(1500, 1500)

    for _ in range(50):
        area.blocks(1)
        area.gives()
        area.takes(1500)

    area.gives(2)


@scenario("AX-UDP-29", "AX-UDP-1")
def test_twice_the_largest_may_be_too_small_for_mixed_sizes(ring: Open) -> None:
    area = ring(3000, 4)
    area.takes(100, 1500)
    area.gives()

    area.blocks(1500)
    area.takes(1400)

    area.gives(2)


@scenario("AX-UDP-30", "AX-UDP-9")
def test_three_times_the_largest_has_room_for_any_size(ring: Open) -> None:
    area = ring(4500, 4)
    area.takes(100, 1500)
    area.gives()

    area.takes(1500)

    area.gives(2)
