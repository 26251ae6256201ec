# SPDX-License-Identifier: GPL-2.0-or-later
"""Random sends and receives from fixed seeds, against a model that looks for each datagram's place anew."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from plumbline.scenario import Dut, Pattern, Peer, bound, refused, scenario

STEPS = 200
SEEDS = range(3)
GEOMETRY = [(64, 2), (64, 9), (97, 5), (150, 3)]  # bytes and slots of a ring


@dataclass
class Model:
    """The contract's ring: a datagram lies behind the newest if it fits there, else at the front, in one piece."""

    size: int
    slots: int
    queued: deque[tuple[int, Pattern]] = field(default_factory=deque)

    def place(self, length: int) -> int | None:
        spans = [(at, at + pattern.length) for at, pattern in self.queued if pattern.length]
        if len(self.queued) == self.slots:
            return None
        for at in (spans[-1][1], 0) if spans else (0,):
            if at + length <= self.size and all(at + length <= first or last <= at for first, last in spans):
                return at
        return None

    def error(self, length: int) -> str:
        return "too-large" if length > self.size else "would-block"

    @property
    def payload(self) -> int:
        return sum(pattern.length for _, pattern in self.queued)


def rolls(seed: int, size: int) -> Iterator[tuple[bool, int, int]]:
    """For each step: whether the oldest leaves, what is tried next, and what else is asked for."""
    dice = bytes(Pattern(seed, 0, 3 * STEPS))
    for leaves, first, second in zip(dice[::3], dice[1::3], dice[2::3], strict=True):
        yield leaves < 110, first * first * (size + 8) >> 16, second * (size + 8) >> 8


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("size", "slots"), GEOMETRY)
@scenario("AX-UDP-1", "AX-UDP-5", "AX-UDP-6", "AX-UDP-7", "AX-UDP-10")
def test_the_tx_ring_agrees_with_its_model(dut: Dut, peer: Peer, size: int, slots: int, seed: int) -> None:
    end, udp = bound(dut, peer, tx=size, tx_slots=slots)
    model = Model(size, slots)
    dut.poll_by_hand()

    for step, (leaves, length, other) in enumerate(rolls(seed, size)):
        assert udp.can_send(other) is (model.place(other) is not None), f"step {step}"
        pattern = Pattern(step, 0, length)
        if leaves and model.queued:
            dut.poll(datagrams=1)
            assert end.payloads() == [bytes(model.queued.popleft()[1])]
        elif (at := model.place(length)) is not None:
            udp.send(peer, end.sport, pattern)
            model.queued.append((at, pattern))
        else:
            with refused(model.error(length)):
                udp.send(peer, end.sport, pattern)
        state = udp.state()
        assert (state.tx, state.tx_slots) == (model.payload, len(model.queued)), f"step {step}"

    end.expect_nothing()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("size", "slots"), GEOMETRY)
@scenario("AX-UDP-1", "AX-UDP-2", "AX-UDP-6", "AX-UDP-7", "AX-UDP-12", "AX-FULL-9")
def test_the_rx_ring_agrees_with_its_model(dut: Dut, peer: Peer, size: int, slots: int, seed: int) -> None:
    end, udp = bound(dut, peer, rx=size, rx_slots=slots)
    model = Model(size, slots)
    counted = {"received": 0, "rx_dropped_slots": 0, "rx_dropped_payload": 0}

    for step, (leaves, length, _) in enumerate(rolls(seed, size)):
        pattern = Pattern(step, 0, length)
        if leaves and model.queued:
            assert udp.recv(size).data == bytes(model.queued.popleft()[1])
            continue
        at = model.place(length)
        full = "rx_dropped_slots" if len(model.queued) == slots else "rx_dropped_payload"
        end.send(bytes(pattern))
        counted["received" if at is not None else full] += 1
        if at is not None:
            model.queued.append((at, pattern))
        state = udp.state()
        assert (state.rx, state.rx_slots) == (model.payload, len(model.queued)), f"step {step}"

    assert counted.items() <= udp.stats().items()
    end.expect_nothing()
