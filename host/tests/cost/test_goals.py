# SPDX-License-Identifier: GPL-2.0-or-later
from pathlib import Path

import pytest

from plumbline.cost.goals import Goal, outcomes, read_goals
from plumbline.cost.ledger import read
from plumbline.errors import BenchError
from plumbline.scenario.checkout import find_checkout

AX, RAW = "cortex-m7.lwip.ax.tcp-echo-1", "cortex-m7.lwip.raw.tcp-echo-1"


def test_a_goal_may_be_a_multiple_of_another_number() -> None:
    (outcome,) = outcomes([Goal(AX, 1.17, "", of=RAW)], {AX: 120, RAW: 100})

    assert outcome.limit == pytest.approx(117)
    assert not outcome.is_met


def test_a_goal_that_is_just_reached_is_met() -> None:
    (outcome,) = outcomes([Goal(AX, 120, "")], {AX: 120})

    assert outcome.is_met


def test_goals_of_what_was_not_measured_are_left_out() -> None:
    assert outcomes([Goal(AX, 1.17, "", of=RAW), Goal("other", 1, "")], {AX: 120}) == []


def test_an_unknown_word_in_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "goals.toml").write_text('[[goal]]\nkey = "a"\nat_least = 3\nwhy = ""\n')
    with pytest.raises(BenchError, match="at_least"):
        read_goals(tmp_path / "goals.toml")


def test_every_goal_of_ours_is_of_numbers_that_are_measured() -> None:
    costs = find_checkout(Path(__file__)).costs
    goals, numbers = read_goals(costs / "goals.toml"), read(costs / "measured.toml")

    assert {key for goal in goals for key in (goal.key, goal.of) if key} <= numbers.keys()
