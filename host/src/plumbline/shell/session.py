# SPDX-License-Identifier: GPL-2.0-or-later
"""The harness's end of the serial line: a stream socket. Moves bytes; the protocol reads them."""

from __future__ import annotations

import socket
from collections.abc import Sequence

from plumbline.shell.protocol import Item, ShellProtocol

_READ_BYTES = 65536


class ShellClosed(Exception):
    """The other end is gone. Who ended it is the board's to say."""


class ShellSession:
    """Owns the socket it is given."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._protocol = ShellProtocol()

    def fileno(self) -> int:
        return self._sock.fileno()

    def request(self, command: str, *, within_s: float) -> str:
        """Sends it; the line as it was sent. It is left to the reply to show whether the device took it."""
        line = self._protocol.request(command)
        self._send(line, within_s)
        return line.decode().rstrip()

    def requests(self, commands: Sequence[str], *, within_s: float) -> list[str]:
        """The same of several, in one piece."""
        lines = [self._protocol.request_behind(command) for command in commands]
        self._send(b"".join(lines), within_s)
        return [line.decode().rstrip() for line in lines]

    def _send(self, data: bytes, within_s: float) -> None:
        self._sock.settimeout(within_s)
        try:
            self._sock.sendall(data)
        except TimeoutError:
            pass
        except OSError as error:
            raise ShellClosed(str(error)) from error

    def read(self, *, within_s: float) -> list[Item] | None:
        """The lines that are whole now, once something came; None when nothing came for that long."""
        self._sock.settimeout(within_s)
        try:
            data = self._sock.recv(_READ_BYTES)
        except (TimeoutError, BlockingIOError):
            return None
        except OSError as error:
            raise ShellClosed(str(error)) from error
        if not data:
            raise ShellClosed("end of file")
        return self._protocol.feed(data)

    def close(self) -> None:
        self._sock.close()
