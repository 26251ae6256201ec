# SPDX-License-Identifier: GPL-2.0-or-later
"""Random sends and receives from fixed seeds, against the model."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from plumbline.scenario import Dut, Pattern, Peer, scenario
from scenarios.udp.rings import RxRing, TxRing

STEPS = 200
SEEDS = range(3)
GEOMETRY = [(64, 2), (64, 9), (97, 5), (150, 3)]  # bytes and slots of a ring


def rolls(seed: int, size: int) -> Iterator[tuple[bool, int, int]]:
    """For each step: whether the oldest leaves, what is tried next, and what else is asked for."""
    dice = bytes(Pattern(seed, 0, 3 * STEPS))
    for leaves, first, second in zip(dice[::3], dice[1::3], dice[2::3], strict=True):
        yield leaves < 110, first * first * (size + 8) >> 16, second * (size + 8) >> 8


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("size", "slots"), GEOMETRY)
@scenario("AX-UDP-1", "AX-UDP-5", "AX-UDP-6", "AX-UDP-7", "AX-UDP-10")
def test_the_tx_ring_agrees_with_its_model(dut: Dut, peer: Peer, size: int, slots: int, seed: int) -> None:
    ring = TxRing(dut, peer, size, slots)

    for step, (leaves, length, other) in enumerate(rolls(seed, size)):
        assert ring.can_take(other) is (ring.model.place(other) is not None), f"step {step}"
        if leaves and ring.model.queued:
            ring.give()
        else:
            ring.offer(Pattern(step, 0, length))
        ring.check()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("size", "slots"), GEOMETRY)
@scenario("AX-UDP-1", "AX-UDP-2", "AX-UDP-6", "AX-UDP-7", "AX-UDP-12", "AX-FULL-9")
def test_the_rx_ring_agrees_with_its_model(dut: Dut, peer: Peer, size: int, slots: int, seed: int) -> None:
    ring = RxRing(dut, peer, size, slots)

    for step, (leaves, length, _) in enumerate(rolls(seed, size)):
        if leaves and ring.model.queued:
            ring.give()
        else:
            ring.offer(Pattern(step, 0, length))
        ring.check()
