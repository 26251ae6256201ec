# SPDX-License-Identifier: GPL-2.0-or-later
import pytest

from plumbline.cost.cortex_m7 import split
from plumbline.cost.rows import Cost, Row, costs, parse_rows
from plumbline.errors import Died
from plumbline.trace.counts import Ended

SAID = "row nothing 4 4 0 0\nrow echo 2 3 2 4\ndone\n"
NOTHING, ECHO = Row("nothing", 4, 4, 0, 0), Row("echo", 2, 3, 2, 4)


def test_rows_come_as_they_ran() -> None:
    assert parse_rows(SAID) == [NOTHING, ECHO]


def test_a_run_that_did_not_reach_its_end_is_none() -> None:
    with pytest.raises(Died, match="ax: no SYN-ACK"):
        parse_rows("row nothing 4 4 0 0\nax: no SYN-ACK\n")


def test_what_counting_costs_is_taken_off_step_by_step() -> None:
    assert costs([NOTHING, ECHO], {"nothing": 20, "echo": 215}) == {"echo": Cost(100, 1, 2)}


def test_steps_before_a_row_are_not_of_it() -> None:
    steps = [Ended("step", 5)] * 4
    warm_up = [Ended("step", 999)] * 7
    ended = [*steps, Ended("row", 0), *warm_up, *(Ended("step", n) for n in (1, 2, 3)), Ended("row", 0)]

    assert split([NOTHING, ECHO], ended) == {"nothing": 20, "echo": 6}
