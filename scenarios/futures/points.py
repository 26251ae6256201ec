# SPDX-License-Identifier: GPL-2.0-or-later
"""An operation at each point of its course, and how it ends there: the same for all who poll operations."""

from __future__ import annotations

from plumbline.scenario import Ended, Future
from scenarios.futures.courses import COURSES, Course, Scene


def begun(scene: Scene, name: str, point: int, within_ms: int | None = None) -> tuple[Course, Future]:
    """It waits behind so many of its steps."""
    course = COURSES[name]
    course.given(scene)
    operation = course.begin(scene, within_ms=within_ms)
    for step in course.steps[:point]:
        step(scene)
    assert operation.ended() is None
    return course, operation


def withdrawn(scene: Scene, name: str, point: int) -> Future:
    """Ended from outside: nothing of it happens later."""
    course, operation = begun(scene, name, point)

    ended = operation.withdraw()

    assert ended.result == "aborted"
    course.after(scene, ended)
    return operation


def late(scene: Scene, name: str, point: int) -> Future:
    """Ended by its deadline, at its tick."""
    within_ms, began = COURSES[name].within_ms, scene.clock.now
    course, operation = begun(scene, name, point, within_ms)

    scene.clock.advance(began + within_ms - scene.clock.now)

    told = operation.outcome()
    assert (told.ms, told.result) == (began + within_ms, "timeout")
    course.after(scene, operation.view())
    assert operation.told() == [told]
    return operation


def left_alone(scene: Scene, name: str) -> tuple[Future, Ended]:
    """Done behind the last step of its course, and not before."""
    course, operation = begun(scene, name, 0)

    told = []
    for step in course.steps:
        told.append(operation.ended())
        step(scene)

    assert told == [None] * len(course.steps)
    ended = operation.outcome()
    assert ended.result in ("ok", 0) or ended.result == ended.done > 0
    return operation, ended
