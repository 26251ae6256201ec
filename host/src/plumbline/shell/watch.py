# SPDX-License-Identifier: GPL-2.0-or-later
"""A task of the device that waits on a socket and tells when it is woken."""

from __future__ import annotations

from plumbline.shell.line import ShellLine
from plumbline.shell.protocol import DutEvent
from plumbline.shell.views import WatchEvent


class Watch:
    """Its handle is used again after its end, so only what was said since it was made counts."""

    def __init__(
        self, line: ShellLine, handle: int, since: int, until: int | None = None, *, goes_on: bool = False
    ) -> None:
        """`goes_on`: it waits again after each wake."""
        self._line = line
        self.handle = handle
        self._since = since
        self.until = until  # where the handle began to mean another watch
        self.stopped = False
        self._goes_on = goes_on

    def events(self) -> list[WatchEvent]:
        """All up to now, oldest first: the device has nothing more to say."""
        self._line.hear_out()
        said = self._line.dut_events[self._since : self.until]
        return [
            _watch_event(one, number)
            for number, one in enumerate(said, self._since)
            if one.fields.values.get("watch") == str(self.handle)
        ]

    @property
    def waits(self) -> bool:
        """As far as the device was heard."""
        ends = {"deadline"} if self._goes_on else {"deadline", "wake"}
        return not self.stopped and not any(
            one.kind in ends and one.fields.values.get("watch") == str(self.handle)
            for one in self._line.dut_events[self._since : self.until]
        )

    def stop(self) -> None:
        """Withdraws. Refused with no-such when it has ended by itself."""
        self._line.command(f"watch stop {self.handle}")
        self.stopped = True


def _watch_event(event: DutEvent, number: int) -> WatchEvent:
    if event.kind != "wake":
        return WatchEvent(event.kind, event.ms, number=number)
    readable, writable, released = (event.fields.flag(name) for name in ("readable", "writable", "released"))
    return WatchEvent(event.kind, event.ms, readable, writable, released, number)
