# SPDX-License-Identifier: GPL-2.0-or-later
"""Operations that are ended while they wait: of each, at every point where it does."""

from __future__ import annotations

import pytest

from plumbline.scenario import Dut, Peer, StackClock, scenario
from scenarios.futures.courses import COURSES, POINTS, Scene
from scenarios.futures.points import late, left_alone, withdrawn

IN_TIME = {("sleep", 1)}  # where the deadline is the tick of the operation itself


@pytest.fixture
def scene(dut: Dut, peer: Peer, clock: StackClock) -> Scene:
    return Scene(dut, peer, clock)


@scenario("AX-FUT-8", "AX-TIME-2", "AX-TIME-3")
@pytest.mark.parametrize(("name", "point"), POINTS)
def test_nothing_of_it_happens_later(scene: Scene, name: str, point: int) -> None:
    assert withdrawn(scene, name, point).told() == []


@scenario("AX-FUT-6", "AX-FUT-8", "AX-TIME-1", "AX-TIME-3")
@pytest.mark.parametrize(("name", "point"), [at for at in POINTS if at not in IN_TIME])
def test_its_deadline_ends_it_at_its_tick(scene: Scene, name: str, point: int) -> None:
    late(scene, name, point)


@scenario("AX-FUT-7", "AX-FUT-8")
@pytest.mark.parametrize(("name", "point"), POINTS)
def test_another_that_is_done_first_ends_it(scene: Scene, name: str, point: int) -> None:
    course, futures = COURSES[name], scene.dut.futures
    course.given(scene)
    began = scene.clock.now
    part = course.begin(scene, hold=True)
    select = futures.select(part, futures.sleep(course.within_ms, hold=True))
    for step in course.steps[:point]:
        step(scene)
    assert select.ended() is None or (name, point) in IN_TIME

    scene.clock.advance(max(0, began + course.within_ms - scene.clock.now))

    told = select.outcome()
    assert (told.ms, told.result) == (began + course.within_ms, 1)
    assert part.view().result == "aborted"
    course.after(scene, part.view())


@scenario("AX-FUT-1", "AX-FUT-2", "AX-FUT-3", "AX-FUT-4", "AX-FUT-5", "AX-FUT-6", "AX-FUT-9")
@pytest.mark.parametrize("name", COURSES)
def test_left_alone_it_is_done_behind_its_last_step_and_not_before(scene: Scene, name: str) -> None:
    future, ended = left_alone(scene, name)

    assert future.withdraw().result == ended.result
