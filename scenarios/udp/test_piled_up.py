# SPDX-License-Identifier: GPL-2.0-or-later
"""Datagrams pile up in areas of the sizes that are advised: twice the largest, or three times where sizes are mixed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from plumbline.scenario import Dut, Pattern, Peer, scenario
from scenarios.udp.rings import Ring, RxRing, TxRing

LARGEST = 1472  # of one frame
STREAM = 20

Rings = Callable[[Dut, Peer, int, int], Ring]
each_way = pytest.mark.parametrize("ring_of", [TxRing, RxRing], ids=["tx", "rx"])


def pattern(number: int, length: int) -> Pattern:
    return Pattern(number, 0, length)


@each_way
@scenario("AX-UDP-8")
def test_a_stream_of_largest_ones_runs_with_one_in_flight(dut: Dut, peer: Peer, ring_of: Rings) -> None:
    ring = ring_of(dut, peer, 2 * LARGEST, 4)
    assert ring.offer(pattern(0, LARGEST)) == ""

    for number in range(1, STREAM):
        assert ring.offer(pattern(number, LARGEST)) == ""
        assert ring.offer(pattern(number, 1))
        ring.give()

    ring.give()
    ring.check()


# Where they lie decides what else fits: behind each other, at the front again, with gaps left behind.
MIXED = {
    "small and large": [100, LARGEST] * 5,
    "one octet and large": [1, LARGEST, LARGEST] * 4,
    "ever larger": list(range(0, LARGEST + 1, 92)),
    "ever smaller": list(range(LARGEST, -1, -92)),
    "in no order": [11 * n * n % (LARGEST + 1) for n in range(30)],
}


@pytest.mark.parametrize("sizes", MIXED.values(), ids=MIXED)
@each_way
@scenario("AX-UDP-9")
def test_any_size_finds_room_while_one_is_queued(dut: Dut, peer: Peer, ring_of: Rings, sizes: list[int]) -> None:
    ring = ring_of(dut, peer, 3 * LARGEST, 4)

    for number, size in enumerate(sizes):
        assert ring.model.place(LARGEST) is not None
        assert ring.offer(pattern(number, size)) == ""
        ring.check()
        if len(ring.model.queued) == 2:
            ring.give()

    ring.give()
    ring.check()
