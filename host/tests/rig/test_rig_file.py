# SPDX-License-Identifier: GPL-2.0-or-later
"""Which rig file counts, and where the next one goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from plumbline.errors import BenchError
from plumbline.rig.rig_file import anchor, find_rig, rig_to_write


def put(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_the_first_that_there_is_counts(tmp_path: Path) -> None:
    checkout, home = tmp_path / "work/checkout", {"HOME": str(tmp_path / "home")}

    own = put(tmp_path / "home/.config/plumbline/rig.yaml")
    assert find_rig(None, home, checkout) == own
    beside = put(tmp_path / "work/rig.yaml")
    assert find_rig(None, home, checkout) == beside
    named = put(tmp_path / "lab.yaml")
    assert find_rig(None, {**home, "PLUMB_RIG": str(named)}, checkout) == named
    asked = put(tmp_path / "mine.yaml")
    assert find_rig(str(asked), {**home, "PLUMB_RIG": str(named)}, checkout) == asked


def test_without_one_it_says_where_it_looked_and_what_makes_one(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match=r"neither --rig nor \$PLUMB_RIG, .*/rig.yaml, .*/conf/plumbline/rig.yaml; `p"):
        find_rig(None, {"XDG_CONFIG_HOME": str(tmp_path / "conf")}, tmp_path / "checkout")


def test_who_has_no_home_has_it_beside_the_checkout(tmp_path: Path) -> None:
    assert rig_to_write(None, {}, tmp_path / "checkout") == tmp_path / "rig.yaml"
    with pytest.raises(BenchError, match=r"\$PLUMB_RIG, \S+/rig.yaml; `plumb"):
        find_rig(None, {}, tmp_path / "checkout")


def test_one_that_is_named_and_not_there_is_not_replaced_by_another(tmp_path: Path) -> None:
    put(tmp_path / "rig.yaml")
    with pytest.raises(BenchError, match=r"there is no rig file .*nope.yaml: `plumb rig scan --rig"):
        find_rig(str(tmp_path / "nope.yaml"), {}, tmp_path / "checkout")


def test_a_folder_is_no_rig_file(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match=f"^{tmp_path} is a folder, and no rig file: name the file in it$"):
        find_rig(str(tmp_path), {}, tmp_path / "checkout")


def test_the_way_out_can_be_typed_as_it_stands(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match=r"--rig '/\S+/my rig.yaml'` writes one"):
        find_rig(str(tmp_path / "my rig.yaml"), {}, tmp_path / "checkout")


@pytest.mark.parametrize(
    ("named", "meant"), [("../my rig.yaml", "/desk/host/../my rig.yaml"), ("/else.yaml", "/else.yaml"), ("", "")]
)
def test_a_relative_variable_is_meant_from_where_plumb_was_started(named: str, meant: str) -> None:
    environment = {"PLUMB_RIG": named}
    anchor(environment, Path("/desk/host"))

    assert environment == {"PLUMB_RIG": meant}


def test_a_new_one_goes_to_the_users_own_folder(tmp_path: Path) -> None:
    environment, checkout = {"HOME": str(tmp_path)}, tmp_path / "work/checkout"

    assert rig_to_write(None, environment, checkout) == tmp_path / ".config/plumbline/rig.yaml"
    beside = put(tmp_path / "work/rig.yaml")
    assert rig_to_write(None, environment, checkout) == beside
    assert rig_to_write("there.yaml", environment, checkout) == Path("there.yaml")
