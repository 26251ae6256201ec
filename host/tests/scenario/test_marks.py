# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import pytest

from plumbline.errors import HarnessError
from plumbline.scenario import scenario
from plumbline.scenario.marks import Mark, mark_of


def test_a_mark_is_read_back_and_the_function_is_the_same() -> None:
    def test_something() -> None: ...

    marked = scenario("AX-TCP-1", "AX-TCP-2", needs={"pools"})(test_something)

    mark = mark_of(marked)
    assert marked is test_something
    assert mark == Mark(("AX-TCP-1", "AX-TCP-2"), None, frozenset({"pools"}))


def test_an_ordinary_function_has_no_mark() -> None:
    assert mark_of(lambda: None) is None


def test_a_scenario_without_a_requirement_is_refused() -> None:
    with pytest.raises(HarnessError, match="at least one requirement"):
        scenario()


def test_needs_as_a_bare_string_is_refused() -> None:
    with pytest.raises(HarnessError, match="needs is a set"):
        scenario("AX-TCP-1", needs="pools")


def test_a_level_that_is_none_is_refused() -> None:
    with pytest.raises(HarnessError, match="OUGHT"):
        scenario("AX-TCP-1", level="OUGHT")
