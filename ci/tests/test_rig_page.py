# SPDX-License-Identifier: GPL-2.0-or-later
"""What docs/rig.md tells a newcomer to type is there, and what it says of messages and keys is all there is."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from plumbline.board import bench_names
from plumbline.cli.commands import parser
from plumbline.errors import BenchError
from plumbline.probe import Trouble
from plumbline.rig.reading import read_rig

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/rig.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
SAID = PAGE.partition("| it says | then |")[2]
SPEAKERS = {"host/src": "*.py", "host/labgrid": "*.py", "fixtures/virtual-nucleo/nucleo": "*.c"}
SOURCE = "".join(path.read_text() for top, names in SPEAKERS.items() for path in (ROOT / top).rglob(names))


def typed(program: str) -> list[list[str]]:
    """What stands behind a program's name on a line to type, without what is said about it."""
    lines = re.findall(rf"^    {re.escape(program)} (.+)$", PAGE, re.MULTILINE)
    return [shlex.split(line.partition("  #")[0].partition(" > ")[0]) for line in lines]


def test_every_command_of_plumb_is_one() -> None:
    commands = typed(".venv/bin/plumb")

    assert len(commands) > 5
    for words in commands:
        _, unknown = parser().parse_known_args(words)
        assert not unknown or words[0] == "run"


def test_every_door_and_bench_is_there_and_listed() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for door, *variables in typed("make"):
        assert re.search(rf"^{door} +\w", listed, re.MULTILINE), door
        benches = [name for word in variables if word.startswith("BENCH=") for name in word[6:].split(",")]
        assert set(benches) <= set(bench_names(ROOT))


def test_what_runs_as_root_is_roots_own() -> None:
    ((folder, line),) = re.findall(
        r"^    ExecStartPre=-\+/bin/sh -c 'cd (\S+) && \.venv/bin/(.+)'$", PAGE, re.MULTILINE
    )

    assert PAGE.count("ExecStartPre=") == 1
    assert not folder.startswith("/home")
    assert ["clone", "REPOSITORY", folder] in typed("sudo git")
    assert ["-C", folder, "setup"] in typed("sudo make")
    assert re.search("^setup:.* ## ", MAKEFILE, re.MULTILINE)
    parser().parse_args(shlex.split(line)[1:])


def test_the_rig_file_of_a_service_is_roots_and_beside_that_checkout() -> None:
    (named,) = re.findall(r"^    Environment=PLUMB_RIG=(\S+)$", PAGE, re.MULTILINE)
    ((folder, _),) = re.findall(r"'cd (\S+) && (.+)'$", PAGE, re.MULTILINE)

    assert Path(named).parent == Path(folder).parent
    assert typed("sudo install")[0][-1] == named


def test_no_line_ends_in_blanks() -> None:
    assert [line for line in PAGE.splitlines() if line != line.rstrip()] == []


def test_every_file_that_it_names_is_there() -> None:
    names = set(re.findall(r"`((?:ci|fixtures|host)/[\w/.-]+)`", PAGE))

    assert names
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_every_trouble_has_a_way_out() -> None:
    assert [trouble.value for trouble in Trouble if f"`{trouble.value}`" not in SAID] == []


def test_everything_that_it_says_is_said_by_something() -> None:
    rows = re.findall(r"^\| (`.+?`) \| ", SAID, re.MULTILINE)
    phrases = [phrase for row in rows for phrase in re.findall("`([^`]+)`", row)]

    assert len(phrases) > 15
    assert [phrase for phrase in phrases if phrase not in SOURCE] == []


def test_every_key_of_a_rig_file_is_told(tmp_path: Path) -> None:
    rig = tmp_path / "rig.yaml"
    rig.write_text("- id: A\n  platform: nucleo-h743zi\n  no_such_key: 1\n")
    with pytest.raises(BenchError, match="there are ") as raised:
        read_rig(rig)
    keys = str(raised.value).rpartition("there are ")[2].split(", ")

    table = PAGE.partition("| key | what |")[2].partition("\n\n")[0]
    told = {key for row in re.findall(r"^\| (.+?) \|", table, re.MULTILINE) for key in re.findall("`([^`]+)`", row)}
    assert told == {*keys, "labgrid"}
