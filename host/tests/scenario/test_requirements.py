# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest

from plumbline.errors import HarnessError
from plumbline.scenario.checkout import find_checkout
from plumbline.scenario.requirements import Catalogue, Requirement

ONE = Requirement("AX-TCP-1", "MUST", "1 Storage", "a socket works")
OTHER = Requirement("RFC9293 SHLD-19", "SHOULD", "3.8.6.3", "every second segment")


def test_our_own_catalogue_holds_the_contract_and_the_rfcs() -> None:
    catalogue = Catalogue.load(find_checkout(Path(__file__)).requirements)

    assert catalogue["RFC9293 MUST-36"].text.startswith("Zero-window probing")
    assert catalogue["AX-UDP-20"].section == "2 Sequences"
    assert catalogue["RFC6528 1"].level == "SHOULD"


def test_an_unknown_id_names_the_nearest_ones() -> None:
    with pytest.raises(HarnessError, match=r"'RFC9293 SHLD-91'; the nearest are RFC9293 SHLD-19"):
        Catalogue([ONE, OTHER])["RFC9293 SHLD-91"]


def test_an_id_stands_once() -> None:
    with pytest.raises(HarnessError, match="AX-TCP-1 stands twice"):
        Catalogue([ONE, ONE])


def test_the_strongest_level_counts() -> None:
    assert Catalogue([ONE, OTHER]).strongest_level(["RFC9293 SHLD-19", "AX-TCP-1"]) == "MUST"


def test_a_level_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "some.csv").write_text("id,level,section,text\nX-1,OUGHT,1,no\n")

    with pytest.raises(HarnessError, match=r"some\.csv: X-1 has the level 'OUGHT'"):
        Catalogue.load(tmp_path)


@pytest.mark.parametrize("row", ["X-1,MUST,1", "X-1,MUST,1,text with a comma, and more"])
def test_a_row_that_does_not_fit_its_head_is_named(tmp_path: Path, row: str) -> None:
    (tmp_path / "some.csv").write_text(f"id,level,section,text\n{row}\n")

    with pytest.raises(HarnessError, match=r"some\.csv: the row of X-1 has more or fewer cells"):
        Catalogue.load(tmp_path)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"id,level,section\nX-1,MUST,1\n", "its head has no column text; it is id,level,section"),
        (b"id,text\nX-1,no\n", "its head has no column level, section; it is id,text"),
        (b"", "its head has no column id, level, section, text; it is empty"),
        (b"id,level,section,text\nX-1,MUST,1,\xff\n", "can't decode"),
    ],
)
def test_a_file_that_is_no_catalogue_is_named(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "some.csv").write_bytes(content)

    with pytest.raises(HarnessError, match=rf"some\.csv: .*{says}"):
        Catalogue.load(tmp_path)
