# SPDX-License-Identifier: GPL-2.0-or-later
"""Operations that are cancelled or late while they wait: of each, at every point where it does."""

from __future__ import annotations

import pytest

from plumbline.scenario import Dut, Peer, Reactor, StackClock, scenario
from scenarios.futures.courses import COURSES, POINTS, Scene

SUBMITTED = [name for name in COURSES if name != "sleep"]
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
    course = COURSES[name]
    course.given(scene)
    operation = course.begin(scene)
    for step in course.steps[:point]:
        step(scene)
    assert operation.ended() is None

    ended = operation.withdraw()

    assert ended.result == "aborted"
    course.after(scene, ended)
    assert operation.outcome().result == "aborted"
    assert reactor.view().spoiled == 0


@scenario("AX-DONE-1", "AX-DONE-3", "AX-DONE-4", "AX-TIME-1", "AX-TIME-3")
@pytest.mark.parametrize(("name", "point"), WAITING)
def test_its_deadline_ends_it_at_its_tick(scene: Scene, reactor: Reactor, name: str, point: int) -> None:
    course = COURSES[name]
    course.given(scene)
    began = scene.clock.now
    operation = course.begin(scene, within_ms=course.within_ms)
    for step in course.steps[:point]:
        step(scene)
    assert operation.ended() is None

    scene.clock.advance(began + course.within_ms - scene.clock.now)

    told = operation.outcome()
    assert (told.ms, told.result) == (began + course.within_ms, "timeout")
    course.after(scene, operation.view())
    assert operation.outcome() == told
    assert reactor.view().spoiled == 0


@scenario("AX-DONE-1", "AX-DONE-2", "AX-DONE-4")
@pytest.mark.parametrize("name", SUBMITTED)
def test_left_alone_it_completes_behind_its_last_step_and_not_before(scene: Scene, reactor: Reactor, name: str) -> None:
    course = COURSES[name]
    course.given(scene)
    operation = course.begin(scene)

    told = []
    for step in course.steps:
        told.append(operation.ended())
        step(scene)

    assert told == [None] * len(course.steps)
    ended = operation.outcome()
    assert ended.result in ("ok", 0) or ended.result == ended.done > 0
    assert (reactor.view().under_way, reactor.view().spoiled) == (0, 0)
