# SPDX-License-Identifier: GPL-2.0-or-later
"""A server of the device: a task that serves whoever comes."""

from __future__ import annotations

from plumbline.shell.line import ShellLine
from plumbline.shell.views import ServerView


class Server:
    def __init__(self, line: ShellLine, handle: int, ring_bytes: int) -> None:
        self._line = line
        self.handle = handle
        self.ring_bytes = ring_bytes
        self.stopped = False

    def stats(self) -> ServerView:
        fields = self._line.command(f"serve {self.handle}", changes=False).fields.numbers()
        return ServerView(**fields)

    def stop(self) -> None:
        """Resets whom it serves. The handle is the device's again."""
        self._line.command(f"serve stop {self.handle}")
        self.stopped = True
