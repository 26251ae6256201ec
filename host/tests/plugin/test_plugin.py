# SPDX-License-Identifier: GPL-2.0-or-later
"""Verdicts in pytest's words, with a bench that needs no device."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

from host.tests.plugin.suite import Suite

pytest_plugins = ["pytester"]

VERDICTS = """
import pytest
from plumbline.errors import BenchError, Unexpected
from plumbline.scenario import non_strict, scenario

@scenario("R-1")
def test_passes(bench): ...

@scenario("R-2")
def test_is_not_strict(bench):
    non_strict("only every third")

@scenario("R-1")
def test_fails(bench):
    raise Unexpected("expected 3, came 5")

@scenario("R-1")
def test_asserts(bench):
    assert 1 == 2

@scenario("R-1")
def test_errs(bench):
    raise BenchError("no wire")

@scenario("R-1", needs={"fifo_overflow"})
def test_needs_more(bench):
    raise AssertionError("never begun")

@scenario("R-1")
def test_deviates(bench):
    raise Unexpected("expected 3, came 4")

@scenario("R-1")
def test_deviates_no_more(bench): ...

@scenario("R-1")
def test_deviates_otherwise(bench):
    raise Unexpected("expected 3, came 5")

@scenario("R-1")
def test_leaks(bench):
    bench.leaks = True

@scenario("R-1")
def test_sends_a_bad_frame(bench):
    bench.send_bad_frame()
"""
BEHIND_A_LOST_LINK = """
import pytest
from plumbline.errors import Died, Unexpected
from plumbline.scenario import scenario

@pytest.fixture(autouse=True)
def lost(bench):
    bench.troubles.append("the port lost its link once")

@scenario("R-1")
def test_fails(bench):
    raise Unexpected("expected 3, came nothing")

@scenario("R-1")
def test_leaks(bench):
    bench.leaks = True

@scenario("R-1")
def test_sends_a_bad_frame(bench):
    bench.send_bad_frame()

@scenario("R-1")
def test_dies(bench):
    raise Died("it stopped: stack-overflow")

@scenario("R-1")
def test_is_reported(bench):
    bench.reports.append("strict: rx-tail-left at 7 us")

