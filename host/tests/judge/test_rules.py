# SPDX-License-Identifier: GPL-2.0-or-later
"""Each rule fires on a frame that breaks it, alone, and names that frame."""

from __future__ import annotations

import pytest

from host.tests.judge.broken_tapes import BREAKS, Play
from host.tests.judge.tape import Tape
from plumbline.events import FrameEvent, Way
from plumbline.judge import RULES


@pytest.mark.parametrize(("rule", "play"), BREAKS, ids=[f"{rule}-{play.__name__}" for rule, play in BREAKS])
def test_a_rule_fires_alone_and_names_the_frame(rule: str, play: Play) -> None:
    tape = Tape()
    play(tape)

    findings = tape.findings()

    last = [event for event in tape.events if isinstance(event, FrameEvent) and event.way is Way.FROM_DUT][-1]
    assert {finding.rule for finding in findings} == {rule}
    assert findings[-1].number == last.number
    assert rule in str(findings[-1])


def test_every_rule_is_shown_to_fire() -> None:
    assert {rule for rule, _ in BREAKS} == set(RULES)
