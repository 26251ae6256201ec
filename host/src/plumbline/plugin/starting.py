# SPDX-License-Identifier: GPL-2.0-or-later
"""A device is started for each scenario. One that never starts ends the run: the next thousand would wait as long."""

from __future__ import annotations

import pytest

from plumbline.bench import Bench
from plumbline.errors import PlumblineError
from plumbline.plugin.session import Session
from plumbline.scenario.profiles import check_limits

IN_A_ROW = 3


def start(session: Session, pytest_session: pytest.Session) -> Bench:
    """A bench whose device is what its profile declares."""
    try:
        bench = _start(session)
    except PlumblineError:
        session.starts_in_vain += 1
        if session.starts_in_vain == IN_A_ROW:
            pytest_session.shouldfail = f"no device started {IN_A_ROW} times in a row: the rest was not tried"
        raise
    session.starts_in_vain = 0
    return bench


def _start(session: Session) -> Bench:
    bench = Bench(session.spec, seed=session.seed, rack=session.rack)
    try:
        check_limits(session.spec.profile, session.limits, bench.dut.profile.said)
    except BaseException:
        bench.close()
        raise
    return bench
