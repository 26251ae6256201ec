# SPDX-License-Identifier: GPL-2.0-or-later
from pathlib import Path

from plumbline.trace.lines import Coverage
from plumbline.trace.listing import annotated, below, summary, write

SOURCE = "int one(void)\n{\n    return 1;\n}\n"


def test_each_line_stands_beside_how_often_it_ran() -> None:
    lines = list(annotated(SOURCE, {1: 12, 3: 0}))

    assert [line.split() for line in lines] == [["12", "int", "one(void)"], ["{"], ["#####", "return", "1;"], ["}"]]


def test_files_with_the_most_lines_that_never_ran_come_first() -> None:
    files = [Coverage("a.c", {1: 1, 2: 0}), Coverage("b.c", {1: 0, 2: 0, 3: 4}), Coverage("c.c", {1: 1})]

    rows = [row.split() for row in summary(files)]

    assert [row[-1] for row in rows[1:]] == ["b.c", "a.c", "c.c", "all"]
    assert rows[-1] == ["6", "3", "3", "50.0%", "all"]


def test_what_lies_outside_the_checkout_is_left_out(tmp_path: Path) -> None:
    found = [Coverage(f"{tmp_path}/fw/../fw/a.c", {1: 1}), Coverage("/build/libc/memcpy.c", {1: 1})]

    assert below(tmp_path, found) == [Coverage("fw/a.c", {1: 1})]


def test_a_listing_lies_where_its_file_does(tmp_path: Path) -> None:
    (tmp_path / "fw").mkdir()
    (tmp_path / "fw/a.c").write_text(SOURCE)

    write(tmp_path / "out", tmp_path, [Coverage("fw/a.c", {3: 7})])

    assert "7      return 1;" in (tmp_path / "out/fw/a.c.txt").read_text()
    assert "100.0%  fw/a.c" in (tmp_path / "out/summary.txt").read_text()
