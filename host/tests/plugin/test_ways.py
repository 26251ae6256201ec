# SPDX-License-Identifier: GPL-2.0-or-later
"""Which scenarios go through which ways into the device."""

from __future__ import annotations

from pathlib import Path

import pytest

from plumbline.cli.listing import collect
from plumbline.errors import HarnessError
from plumbline.plugin.ways import again, bare, chosen, signed, way_in
from plumbline.scenario.checkout import find_checkout
from plumbline.shell.ways import CORE, WAYS

SWEEP = "scenarios/handshake/test_time_wait_reopened.py"


def collected(*words: str) -> list[tuple[str, str]]:
    return [(subject.id, subject.way) for subject in collect(find_checkout(Path(__file__)), words)]


@pytest.mark.parametrize(
    ("node", "without", "way"),
    [
        ("a.py::test[7-@futures]", "a.py::test[7]", "futures"),
        ("a.py::test[@futures]", "a.py::test", "futures"),
        ("a.py::test[7]", "a.py::test[7]", CORE),
        ("a.py::test[@nowhere]", "a.py::test[@nowhere]", CORE),
    ],
)
def test_a_node_tells_its_way_at_its_end(node: str, without: str, way: str) -> None:
    assert (bare(node), way_in(node)) == (without, way)


def test_the_core_goes_by_the_bare_id() -> None:
    assert (signed("a/b/c", CORE), signed("a/b/c", "futures")) == ("a/b/c", "a/b/c@futures")


@pytest.mark.parametrize(
    ("family", "way", "words"),
    [
        ("smoke", CORE, []),
        ("futures", CORE, []),  # about a way, and not through it
        ("handshake", "futures", ["--way", "futures"]),
        ("handshake", CORE, ["--way", CORE]),
    ],
)
def test_a_scenario_of_more_than_one_way_is_run_again_through_its_own(family: str, way: str, words: list[str]) -> None:
    assert again(family, way) == words


def test_a_way_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(HarnessError, match="there is no way 'fibres'; there are core, futures"):
        chosen("core,fibres")
    with pytest.raises(HarnessError, match="no way is named"):
        chosen(",")


@pytest.mark.parametrize(
    ("family", "file", "ways"),
    [
        ("full_buffer", "test_rounds.py", WAYS),
        ("handshake", "test_two_peers.py", WAYS),
        ("readiness", "test_refused_connect.py", WAYS),
        ("udp", "test_receive.py", ("core", "futures", "readiness", "reactor")),
    ],
)
def test_every_scenario_of_such_a_family_goes_through_every_way_that_can(
    family: str, file: str, ways: tuple[str, ...]
) -> None:
    found = collected(f"scenarios/{family}/{file}", "--way", "all")

    ids = {id_ for id_, _ in found}
    assert ids
    assert sorted(found) == sorted((id_, way) for id_ in ids for way in ways)


def test_in_turns_each_goes_through_one_and_all_have_their_turn() -> None:
    found, all_ = collected(SWEEP, "--way", "turns"), collected(SWEEP, "--way", "all")

    assert sorted(id_ for id_, _ in found) == sorted({id_ for id_, _ in all_})
    assert {way for _, way in found} == set(WAYS)


def test_of_one_way_alone_nothing_else_is_left() -> None:
    assert {way for _, way in collected(SWEEP, "--way", "futures")} == {"futures"}


def test_what_is_of_the_bench_itself_goes_through_the_core_alone() -> None:
    assert {way for _, way in collected("scenarios/bench/test_fence.py", "--way", "all")} == {CORE}
    assert collected("scenarios/bench/test_fence.py", "--way", "futures") == []


def test_a_family_of_one_way_is_about_that() -> None:
    listed = collect(
        find_checkout(Path(__file__)), ["scenarios/futures", "scenarios/readiness_driver", "--way", "core"]
    )
    ways = {(subject.family, subject.record(None).way, subject.signed == subject.id) for subject in listed}

    assert ways == {("futures", "futures", True), ("readiness_driver", "readiness", True)}


def test_what_is_true_of_some_ways_alone_goes_through_those() -> None:
    found = collected("scenarios/readiness/test_many_waiters.py", "--way", "all")

    alone = "readiness/many_waiters/where_nobody_waits_nobody_is_woken"
    assert [way for id_, way in found if id_ == alone] == [CORE]
