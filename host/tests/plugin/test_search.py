# SPDX-License-Identifier: GPL-2.0-or-later
"""A search at random that failed is made again as it was: by its own last line, and by --lf."""

from __future__ import annotations

import pytest

from host.tests.plugin.suite import Suite

pytest_plugins = ["pytester"]

SEARCH = """
import pytest
from hypothesis import core, settings
from plumbline.errors import Unexpected
from plumbline.scenario import scenario

settings.register_profile("wide")

@pytest.mark.explore
@scenario("R-1")
def test_searches(bench):
    raise Unexpected(f"with {settings.get_current_profile_name()} and {core.global_force_seed!r}")

@scenario("R-1")
def test_does_not(bench):
    raise Unexpected("either way")
"""
WIDE = ("--hypothesis-profile=wide", "--hypothesis-seed=7")


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Suite:
    monkeypatch.delenv("PLUMB_IMAGES", raising=False)
    suite = Suite(pytester)
    # Hypothesis has another default profile where it sees a CI: here it is ours.
    suite.fake_bench(
        "from hypothesis import settings\n"
        "settings.register_profile('wide')\n"
        "settings.register_profile('usual')\n"
        "settings.load_profile('usual')\n"
    )
    (suite.root / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib --strict-markers\n")
    suite.scenarios("one/test_search.py", SEARCH)
    return suite


def made(suite: Suite) -> str:
    return suite.report()["one/search/searches"]["text"].partition("with ")[2]


def test_the_line_that_makes_it_again_has_its_options_and_no_other_scenarios_has(suite: Suite) -> None:
    result = suite.run_apart(*WIDE)

    node = "scenarios/one/test_search.py::"
    result.stdout.fnmatch_lines_random(
        [
            f"plumb run --bench native -m explore --hypothesis-profile=wide --hypothesis-seed=7 {node}test_searches",
            f"plumb run --bench native {node}test_does_not",
        ]
    )


@pytest.mark.parametrize("workers", [(), ("-n", "1")])
def test_what_failed_last_is_searched_as_it_was(suite: Suite, workers: tuple[str, ...]) -> None:
    suite.run_apart(*WIDE, *workers)
    suite.run_apart("--lf", *workers)

    assert made(suite) == "wide and 7"


def test_it_is_searched_otherwise_when_the_user_says_so_or_it_failed_otherwise_since(suite: Suite) -> None:
    suite.run_apart(*WIDE)
    suite.run_apart("--lf", "--hypothesis-seed=8")
    assert made(suite) == "usual and 8"

    suite.run_apart()
    suite.run_apart("--lf")
    assert made(suite) == "usual and None"


def test_a_device_seed_that_is_not_the_benchs_is_in_the_line_too(suite: Suite) -> None:
    result = suite.run_apart("--device-seed", "5", "-k", "does_not")

    result.stdout.fnmatch_lines(["plumb run --bench native --device-seed 5 scenarios/*::test_does_not"])
