# SPDX-License-Identifier: GPL-2.0-or-later
from plumbline.trace.lines import Coverage, coverage, parse_places


def test_addresses_without_a_line_are_left_out() -> None:
    answers = ["/src/a.c:12", "/src/a.c:13 (discriminator 2)", "??:0", "/src/b.c:?"]

    assert parse_places([0, 2, 4, 6], answers) == {0: ("/src/a.c", 12), 2: ("/src/a.c", 13)}


def test_a_line_ran_as_often_as_its_busiest_instruction() -> None:
    places = {0: ("a.c", 1), 2: ("a.c", 1), 4: ("a.c", 2), 6: ("b.c", 9)}

    found = coverage(places, {0: 3, 2: 5})

    assert found == [Coverage("a.c", {1: 5, 2: 0}), Coverage("b.c", {9: 0})]
    assert [file.ran for file in found] == [1, 0]
