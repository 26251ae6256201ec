# SPDX-License-Identifier: GPL-2.0-or-later
"""What README counts is so, as far as it can be counted without a run. Round numbers are rounded down."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
FIRMWARE = (ROOT / "firmware/README.md").read_text()
FAMILY = re.compile(r"^ +(\w+) +[█▓▒░✗!]{24} +(\d+)  (.+)$", re.MULTILINE)
TOTAL = re.compile(r"^ +(\d+) scenarios on native-asan in [^:]+: (.+)$", re.MULTILINE)
FRESH = 0.1  # how far the sample of a run may be behind


def plumb(*arguments: str) -> str:
    command = [str(Path(sys.executable).with_name("plumb")), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def families() -> Counter[str]:
    """How many scenarios each has, through one way."""
    listed = json.loads(plumb("list", "--json", "--way", "core"))["scenarios"]
    return Counter(str(scenario["id"]).split("/")[0] for scenario in listed)


def number(pattern: str) -> int:
    found = re.search(pattern, README)
    assert found, f"README says nothing like {pattern!r}"
    return int(found[1].replace(",", ""))


def verdicts(text: str) -> Counter[str]:
    """Of "392 pass, 12 deviation"."""
    counted: Counter[str] = Counter()
    for count, verdict in re.findall(r"(\d+) ([a-z-]+)", text):
        counted[verdict] += int(count)
    return counted


def test_the_scenarios_are_as_many_as_it_says(families: Counter[str]) -> None:
    assert number(r"more than ([\d,]+) scenarios") == families.total() // 100 * 100


def test_the_requirements_are_as_many_as_it_says() -> None:
    scenarios = json.loads(plumb("requirements", "--json"))

    assert number(r"(\d+) of the \d+ requirements") == sum(bool(own) for own in scenarios.values())
    assert number(r"\d+ of the (\d+) requirements") == len(scenarios)


def test_the_seeded_mistakes_are_as_many_as_it_says() -> None:
    patches = list((ROOT / "fixtures/faults").glob("*.patch"))

    assert number(r"builds more than (\d+) seeded mistakes") == len(patches) // 10 * 10


def test_the_sample_of_a_run_adds_up() -> None:
    sample = FAMILY.findall(README)
    total = TOTAL.search(README)

    assert total
    assert all(verdicts(text).total() == int(count) for _, count, text in sample)
    assert sum(int(count) for _, count, _ in sample) == int(total[1]) == verdicts(total[2]).total()
    assert verdicts(" ".join(text for _, _, text in sample)) == verdicts(total[2])


def test_the_sample_of_a_run_is_of_these_scenarios(families: Counter[str]) -> None:
    sample = {family: int(count) for family, count, _ in FAMILY.findall(README)}

    assert sample.keys() == families.keys()
    assert {family for family, count in sample.items() if abs(families[family] - count) > FRESH * count} == set()


def test_the_costs_are_those_last_accepted() -> None:
    counts = tomllib.loads((ROOT / "fixtures/cost/measured.toml").read_text())["cortex-m7"]
    columns = [counts["lwip"]["raw"], counts["lwip"]["ax"], counts["ours"]["ax"]]
    rows = re.findall(r"^\| `([a-z0-9-]+)`: [^|]+\|(.+)\|$", README, re.MULTILINE)

    assert rows
    for row, cells in rows:
        assert [cell.strip() for cell in cells.split("|")] == [f"{column[row]:,.0f}" for column in columns], row


# What each style has in RAM, in the order of its cell: what there is once comes first.
RAM = {
    "echo": ["task", "connection"],
    "echo-futures": ["future"],
    "echo-readiness": ["driver", "source"],
    "echo-reactor": ["reactor", "operation"],
    "echo-callback": ["callbacks", "server", "client"],
    "proxy": ["proxy", "tuple"],
}


def test_the_costs_of_the_styles_are_those_last_accepted() -> None:
    measured = tomllib.loads((ROOT / "fixtures/cost/measured.toml").read_text())
    counts, sizes, ram = measured["cortex-m7"]["ours"], measured["size"], measured["ram"]["mps2-an500"]
    rows = re.findall(
        r"^\| [\w-]+(?: \w+)?: .*`apps/([\w-]*)` \|.*\| ([\d,]+) \| ([\d,]+) \| (\+?[\d,]+) \| (.+) \|$",
        FIRMWARE,
        re.MULTILINE,
    )

    assert [app for app, *_ in rows] == list(RAM)
    for app, echo, connection, text, cell in rows:
        own = counts[app.replace("echo", "ax") if app != "proxy" else "ax-proxy"]
        images = sizes["mps2-an500" if app == "proxy" else "cortex-m7"]
        more = images[app]["text"] - (0 if app == "echo" else images["echo"]["text"])
        assert [echo, connection] == [f"{own[row]:,.0f}" for row in ("tcp-echo-64", "tcp-connection")], app
        assert text == (f"{more:,}" if app == "echo" else f"+{more:,}"), app
        assert re.findall(r"[\d,]*\d", cell) == [f"{ram[thing]:,}" for thing in RAM[app]], app
    datagrams = [f"{counts[stack]['udp-echo-64']:,.0f}" for stack in ("ax", "ax-proxy")]
    assert "costs {}, of the proxy's {}.".format(*datagrams) in " ".join(FIRMWARE.split())


def test_the_picture_of_the_house_has_every_room_of_the_host() -> None:
    picture = README.partition("     FIRMWARE ")[2].partition("| folder |")[0]
    rooms = [room.parent.name for room in (ROOT / "host/src/plumbline").glob("*/__init__.py")]

    assert rooms
    assert sorted(room for room in rooms if not re.search(rf"\b{room}\b", picture)) == []


def test_other_systems_are_told_of_every_package_that_the_setup_needs() -> None:
    needed = re.findall(r"^need (\S+)", (ROOT / "ci/setup_system.sh").read_text(), re.MULTILINE)
    told = README.partition("## On other systems")[2].partition("##")[0].replace("`", " ").split()

    assert needed
    assert sorted(set(needed) - set(told)) == []


def test_every_public_header_is_named_on_their_page() -> None:
    page = (ROOT / "firmware/include/ax/README.md").read_text()

    assert [
        header.name for header in (ROOT / "firmware/include/ax").glob("*.h") if f"`{header.name}`" not in page
    ] == []


def test_every_image_is_named_on_their_page() -> None:
    page = (ROOT / "firmware/apps/README.md").read_text()

    assert [
        main.parent.name for main in (ROOT / "firmware/apps").glob("*/main.c") if f"`{main.parent.name}/`" not in page
    ] == []
