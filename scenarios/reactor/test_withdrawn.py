# SPDX-License-Identifier: GPL-2.0-or-later
"""Operations that are cancelled or late while they wait: of each, at every point where it does."""

from __future__ import annotations

import pytest

from plumbline.scenario import Dut, Peer, Reactor, StackClock, scenario
from scenarios.futures.courses import COURSES, POINTS, Scene
from scenarios.futures.points import late, left_alone, withdrawn

SUBMITTED = [name for name, course in COURSES.items() if course.of_sockets]
WAITING = [(name, point) for name, point in POINTS if name in SUBMITTED]


@pytest.fixture
def reactor(dut: Dut) -> Reactor:
    return dut.reactor(2)


@pytest.fixture
def scene(dut: Dut, peer: Peer, clock: StackClock, reactor: Reactor) -> Scene:
    scene = Scene(dut, peer, clock)
    scene.operations = reactor
    return scene


@scenario("AX-DONE-1", "AX-DONE-3", "AX-DONE-4")
@pytest.mark.parametrize(("name", "point"), WAITING)
def test_nothing_of_it_happens_later(scene: Scene, reactor: Reactor, name: str, point: int) -> None:
    assert withdrawn(scene, name, point).outcome().result == "aborted"
    assert reactor.view().spoiled == 0


@scenario("AX-DONE-1", "AX-DONE-3", "AX-DONE-4", "AX-TIME-1", "AX-TIME-3")
@pytest.mark.parametrize(("name", "point"), WAITING)
def test_its_deadline_ends_it_at_its_tick(scene: Scene, reactor: Reactor, name: str, point: int) -> None:
    late(scene, name, point)

    assert reactor.view().spoiled == 0


@scenario("AX-DONE-1", "AX-DONE-2", "AX-DONE-4")
@pytest.mark.parametrize("name", SUBMITTED)
def test_left_alone_it_completes_behind_its_last_step_and_not_before(scene: Scene, reactor: Reactor, name: str) -> None:
    left_alone(scene, name)

    assert (reactor.view().under_way, reactor.view().spoiled) == (0, 0)


@scenario("AX-DONE-3")
def test_cancelled_it_leaves_no_deadline(dut: Dut, clock: StackClock, reactor: Reactor) -> None:
    before = dut.mem().levels["timers"]
    operation = reactor.accept(dut.listen(7), dut.tcp(), within_ms=100)
    assert dut.mem().levels["timers"] == before + 1

    operation.cancel()

    assert dut.mem().levels["timers"] == before
    fired = dut.tasks().deadlines
    clock.advance(100)
    assert dut.tasks().deadlines == fired
    assert operation.outcome().result == "aborted"