@scenario("R-1")
def test_passes(bench): ...
"""
EXPECTED = {
    "passes": "PASS",
    "is_not_strict": "NON-STRICT",
    "fails": "FAIL",
    "asserts": "FAIL",
    "errs": "ERROR",
    "needs_more": "UNSUPPORTED",
    "deviates": "DEVIATION",
    "deviates_no_more": "UNEXPECTED",
    "deviates_otherwise": "FAIL",
    "leaks": "FAIL",
    "sends_a_bad_frame": "FAIL",
}


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Suite:
    monkeypatch.delenv("PLUMB_IMAGES", raising=False)
    suite = Suite(pytester)
    suite.fake_bench()
    suite.scenarios("one/test_verdicts.py", VERDICTS)
    return suite


def test_each_verdict_has_pytests_word_for_it(suite: Suite) -> None:
    result = suite.run()

    assert suite.verdicts() == EXPECTED
    result.assert_outcomes(passed=2, failed=6, errors=1, skipped=1, xfailed=1)
    assert result.ret == 2


def test_without_an_error_failures_are_exit_status_1(suite: Suite) -> None:
    assert suite.run("-k", "not errs").ret == 1
    assert suite.run("-k", "passes or strict or test_deviates and not more and not otherwise or needs").ret == 0


def test_behind_a_lost_link_fails_only_what_device_or_board_say_themselves(pytester: pytest.Pytester) -> None:
    suite = Suite(pytester)
    suite.fake_bench()
    suite.scenarios("one/test_lost.py", BEHIND_A_LOST_LINK)

    result = suite.run()

    assert suite.verdicts() == {
        "fails": "ERROR",
        "leaks": "ERROR",
        "sends_a_bad_frame": "ERROR",
        "dies": "FAIL",
        "is_reported": "FAIL",
        "passes": "PASS",
    }
    result.stdout.fnmatch_lines(["BenchError: the port lost its link once", "so nothing is known about Unexpected: *"])


def test_two_workers_come_to_the_same(suite: Suite) -> None:
    result = suite.run_apart("-n", "2")

    assert suite.verdicts() == EXPECTED
    assert result.ret == 2


def test_junit_of_pytest_has_an_error_for_an_error_of_the_call(suite: Suite) -> None:
    suite.run("--junitxml=junit.xml")

    suites = ET.parse(suite.root / "junit.xml").getroot()
    wrong = {case.get("name"): [node.tag for node in case] for case in suites.iter("testcase")}
    assert wrong["test_errs"] == ["error"]
    assert wrong["test_fails"] == ["failure"]
    assert (suites[0].get("errors"), suites[0].get("failures")) == ("1", "6")


def test_what_went_wrong_is_run_again_by_lf(suite: Suite) -> None:
    suite.run()
    again = suite.run("--lf", "--collect-only", "-q")

    again.stdout.fnmatch_lines(["*::test_errs", "*::test_leaks"])
    again.stdout.no_fnmatch_line("*::test_passes")


def test_it_stops_at_the_first_failure_when_told_to(suite: Suite) -> None:
    suite.run("-x")

    assert list(suite.verdicts()) == ["fails", "is_not_strict", "passes"]


def test_a_failure_shows_the_wire_and_how_to_run_it_again(suite: Suite) -> None:
    result = suite.run("-k", "bad_frame")

    result.stdout.fnmatch_lines(
        [
            "*frame 1: EtherType 0x86dd*",
            "*on the wire*",
            "*1*0 ms*<--*type 0x86dd*",
            "plumb run --bench native scenarios/one/test_verdicts.py::test_sends_a_bad_frame",
        ]
    )
    result.stdout.no_fnmatch_line("*conduct.py*")


def test_the_line_names_the_images_when_they_are_not_the_usual_ones(
    suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLUMB_IMAGES", "/other images")
    result = suite.run("-k", "test_fails")

    result.stdout.fnmatch_lines(["PLUMB_IMAGES='/other images' plumb run --bench native scenarios/*::test_fails"])


def test_the_report_has_the_line_of_each_scenario_as_the_terminal_has_it(
    suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLUMB_IMAGES", "/other images")
    result = suite.run("-k", "test_fails or test_passes", "--device-seed", "5")

    again = {id_.rpartition("/")[2]: one["again"] for id_, one in suite.report().items()}
    ours = "PLUMB_IMAGES='/other images' plumb run --bench native --device-seed 5"
    words = f"{ours} scenarios/one/test_verdicts.py::test_"
    assert again == {"fails": f"{words}fails", "passes": f"{words}passes"}
    assert again["fails"] in result.outlines
    assert f'"again":{json.dumps(again["fails"])}' in (suite.root / "build/report/native/index.html").read_text()


def test_each_scenario_leaves_evidence(suite: Suite) -> None:
    suite.run()

    bad = suite.report()["one/verdicts/sends_a_bad_frame"]
    assert bad["evidence"] == "build/report/native/evidence/one/verdicts/sends_a_bad_frame"
    folder = suite.root / bad["evidence"]
    names = ["device.log", "shell.log", "verdict.json", "wire.pcapng"]
    assert sorted(path.name for path in folder.iterdir()) == names
    assert (bad["frames"], bad["requirements"]) == (1, ["R-1"])


def test_an_unknown_requirement_stops_the_collection_and_names_the_nearest(suite: Suite) -> None:
    suite.scenarios(
        "one/test_other.py", "from plumbline.scenario import scenario\n@scenario('R-3')\ndef test_it(): ...\n"
    )
    result = suite.run()

    result.stderr.fnmatch_lines(["*test_other.py::test_it: there is no requirement 'R-3'; the nearest are R-*"])
    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_a_need_that_no_board_knows_stops_the_collection(suite: Suite) -> None:
    suite.scenarios("one/test_verdicts.py", VERDICTS.replace("fifo_overflow", "fifo_overfolw"))
    result = suite.run()

    result.stderr.fnmatch_lines(["*test_needs_more: no board can fifo_overfolw"])


def test_a_fixture_that_fails_is_an_error_and_the_device_dying_in_it_is_not(suite: Suite) -> None:
    suite.scenarios(
        "one/test_verdicts.py",
        "import pytest\n"
        "from plumbline.errors import BenchError, Died\n"
        "from plumbline.scenario import scenario\n"
        "@pytest.fixture\n"
        "def given(bench, request):\n"
        "    raise request.param\n"
        "wrong = [Died('died before any frame'), BenchError('no image')]\n"
        "@pytest.mark.parametrize('given', wrong, indirect=True, ids='ab')\n"
        "@scenario('R-1')\n"
        "def test_it(given): ...\n",
    )
    result = suite.run("--junitxml=junit.xml")

    assert suite.verdicts() == {"it[a]": "FAIL", "it[b]": "ERROR"}
    result.assert_outcomes(failed=1, errors=1)
    tags = [[node.tag for node in case] for case in ET.parse(suite.root / "junit.xml").getroot().iter("testcase")]
    assert tags == [["failure"], ["error"]]


def test_a_worker_that_is_lost_is_an_error(suite: Suite) -> None:
    suite.scenarios(
        "one/test_verdicts.py",
        "import os\n"
        "from plumbline.scenario import scenario\n"
        "@scenario('R-1')\n"
        "def test_takes_its_worker_along(bench):\n"
        "    os._exit(1)\n"
        "@scenario('R-1')\n"
        "def test_goes_on(bench): ...\n",
    )
    result = suite.run_apart("-n", "1")

    assert suite.verdicts() == {"takes_its_worker_along": "ERROR", "goes_on": "PASS"}
    assert result.ret == 2


def test_a_scenario_that_took_its_worker_along_is_run_again_as_it_was(suite: Suite) -> None:
    suite.scenarios(
        "one/test_verdicts.py",
        "import os, pytest\n"
        "from plumbline.scenario import scenario\n"
        "@pytest.mark.nightly\n"
        "@pytest.mark.parametrize('word', ['it is'])\n"
        "@scenario('R-1')\n"
        "def test_takes_its_worker_along(bench, word):\n"
        "    os._exit(1)\n",
    )
    suite.run_apart("-n", "1", "--nightly", "--device-seed", "5")

    assert suite.report()["one/verdicts/takes_its_worker_along[it is]"]["again"] == (
        "plumb run --bench native --device-seed 5 --nightly "
        "'scenarios/one/test_verdicts.py::test_takes_its_worker_along[it is]'"
    )


def test_findings_of_the_judge_are_ledgered_by_rule(suite: Suite) -> None:
    suite.ledger(
        '[[deviation]]\nid = "ipv6"\nscenarios = ["one/verdicts/sends_a_bad_frame", "one/verdicts/passes"]\n'
        'requirement = "R-1"\nwhat = "it speaks IPv6"\nwhy = "so built"\nmatch = "0x86dd"\nrule = "eth-type"\n'
    )
    suite.run("-k", "bad_frame or passes")

    assert suite.verdicts() == {"sends_a_bad_frame": "DEVIATION", "passes": "UNEXPECTED"}


def test_tests_that_are_no_scenarios_are_left_alone(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_ordinary(): raise KeyError('x')")
    result = pytester.runpytest_inprocess("--report-dir", str(pytester.path / "out"))

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(failed=1)
    assert not (pytester.path / "out").exists()
    result.stdout.no_fnmatch_line("*scenarios on*")
