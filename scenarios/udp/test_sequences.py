# SPDX-License-Identifier: GPL-2.0-or-later
"""The contract's table of sequences: where the next datagram goes in a ring of so many bytes and slots."""

from __future__ import annotations

import pytest

from plumbline.scenario import Dut, Pattern, Peer, scenario
from scenarios.udp.rings import Ring, RxRing, TxRing

ERRORS = {"": "", "WB": "would-block", "never": "too-large"}

# Bytes, slots, and what is done: sN a datagram of N bytes is taken, or not now (WB), or never; canN the ring says that
# it would take it, or not; d the oldest leaves; e all do.
SEQUENCES = {
    "AX-UDP-20": (1500, 4, "s200 s1500=WB e s1500"),
    "AX-UDP-21": (1500, 4, "s200 s1300 d s201=WB s200 s1=WB"),
    "AX-UDP-22": (1500, 4, "s1000 s400 d s100 s100 s900"),
    "AX-UDP-23": (1500, 4, "s1501=never s1000 s1501=never d s1501=never s1500"),
    "AX-UDP-24": (16, 4, "s4 s8 d s8=WB s4"),
    "AX-UDP-25": (16, 2, "s0 s0 s0=WB"),
    "AX-UDP-26": (16, 2, "s8 s4 d s9=WB can4 s6 can0=no s0=WB"),
    "AX-UDP-27": (16, 3, "s10 s0 d s16"),
    "AX-UDP-28": (3000, 4, "s1500 s1500" + 50 * " s1=WB d s1500"),
    "AX-UDP-29": (3000, 4, "s100 s1500 d s1500=WB s1400"),
    "AX-UDP-30": (4500, 4, "s100 s1500 d s1500"),
}


def play(ring: Ring, step: str, number: int) -> None:
    word, _, answer = step.partition("=")
    if word in {"d", "e"}:
        for _ in range(1 if word == "d" else len(ring.model.queued)):
            ring.give()
    elif word.startswith("s"):
        assert ring.offer(Pattern(number, 0, int(word[1:]))) == ERRORS[answer], step
    elif isinstance(ring, TxRing):  # nobody can ask that of an rx ring
        assert ring.can_take(int(word.removeprefix("can"))) is (answer != "no"), step


@pytest.mark.parametrize("sequence", SEQUENCES)
@pytest.mark.parametrize("kind", [TxRing, RxRing], ids=["tx", "rx"])
@scenario("AX-UDP-1", "AX-UDP-6", *SEQUENCES)
def test_holds(dut: Dut, peer: Peer, kind: type[Ring], sequence: str) -> None:
    size, slots, steps = SEQUENCES[sequence]
    ring = kind(dut, peer, size, slots)

    for number, step in enumerate([*steps.split(), "e"]):
        play(ring, step, number)
        ring.check()
