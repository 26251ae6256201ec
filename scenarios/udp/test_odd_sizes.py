# SPDX-License-Identifier: GPL-2.0-or-later
"""Rings so small that all there is can be tried: each level, each offset, each length, across each wrap."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from plumbline.scenario import Dut, Pattern, Peer, scenario
from scenarios.udp.rings import Ring, RxRing, TxRing

SIZES = [1, 2, 3, 5, 7]
SLOTS = 4  # one more than is used, so that rounds of three begin at every slot


def layouts(size: int) -> Iterator[tuple[int, int]]:
    """A datagram that leaves, and one behind it that stays: it begins and ends at every offset, or is empty."""
    for first in range(1, size + 1):
        for second in range(size - first + 1):
            yield first, second


def drain(ring: Ring) -> None:
    while ring.model.queued:
        ring.give()


@pytest.mark.parametrize("size", SIZES)
@scenario("AX-UDP-1", "AX-UDP-6", "AX-UDP-7", "AX-UDP-10")
def test_tx_takes_each_length_at_each_offset(dut: Dut, peer: Peer, size: int) -> None:
    ring = TxRing(dut, peer, size, SLOTS)
    lengths = range(size + 2)

    for first, second in layouts(size):
        for third in lengths:
            ring.offer(Pattern(first, 0, first))
            ring.offer(Pattern(second, 1, second))
            ring.give()
            ring.offer(Pattern(third, 2, third))
            expected = [ring.model.place(length) is not None for length in lengths]
            assert [ring.can_take(length) for length in lengths] == expected, f"{first}, {second}, {third}"
            drain(ring)

    ring.check()


@pytest.mark.parametrize("size", SIZES)
@scenario("AX-UDP-1", "AX-UDP-2", "AX-UDP-6", "AX-UDP-7", "AX-UDP-12")
def test_rx_takes_each_length_at_each_offset(dut: Dut, peer: Peer, size: int) -> None:
    ring = RxRing(dut, peer, size, SLOTS)

    for first, second in layouts(size):
        for third in range(size + 2):
            ring.offer(Pattern(first, 0, first))
            ring.offer(Pattern(second, 1, second))
            ring.give()
            ring.offer(Pattern(third, 2, third))
            ring.offer(Pattern(third, 3, size - third // 2))
            drain(ring)

    ring.check()


@pytest.mark.parametrize("size", [1, 3, 5])
@pytest.mark.parametrize("slots", [1, 2, 3])
@scenario("AX-UDP-6", "AX-UDP-11")
def test_slots_run_out_before_bytes_do(dut: Dut, peer: Peer, size: int, slots: int) -> None:
    ring = TxRing(dut, peer, size, slots)

    for number in range(4 * slots):
        while not ring.offer(Pattern(number, 0, number % 2)):
            pass
        ring.give()
        ring.check()

    drain(ring)
    assert ring.can_take(size)
