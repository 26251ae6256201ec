# SPDX-License-Identifier: GPL-2.0-or-later
"""The recorder: every event of a scenario, in order, and those who want to hear of each."""

from __future__ import annotations

from collections.abc import Callable

from plumbline.events import Event, FrameEvent, NoteEvent, ShellEvent, Way

Listener = Callable[[Event], None]


class Recorder:
    """Numbers the frames from 1, both ways, fences included."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.frame_count = 0
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> None:
        """`listener` is called with each event from now on, when it happens. It must not touch the bench."""
        self._listeners.append(listener)

    def frame(self, way: Way, ms: int, data: bytes, step: str, *, is_fence: bool) -> FrameEvent:
        self.frame_count += 1
        event = FrameEvent(self.frame_count, way, ms, data, step, is_fence)
        self._tell(event)
        return event

    def shell(self, way: Way, ms: int, line: str) -> None:
        self._tell(ShellEvent(way, ms, line))

    def note(self, ms: int, text: str) -> None:
        self._tell(NoteEvent(ms, text))

    def _tell(self, event: Event) -> None:
        self.events.append(event)
        for listener in self._listeners:
            listener(event)
