# SPDX-License-Identifier: GPL-2.0-or-later
"""The harness's end of a device's shell: asks in its language, and reads what comes."""

from __future__ import annotations

from collections.abc import Sequence

from plumbline.shell.protocol import Item, ShellProtocol
from plumbline.shell.stream import Stream


class ShellSession:
    """Owns the stream it is given."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._protocol = ShellProtocol()

    @property
    def lines(self) -> int:
        """How many were read since the device was ready."""
        return self._protocol.lines

    @property
    def shared_name(self) -> str:
        """Of the stream."""
        return self._stream.shared_name

    def others(self) -> list[str]:
        """Who else has the stream open."""
        return self._stream.others()

    def fileno(self) -> int:
        return self._stream.fileno()

    def request(self, command: str, *, within_s: float) -> str:
        """Sends it; the line as it was sent. It is left to the reply to show whether the device took it."""
        line = self._protocol.request(command)
        self._stream.send(line, within_s=within_s)
        return line.decode().rstrip()

    def requests(self, commands: Sequence[str], *, within_s: float) -> list[str]:
        """The same of several, in one piece."""
        lines = [self._protocol.request_behind(command) for command in commands]
        self._stream.send(b"".join(lines), within_s=within_s)
        return [line.decode().rstrip() for line in lines]

    def read(self, *, within_s: float) -> list[Item] | None:
        """The lines that are whole now, once something came; None when nothing came for that long."""
        data = self._stream.receive(within_s=within_s)
        return None if data is None else self._protocol.feed(data)

    def take_up(self, greeting: bytes, lines: int) -> list[Item]:
        """What somebody read ahead of it: up to the device's word that it is ready, and so many lines since."""
        items = self._protocol.feed(greeting)
        self._protocol.lines += lines
        return items

    def close(self) -> None:
        self._stream.close()
