# SPDX-License-Identifier: GPL-2.0-or-later
"""What takes long or runs in real time: left out, run when asked for, and never compared by its frames."""

from __future__ import annotations

import pytest

from host.tests.plugin.suite import Suite
from plumbline.plugin import hooks

pytest_plugins = ["pytester"]

SCENARIOS = """
import pytest
from plumbline.errors import Unexpected
from plumbline.scenario import scenario

@scenario("R-1")
def test_is_quick(bench): ...

@pytest.mark.nightly
@scenario("R-1")
def test_takes_long(bench): ...

@scenario("R-1", real_time=True)
def test_runs_in_real_time(bench): ...

@pytest.mark.nightly
@scenario("R-1", real_time=True)
def test_fails(bench):
    raise Unexpected("too late")

@scenario("R-1", needs={"curl"})
def test_needs_a_tool(bench): ...
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Suite:
    monkeypatch.setattr(hooks, "machine_lacks", lambda need: f"there is no `{need}`")
    suite = Suite(pytester)
    suite.fake_bench()
    suite.scenarios("one/test_times.py", SCENARIOS)
    return suite


def test_what_is_nightly_is_left_out_unless_it_is_asked_for(suite: Suite) -> None:
    suite.run()
    assert suite.verdicts() == {"is_quick": "PASS", "runs_in_real_time": "PASS", "needs_a_tool": "UNSUPPORTED"}

    suite.run("--nightly", "-m", "nightly")
    assert suite.verdicts() == {"takes_long": "PASS", "fails": "FAIL"}


def test_frames_in_real_time_are_counted_and_have_no_hash(suite: Suite) -> None:
    suite.run()
    report = suite.report()

    assert report["one/times/is_quick"]["frames_sha256"] is not None
    in_real_time = report["one/times/runs_in_real_time"]
    assert (in_real_time["frames"], in_real_time["frames_sha256"]) == (7, None)


def test_the_line_that_makes_it_again_has_seed_and_night_in_it(suite: Suite) -> None:
    result = suite.run("--nightly", "--device-seed", "5", "-k", "fails")

    result.stdout.fnmatch_lines(["plumb run --bench native --device-seed 5 --nightly *test_times.py::test_fails"])


def test_what_the_machine_lacks_is_unsupported_and_said(suite: Suite) -> None:
    suite.run()

    assert suite.report()["one/times/needs_a_tool"]["text"] == "there is no `curl`"
