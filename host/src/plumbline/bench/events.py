# SPDX-License-Identifier: GPL-2.0-or-later
"""The recorder: every event of a scenario, in order, and those who want to hear of each."""

from __future__ import annotations

from collections.abc import Callable

from plumbline.events import Event, FrameEvent, NoteEvent, ShellEvent, Way

_NOT_KEPT = "frames up to here were not kept"
Listener = Callable[[Event], None]


class Recorder:
    """Numbers the frames from 1, both ways, fences included."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.frame_count = 0
        self.traffic_count = 0  # of these, without fences
        self._listeners: list[Listener] = []
        self._most: int | None = None
        self._kept = 0
        self._forgotten = 0

    def subscribe(self, listener: Listener) -> None:
        """`listener` is called with each event from now on, when it happens. It must not touch the bench."""
        self._listeners.append(listener)

    def keep_last(self, frames: int) -> None:
        """From now on at least so many frames are kept, at most twice as many, and everything that is no frame."""
        self._most = 2 * frames
        self._kept = sum(isinstance(event, FrameEvent) for event in self.events)

    def frame(self, way: Way, ms: int, data: bytes, step: str, *, is_fence: bool, taken_ns: int = 0) -> FrameEvent:
        self.frame_count += 1
        self.traffic_count += not is_fence
        event = FrameEvent(self.frame_count, way, ms, data, step, is_fence, taken_ns)
        self._tell(event)
        self._kept += 1
        if self._most is not None and self._kept >= self._most:
            self._forget(self._most // 2)
        return event

    def shell(self, way: Way, ms: int, line: str) -> None:
        self._tell(ShellEvent(way, ms, line))

    def note(self, ms: int, text: str) -> None:
        self._tell(NoteEvent(ms, text))

    def _forget(self, frames: int) -> None:
        """Drops the oldest frames, and says so where they were."""
        left = self._kept - frames
        self._forgotten += left
        kept: list[Event] = []
        for event in self.events:
            if isinstance(event, FrameEvent) and left:
                left -= 1
                if not left:
                    kept.append(NoteEvent(event.ms, f"{self._forgotten} {_NOT_KEPT}"))
            elif not (isinstance(event, NoteEvent) and event.text.endswith(_NOT_KEPT)):
                kept.append(event)
        self.events[:] = kept
        self._kept = frames

    def _tell(self, event: Event) -> None:
        self.events.append(event)
        for listener in self._listeners:
            listener(event)
