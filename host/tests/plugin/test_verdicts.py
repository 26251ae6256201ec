# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import re

import pytest

from plumbline.errors import BenchError, Died, HarnessError, Unexpected
from plumbline.events import Verdict
from plumbline.judge import Finding
from plumbline.judge.sums import packet_payload
from plumbline.plugin.verdicts import Outcome, blame, decide
from plumbline.scenario.deviations import Deviation
from plumbline.scenario.outcomes import NonStrict
from plumbline.wire.decode import Frame

PASSED = Outcome(Verdict.PASS)
FAILED = Outcome(Verdict.FAIL, "Unexpected: flags: expected R, came RA")
RESET = Finding(7, "tcp-rst-to-rst", "all that came is RST")
SHRUNK = Finding(9, "tcp-window-shrunk", "1 beyond")


def deviation(match: str, rule: str | None = None) -> Deviation:
    return Deviation("known", ("*",), "RFC9293 SA-03", "RST carries ACK", "lwIP", re.compile(match), rule)


def raised_by(error: BaseException) -> BaseException:
    try:
        raise error
    except BaseException as raised:  # noqa: BLE001 - any of them is wanted
        return raised


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (None, Verdict.PASS),
        (Unexpected("wrong flags"), Verdict.FAIL),
        (Died("died after frame 3"), Verdict.FAIL),
        (AssertionError("1 == 2"), Verdict.FAIL),
        (ExceptionGroup("two", [Unexpected("a"), AssertionError("b")]), Verdict.FAIL),
        (ExceptionGroup("two", [Unexpected("a"), KeyError("b")]), Verdict.ERROR),
        (BenchError("no wire"), Verdict.ERROR),
        (HarnessError("a bug"), Verdict.ERROR),
        (KeyError("a bug"), Verdict.ERROR),
        (NonStrict("only every third"), Verdict.NON_STRICT),
    ],
)
def test_whose_fault_it_was(error: BaseException | None, verdict: Verdict) -> None:
    assert blame(raised_by(error) if error else None).verdict is verdict


def test_an_assert_inside_this_package_is_our_fault() -> None:
    with pytest.raises(AssertionError) as raised:
        packet_payload(Frame(b"", b"", b"", 0))

    assert blame(raised.value).verdict is Verdict.ERROR


def test_a_finding_fails_a_scenario_that_passed_and_one_that_is_a_should_does_not() -> None:
    failed = decide(PASSED, [RESET], [])
    assert failed.verdict is Verdict.FAIL
    assert "frame 7" in failed.text
    assert decide(PASSED, [SHRUNK], []).verdict is Verdict.NON_STRICT


def test_a_ledgered_failure_is_a_deviation_another_one_is_not() -> None:
    assert decide(FAILED, [], [deviation("came RA")]) == Outcome(Verdict.DEVIATION, FAILED.text, ("known",))
    assert decide(FAILED, [], [deviation("came S")]) == FAILED


def test_a_ledgered_failure_with_a_finding_that_is_not_ledgered_fails() -> None:
    assert decide(FAILED, [RESET], [deviation("came RA")]).verdict is Verdict.FAIL


def test_a_deviation_that_is_not_seen_is_unexpected() -> None:
    outcome = decide(PASSED, [], [deviation("came RA")])

    assert outcome.verdict is Verdict.UNEXPECTED
    assert "known was not seen" in outcome.text


def test_a_ledgered_finding_is_a_deviation_and_its_absence_unexpected() -> None:
    known = deviation("RST", rule="tcp-rst-to-rst")

    assert decide(PASSED, [RESET, RESET], [known]).verdict is Verdict.DEVIATION
    assert decide(PASSED, [RESET, RESET], [known]).deviations == ("known",)
    assert decide(PASSED, [], [known]).verdict is Verdict.UNEXPECTED


def test_an_error_stays_an_error_whatever_the_ledger_says() -> None:
    error = Outcome(Verdict.ERROR, "BenchError: came RA")

    assert decide(error, [RESET], [deviation("came RA")]) == error


@pytest.mark.parametrize(
    "body", [PASSED, FAILED, Outcome(Verdict.ERROR, "BenchError: x"), Outcome(Verdict.UNSUPPORTED)]
)
def test_what_silicon_would_punish_fails_a_scenario_whatever_else_it_came_to(body: Outcome) -> None:
    outcome = decide(body, [], [], ["strict: rx-tail-left at 7 us"])

    assert outcome.verdict is Verdict.FAIL
    assert outcome.text.startswith(body.text)
    assert outcome.text.endswith("Reported: strict: rx-tail-left at 7 us")


def test_a_report_that_the_failure_tells_itself_is_told_once() -> None:
    body = Outcome(Verdict.FAIL, "Reported: strict: rx-tail-left at 7 us")

    assert decide(body, [], [], ["strict: rx-tail-left at 7 us"]) == body
