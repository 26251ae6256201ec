# SPDX-License-Identifier: GPL-2.0-or-later
"""A board that labgrid lends is an entry of the rig file too, and its mistakes are named as all others are."""

from __future__ import annotations

from pathlib import Path

import pytest

from plumbline.errors import BenchError
from plumbline.rig.reading import read_rig
from plumbline.rig.spec import LabPlace

RIG = """\
- name: lab
  platform: nucleo-h743zi
  labgrid: {coordinator: "lab:20408", tags: {board: nucleo-h743zi, room: 2}}
- name: corner
  platform: nucleo-h743zi
  labgrid: {coordinator: lab, place: desk-1}
- id: A
  name: desk
  platform: nucleo-h743zi
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "rig.yaml"
    path.write_text(text)
    return path


def test_places_of_labgrid_stand_beside_boards_of_the_desk(tmp_path: Path) -> None:
    rig = read_rig(written(tmp_path, RIG))

    assert rig.places == (
        LabPlace("lab", "nucleo-h743zi", "lab:20408", None, (("board", "nucleo-h743zi"), ("room", "2"))),
        LabPlace("corner", "nucleo-h743zi", "lab", "desk-1"),
    )
    assert [board.name for board in rig.boards] == ["desk"]
    assert str(rig.find("lab")) == "labgrid's board=nucleo-h743zi, room=2 at lab:20408"


def test_what_is_done_at_a_desk_is_not_done_with_a_board_of_labgrids(tmp_path: Path) -> None:
    rig = read_rig(written(tmp_path, RIG))

    with pytest.raises(BenchError, match="corner is labgrid's desk-1 at lab: this is for boards on the desk"):
        rig.board("corner")
    with pytest.raises(BenchError, match="which board\\? .* has desk, lab, corner"):
        rig.find(None)
    with pytest.raises(BenchError, match="has no board 'attic'; it has desk, lab, corner"):
        rig.find("attic")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("- name: lab\n  platform", "- platform", ":1: a board of labgrid's: name is missing: what people call it"),
        ('coordinator: "lab:20408", ', "", ":3: lab: labgrid.coordinator is missing: where labgrid's coordinator is"),
        (", tags: {board: nucleo-h743zi, room: 2}", "", ":3: lab: labgrid must have place or tags, one of the two"),
        ("place: desk-1", "place: desk-1, tags: {a: b}", ":6: corner: labgrid must have place or tags, one of the two"),
        ("place: desk-1", "place: desk-1, user: me", "labgrid.user is not known: there are coordinator, place"),
        (
            "{coordinator: lab, place: desk-1}",
            "lab",
            ":6: corner: labgrid must be a mapping: coordinator, and place or",
        ),
        (
            "  labgrid: {coordinator: lab,",
            "  net: eth1\n  labgrid: {coordinator: lab,",
            ":6: corner: net is not known: .* in the rig file where the board's exporter runs",
        ),
        (
            "  labgrid: {coordinator: lab,",
            "  hue: a\n  labgrid: {coordinator: lab,",
            "corner: hue is not known: there are",
        ),
        ("name: corner", "name: desk", ":8: desk: name is desk, and that is another's at line 4: it can only be one's"),
    ],
)
def test_a_mistake_is_named_by_line_board_and_key(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in RIG
    with pytest.raises(BenchError, match=says):
        read_rig(written(tmp_path, RIG.replace(old, new, 1)))
