# SPDX-License-Identifier: GPL-2.0-or-later
import pytest

from plumbline.cost.x86_64 import counted
from plumbline.errors import BenchError

FIRST = """\
# callgrind format
events: Ir
summary: 100

fl=(1) a.c
fn=(1) stack_input
10 40
+1 10
cfn=(2) uncounted_piece
calls=2 20
12 50

fn=(2)
20 50
"""
SECOND = """\
summary: 70

fn=(2)
20 30
fn=(1)
* 40
"""


def test_what_stands_for_hardware_is_taken_off() -> None:
    assert counted(FIRST, {}) == 50


def test_a_name_written_out_in_an_earlier_part_is_known() -> None:
    names: dict[str, str] = {}

    counted(FIRST, names)
    assert counted(SECOND, names) == 40


def test_a_part_without_a_sum_is_the_benchs_fault() -> None:
    with pytest.raises(BenchError, match="no summary"):
        counted("events: Ir\n", {})
