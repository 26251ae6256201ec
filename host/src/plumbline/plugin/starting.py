# SPDX-License-Identifier: GPL-2.0-or-later
"""A device is started for each scenario. One that never starts ends the run: the next thousand would wait as long."""

from __future__ import annotations

import pytest

from plumbline.bench import Bench
from plumbline.bench.silence import processor_s
from plumbline.clock import RealTime
from plumbline.errors import HarnessError, PlumblineError
from plumbline.kernel import Linux, Place
from plumbline.plugin.session import Session
from plumbline.scenario.profiles import check_limits
from plumbline.wire.addresses import ipv4_number, mac_text

IN_A_ROW = 3


def start(session: Session, pytest_session: pytest.Session, family: str) -> Bench:
    """A bench whose device is what its profile declares."""
    try:
        bench = _start(session, family)
    except PlumblineError:
        session.starts_in_vain += 1
        if session.starts_in_vain == IN_A_ROW:
            pytest_session.shouldfail = f"no device started {IN_A_ROW} times in a row: the rest was not tried"
        raise
    session.starts_in_vain = 0
    return bench


def _start(session: Session, family: str) -> Bench:
    session.rack.enter(family)
    bench = Bench(session.spec, seed=session.seed, rack=session.rack)
    try:
        check_limits(session.spec.profile, session.limits, bench.dut.profile.said)
    except BaseException:
        bench.close()
        raise
    return bench


def real_time_of(bench: Bench) -> RealTime:
    """A held clock waits for nobody."""
    if not bench.is_in_real_time:
        raise HarnessError("the device's clock is held: @scenario(..., real_time=True)")
    return RealTime(bench.lines, bench.clock, lambda: processor_s(bench.device.activity()))


def linux_beside(bench: Bench) -> Linux:
    """Linux in a private network, as the first host of the device's."""
    if not bench.is_in_real_time:
        raise HarnessError("Linux's time is real: @scenario(..., real_time=True)")
    host, prefix = bench.peer, ipv4_number(bench.spec.netmask).bit_count()
    place = Place(mac_text(host.mac), f"{host.ip}/{prefix}", bench.dut.profile["mtu"])
    return Linux(bench.lines, place, bench.spec.address, bench.seed)
