# SPDX-License-Identifier: GPL-2.0-or-later
"""What is said on a device's shell, line by line: each is recorded, and judged for what no device may say."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence

from plumbline.bench import bounds, death
from plumbline.bench.events import Recorder
from plumbline.bench.hearing import Hearing
from plumbline.bench.stack_time import StackTime
from plumbline.board import Device
from plumbline.errors import PlumblineError, Unexpected
from plumbline.events import Way
from plumbline.shell.protocol import DutEvent, Echo, Garbage, Item, LastWords, Reply
from plumbline.shell.session import ShellSession
from plumbline.shell.stream import ShellClosed


class Conversation:
    """With one device, from its first word on. What `read_...` gives is None after so many seconds of silence."""

    def __init__(
        self, device: Device, session: ShellSession, hearing: Hearing, recorder: Recorder, time: StackTime
    ) -> None:
        self._device = device
        self._session = session
        self._hearing = hearing
        self._recorder = recorder
        self._time = time
        self._has_started = False
        # What came behind a reply, in the same breath or not: told when the turn ends.
        self._unread = session.take_up(device.greeting, device.lines_read)
        self.said: list[DutEvent] = []

    def ask(self, command: str) -> None:
        """Sends it, when nothing else is under way."""
        try:
            line = self._session.request(command, within_s=bounds.ANSWER_S)
        except ShellClosed as error:
            raise self._closed() from error
        self._recorder.shell(Way.TO_DUT, self._time.ms, line)

    def ask_together(self, commands: Sequence[str]) -> None:
        """Sends them in one piece. Each will be replied to in turn."""
        try:
            lines = self._session.requests(commands, within_s=bounds.ANSWER_S)
        except ShellClosed as error:
            raise self._closed() from error
        for line in lines:
            self._recorder.shell(Way.TO_DUT, self._time.ms, line)

    def hear(self) -> None:
        """Takes what the device has said, without waiting."""
        try:
            self._unread += self._hearing.items_now()
        except ShellClosed as error:
            raise self._closed() from error
        while self._unread:
            self._take(self._unread.pop(0))

    def read_start(self, within_s: float) -> bool | None:
        """Its first word. From then on it has started, and is not to do so by itself."""
        ready = self.read_event("ready", within_s)
        self._has_started = ready is not None
        return ready

    def read_lines(self, said: int, within_s: float) -> bool | None:
        """So many since it was ready: a serial line is slower than the wire. They are not taken yet."""
        while self._session.lines < said:
            items = self._hearing.items(within_s=within_s)
            if items is None:
                return None
            self._unread += items
        return True

    def read_event(self, kind: str, within_s: float) -> bool | None:
        item = self._read_to(lambda item: isinstance(item, DutEvent) and item.kind == kind, within_s)
        return None if item is None else True

    def read_reply(self, within_s: float) -> Reply | None:
        item = self._read_to(lambda item: isinstance(item, Reply), within_s)
        return item if isinstance(item, Reply) else None

    def check_others(self, what: str) -> None:
        """What somebody else's reading or writing explains is nothing of the device's."""
        if others := self._session.others():
            raise death.of_others(self._recorder, what, self._session.shared_name, others)

    def _read_to(self, is_it: Callable[[Item], bool], within_s: float) -> Item | None:
        """The first item that is it. What stands behind it is left for the end of the turn: it belongs there whether
        it came with the same read or with the next."""
        for _ in range(bounds.LINES_PER_ANSWER):
            if self._unread:
                item = self._unread.pop(0)
                self._take(item)
                if is_it(item):
                    return item
                continue
            items = self._hearing.items(within_s=within_s)
            if items is None:
                return None
            self._unread += items
        raise death.of_chatter(self._recorder)

    def _cause(self) -> str:
        """What began its new start, as that says itself; empty when it does not. What was under way before is lost."""
        session = ShellSession(self._device.shell)
        with contextlib.suppress(ShellClosed):
            self._recorder.shell(Way.TO_DUT, self._time.ms, session.request("id", within_s=bounds.ANSWER_S))
            for _ in range(bounds.LINES_PER_ANSWER):
                items = session.read(within_s=bounds.ANSWER_S)
                if items is None:
                    break
                for item in items:
                    self._recorder.shell(Way.FROM_DUT, self._time.ms, item.line)
                    if isinstance(item, Reply):
                        return item.fields.values.get("cause", "")
        return ""

    def _closed(self) -> PlumblineError:
        return death.of_closed_line(self._device, self._recorder, "shell")

    def _take(self, item: Item) -> None:
        if isinstance(item, DutEvent):
            self._time.ms = item.ms
            self.said.append(item)
        elif isinstance(item, Reply) and "now" in item.fields.values:
            self._time.ms = item.fields.number("now")
        self._recorder.shell(Way.FROM_DUT, self._time.ms, item.line)
        if isinstance(item, LastWords):
            raise death.of_last_words(self._recorder, item.text)
        if isinstance(item, DutEvent) and item.kind == "ready" and self._has_started:
            raise death.of_restart(self._device, self._recorder, self._cause())
        if isinstance(item, Echo) and self._session.shared_name:
            raise death.of_typist(self._recorder, self._session.shared_name, item.line, self._session.others())
        if isinstance(item, Garbage):
            self.check_others(f"the shell said {item.line!r}")
            raise Unexpected(f"the shell said what its protocol does not know: {item.line!r} ({item.why})")
