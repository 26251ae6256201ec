# SPDX-License-Identifier: GPL-2.0-or-later
from plumbline.shell.leaks import leaks
from plumbline.shell.views import MemView, Pool


def mem(pbufs: int, most: int = 0, **levels: int) -> MemView:
    return MemView({"pbuf": Pool(pbufs, most, 16)}, levels)


def test_equal_levels_are_no_leak_whatever_the_high_water_mark() -> None:
    assert leaks(mem(1, tcp=0), mem(1, most=9, tcp=0)) == []


def test_each_level_that_differs_is_named_with_its_numbers() -> None:
    found = leaks(mem(0, tcp=0, timers=2), mem(3, tcp=1, timers=2))

    assert found == ["pool pbuf: 3 used, 0 before", "tcp: 1 used, 0 before"]


def test_what_was_taken_away_is_told_too() -> None:
    assert leaks(mem(0, timers=2), mem(0, timers=1)) == ["timers: 1 used, 2 before"]


def test_a_pool_that_appears_counts_from_nothing() -> None:
    assert leaks(MemView({}, {}), mem(2)) == ["pool pbuf: 2 used, 0 before"]
