# SPDX-License-Identifier: GPL-2.0-or-later
"""Listens to both lines of a device while one of them owes us something.

A serial line that nobody reads holds an emulated board still in the middle of a byte, and its frames with it.
"""

from __future__ import annotations

import contextlib
import select
import time
from collections import deque
from collections.abc import Callable, Iterator

from plumbline.bench import bounds
from plumbline.shell.protocol import Item
from plumbline.shell.session import ShellSession
from plumbline.shell.stream import ShellClosed
from plumbline.wire.port import Port, Stamped, WireClosed


class Hearing:
    """What comes on the line that is not waited for is kept, in order, until that one is. That it ended is told then,
    too."""

    def __init__(self, port: Port, session: ShellSession) -> None:
        self._port = port
        self._session = session
        self._frames: deque[Stamped] = deque()
        self._items: list[Item] = []
        self._wire_fd, self._shell_fd = port.fileno(), session.fileno()
        self._ended: set[int] = set()
        self._lines = select.poll()
        for fd in (self._wire_fd, self._shell_fd):
            self._lines.register(fd, select.POLLIN)

    def frame(self, *, within_s: float) -> Stamped | None:
        """The next frame, None when there is none for that long. WireClosed."""
        if not self._frames and not self._comes(self._wire_fd, within_s, self._keep_items):
            return None
        return self._frames.popleft() if self._frames else self._port.receive_stamped(within_s=0)

    def frames(self, *, at_most: int) -> list[Stamped]:
        """What has come, so many frames of it, without waiting. A closed wire ends the list."""
        came = [self._frames.popleft() for _ in range(min(at_most, len(self._frames)))]
        with contextlib.suppress(WireClosed):
            while len(came) < at_most and (frame := self._port.receive_stamped(within_s=0)) is not None:
                came.append(frame)
        return came

    def items(self, *, within_s: float) -> list[Item] | None:
        """What the shell said, once something came; None when nothing came for that long. ShellClosed."""
        if not self._items and not self._comes(self._shell_fd, within_s, self._keep_frames):
            return None
        kept, self._items = self._items, []
        return kept or self._session.read(within_s=0)

    def items_now(self) -> list[Item]:
        """What the shell has said, without waiting. ShellClosed."""
        kept, self._items = self._items, []
        return kept + (self._session.read(within_s=0) or [])

    def has_items(self) -> bool:
        """Whether the shell said something, which stays where it is."""
        return bool(self._items) or bool(select.select([self._shell_fd], [], [], 0)[0])

    @contextlib.contextmanager
    def to_the_wire_alone(self) -> Iterator[None]:
        """What the shell says meanwhile is left in its line, and fills it."""
        if self._shell_fd in self._ended:
            yield
            return
        self._lines.unregister(self._shell_fd)
        try:
            yield
        finally:
            self._lines.register(self._shell_fd, select.POLLIN)

    def _comes(self, wanted: int, within_s: float, keep_other: Callable[[], None]) -> bool:
        """Whether something comes on the wanted line in that time, if only its end. The other is kept meanwhile."""
        if wanted in self._ended:
            return True
        give_up_at: float | None = None
        left_s = within_s
        while True:
            ready = self._lines.poll(left_s * 1000)
            if any(fd == wanted for fd, _ in ready):
                return True
            if give_up_at is None:
                give_up_at = time.monotonic() + within_s
            if ready:
                keep_other()
            left_s = give_up_at - time.monotonic()
            if not ready or left_s <= 0:
                return False

    def _keep_items(self) -> None:
        if len(self._items) >= bounds.LINES_PER_ANSWER:
            self._end(self._shell_fd)
            return
        try:
            self._items += self._session.read(within_s=0) or []
        except ShellClosed:
            self._end(self._shell_fd)

    def _keep_frames(self) -> None:
        if len(self._frames) >= bounds.FRAMES_PER_FENCE:
            self._end(self._wire_fd)
            return
        try:
            frame = self._port.receive_stamped(within_s=0)
        except WireClosed:
            self._end(self._wire_fd)
        else:
            self._frames.extend(() if frame is None else (frame,))

    def _end(self, line: int) -> None:
        """It would be ready for ever, or as good as: what came is for the one who waits for it to judge."""
        self._lines.unregister(line)
        self._ended.add(line)
