# SPDX-License-Identifier: GPL-2.0-or-later
"""What a scenario can ask for. All of it acts on one bench, with a device that was just started."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from plumbline.bench import Bench
from plumbline.clock import RealTime, StackClock
from plumbline.kernel import Linux
from plumbline.peer import Peer, Wire
from plumbline.plugin.session import session_of
from plumbline.plugin.starting import linux_beside, real_time_of, start
from plumbline.plugin.subject import subject_of
from plumbline.shell.dut import Dut


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """The bench itself; scenarios use what follows."""
    subject = subject_of(request.node)
    with start(session_of(request.config), request.session, subject.family if subject else "") as bench:
        if subject is not None:
            bench.go_through(subject.way)
            if subject.mark.real_time:
                bench.run_in_real_time()
        yield bench


@pytest.fixture
def dut(bench: Bench) -> Dut:
    """The device, its clock held at 0."""
    return bench.dut


@pytest.fixture
def restart(bench: Bench) -> Callable[..., None]:
    """`restart(seed=..., held_at_ms=...)`: a new device in the place of the one that is there."""
    return bench.reset


@pytest.fixture
def peers(bench: Bench) -> Callable[[int], list[Peer]]:
    """Several hosts on the wire: `one, other = peers(2)`."""
    return bench.peers


@pytest.fixture
def peer(bench: Bench) -> Peer:
    """A host on the wire."""
    return bench.peer


@pytest.fixture
def linux(bench: Bench) -> Iterator[Linux]:
    """Linux itself, the first host on the wire. For scenarios in real time, which use no `peer` beside it."""
    with linux_beside(bench) as linux:
        yield linux


@pytest.fixture
def real_time(bench: Bench) -> RealTime:
    """Our own time. For scenarios that are marked so."""
    return real_time_of(bench)


@pytest.fixture
def clock(bench: Bench) -> StackClock:
    """The stack clock."""
    return bench.clock


@pytest.fixture
def wire(bench: Bench) -> Wire:
    """The raw wire, for frames that no peer would send."""
    return bench.wire
