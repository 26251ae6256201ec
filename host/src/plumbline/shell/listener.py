# SPDX-License-Identifier: GPL-2.0-or-later
"""A TCP listener of the device."""

from __future__ import annotations

from plumbline.shell.line import ShellLine
from plumbline.shell.tcp import TcpSocket


class Listener:
    def __init__(self, line: ShellLine, handle: int, port: int, places: int = 0) -> None:
        self._line = line
        self.handle = handle
        self.port = port
        self.places = places  # in which it holds what finds no socket
        self.closed = False

    def lend(self, sock: TcpSocket) -> None:
        self._line.command(f"listen lend {self.handle} {sock.handle}")

    def reopen(self) -> None:
        """Its SYNs may open pairs in TIME-WAIT again."""
        self._line.command(f"listen reopen {self.handle}")

    def close(self) -> None:
        """Sockets that wait come back; connections go on. The handle is the device's again."""
        self._line.command(f"listen close {self.handle}")
        self.closed = True

    def stats(self) -> dict[str, int]:
        return self._line.command(f"listen stats {self.handle}", changes=False).fields.numbers()
