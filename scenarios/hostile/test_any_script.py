# SPDX-License-Identifier: GPL-2.0-or-later
"""Whatever hosts send and applications do, in any order: the device lives, breaks no rule, and gives everything back.

A script is drawn, played, and shrunk when it finds something. In the suite the search is the same every time;
`make explore` searches at random and prints its seed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from plumbline.scenario import scenario
from scenarios.hostile import doings, traffic
from scenarios.hostile.scene import Bench, Furniture, Scene, furniture
from scenarios.hostile.steps import Step

BLOCKS, BLOCK = 12, 25  # half of the blocks are played, on average
SEARCH = [Phase.reuse, Phase.generate, Phase.shrink]  # no explaining: it takes longer than all else

_KINDS = traffic.steps + doings.steps


def script_of(kinds: Sequence[st.SearchStrategy[Step]]) -> st.SearchStrategy[list[Step]]:
    """Of some kinds of steps, or of all. Nothing can stand for any step and for any block of them: that is how a search
    leaves out what does not matter, much of it at a time."""
    block = st.tuples(*[st.one_of(st.none(), *(kinds or _KINDS))] * BLOCK)
    return st.tuples(*[st.none() | block] * BLOCKS).map(_flat)


def _flat(blocks: Iterable[Iterable[Step | None] | None]) -> list[Step]:
    return [step for block in blocks for step in block or () if step]


scripts = st.lists(st.sampled_from(_KINDS), unique=True).flatmap(script_of)


@pytest.mark.explore
@scenario("AX-BENCH-7", "AX-BENCH-8", "AX-BENCH-13")
def test_the_device_lives(bench: Bench) -> None:
    @settings(phases=SEARCH)
    @given(furniture, scripts)
    def play(furniture: Furniture, script: Sequence[Step]) -> None:
        bench.begin_example()
        scene = Scene(bench, furniture)
        for step in script:
            step.run(scene)
        bench.end_example()

    play()
