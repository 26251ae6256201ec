# SPDX-License-Identifier: GPL-2.0-or-later
"""From what happened to a verdict (contract, part 5: whose fault). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from plumbline.errors import Died, DutError, Unsupported
from plumbline.events import Verdict
from plumbline.judge import RULES, Finding
from plumbline.scenario.deviations import Deviation
from plumbline.scenario.outcomes import NonStrict

_PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Outcome:
    verdict: Verdict
    text: str = ""
    deviations: tuple[str, ...] = ()


def blame(error: BaseException | None) -> Outcome:
    """What the exception of a scenario's body says, before the judge and the ledger are asked."""
    if error is None:
        return Outcome(Verdict.PASS)
    if isinstance(error, NonStrict):
        return Outcome(Verdict.NON_STRICT, str(error))
    if isinstance(error, pytest.skip.Exception | Unsupported):
        return Outcome(Verdict.UNSUPPORTED, str(error))
    return Outcome(Verdict.FAIL if _is_the_devices(error) else Verdict.ERROR, _said(error))


def _is_the_devices(error: BaseException) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return all(_is_the_devices(one) for one in error.exceptions)
    if isinstance(error, AssertionError):
        return not _raised_by_us(error)
    return isinstance(error, DutError | pytest.fail.Exception)


def _raised_by_us(error: BaseException) -> bool:
    """An assert of this package is about this package."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and Path(trace.tb_frame.f_code.co_filename).is_relative_to(_PACKAGE)


def _said(error: BaseException) -> str:
    if isinstance(error, BaseExceptionGroup):
        return "\n".join([str(error), *(_said(one) for one in error.exceptions)])
    notes = "".join(f"\n{note}" for note in getattr(error, "__notes__", ()))
    return f"{type(error).__name__}: {error}{notes}"


def decide(
    body: Outcome, findings: Sequence[Finding], deviations: Sequence[Deviation], reports: Sequence[str] = ()
) -> Outcome:
    """The verdict: what the body came to, what the board reported, what the judge found, and what the ledger knows of
    it all. What silicon would punish is the device's doing, whatever else went wrong."""
    if reports:
        new = [f"Reported: {report}" for report in reports if report not in body.text]
        return Outcome(Verdict.FAIL, "\n".join([*filter(None, [body.text]), *new]))
    if body.verdict in (Verdict.ERROR, Verdict.UNSUPPORTED):
        return body
    forgiven = _forgiven(findings, deviations)
    broken = [finding for finding in findings if not _describing(finding, deviations)]
    told = (str(finding) for finding in broken if RULES[finding.rule].level == "MUST")
    musts = [text for text in told if text not in body.text]  # an example of a search says it itself
    if musts:
        return Outcome(Verdict.FAIL, "\n".join([*filter(None, [body.text]), *_judged(musts)]))
    if body.verdict is Verdict.FAIL:
        return _failed(body, deviations)
    unseen = [deviation for deviation in deviations if deviation.id not in forgiven]
    if unseen:
        return Outcome(Verdict.UNEXPECTED, _not_seen(unseen), tuple(one.id for one in unseen))
    if forgiven:
        text = "\n".join(str(finding) for finding in findings if _describing(finding, deviations))
        return Outcome(Verdict.DEVIATION, text, forgiven)
    if broken:
        return Outcome(Verdict.NON_STRICT, "\n".join([*filter(None, [body.text]), *map(str, broken)]))
    return body


def may_be_excused(outcome: Outcome, error: BaseException | None, reports: Sequence[str]) -> bool:
    """Whether a frame that was lost on its way may be why. Not of what the device or its board says itself; whose
    fault a silence is, the bench has asked already."""
    if reports or isinstance(error, Died) or (isinstance(error, BaseExceptionGroup) and error.subgroup(Died)):
        return False
    return outcome.verdict in (Verdict.FAIL, Verdict.UNEXPECTED)


def _failed(body: Outcome, deviations: Iterable[Deviation]) -> Outcome:
    seen = tuple(one.id for one in deviations if one.rule is None and one.describes(body.text))
    return Outcome(Verdict.DEVIATION, body.text, seen) if seen else body


def _describing(finding: Finding, deviations: Iterable[Deviation]) -> list[Deviation]:
    return [one for one in deviations if one.rule == finding.rule and one.describes(str(finding))]


def _forgiven(findings: Iterable[Finding], deviations: Sequence[Deviation]) -> tuple[str, ...]:
    ids = (one.id for finding in findings for one in _describing(finding, deviations))
    return tuple(dict.fromkeys(ids))


def _judged(musts: Sequence[str]) -> list[str]:
    shown = [f"Judged: {text}" for text in musts[:5]]
    return [*shown, f"... and {len(musts) - 5} more"] if len(musts) > 5 else shown


def _not_seen(unseen: Iterable[Deviation]) -> str:
    lines = (f"deviation {one.id} was not seen: {one.what} ({one.requirement})" for one in unseen)
    return "\n".join([*lines, "If the device is mended, take the entry out of fixtures/deviations/."])
