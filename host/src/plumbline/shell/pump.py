# SPDX-License-Identifier: GPL-2.0-or-later
"""A task of the device that moves pattern data, so that megabytes need no serial line."""

from __future__ import annotations

from plumbline.shell.line import ShellLine
from plumbline.shell.views import Done, PumpView


class Pump:
    def __init__(self, line: ShellLine, handle: int, since: int, until: int | None = None) -> None:
        self._line = line
        self.handle = handle
        self._since = since
        self.until = until  # where the handle began to mean another pump
        self.stopped = False

    def done(self) -> Done | None:
        """How it ended; None while it runs."""
        self._line.hear_out()
        return self._heard_done()

    @property
    def runs(self) -> bool:
        """As far as the device was heard."""
        return not self.stopped and self._heard_done() is None

    def progress(self) -> PumpView:
        """Refused with no-such when it has ended."""
        fields = self._line.command(f"pump {self.handle}", changes=False).fields
        return PumpView(fields.number("bytes"), fields.number("bad"), fields.flag("running"))

    def stop(self) -> None:
        self._line.command(f"pump stop {self.handle}")
        self.stopped = True

    def _heard_done(self) -> Done | None:
        for event in self._line.dut_events[self._since : self.until]:
            if event.kind == "done" and event.fields.values.get("pump") == str(self.handle):
                fields = event.fields
                return Done(event.ms, fields.number("bytes"), fields.number("bad"), fields.text("end"))
        return None
