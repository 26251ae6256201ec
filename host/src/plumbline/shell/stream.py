# SPDX-License-Identifier: GPL-2.0-or-later
"""A stream of bytes that a shell is at the other end of: a socket, or (rig/serial_stream.py) a serial port."""

from __future__ import annotations

import socket
from typing import Protocol

_READ_BYTES = 65536


class ShellClosed(Exception):
    """The other end is gone. Who ended it is the board's to say."""


class Stream(Protocol):
    """Moves bytes; knows nothing of what is in them."""

    @property
    def shared_name(self) -> str:
        """Of a line that other programs can open too; empty when it is ours alone."""

    def others(self) -> list[str]:
        """Programs that have it open as well, as far as this user may see."""

    def fileno(self) -> int: ...

    def send(self, data: bytes, *, within_s: float) -> None:
        """What found no room in that time is lost: a reply that does not come tells. ShellClosed."""

    def receive(self, *, within_s: float) -> bytes | None:
        """What is there, once something came; None when nothing came for that long. ShellClosed."""

    def close(self) -> None: ...


class SocketStream:
    """Owns the socket it is given."""

    shared_name = ""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def others(self) -> list[str]:
        return []

    def fileno(self) -> int:
        return self._sock.fileno()

    def send(self, data: bytes, *, within_s: float) -> None:
        self._sock.settimeout(within_s)
        try:
            self._sock.sendall(data)
        except TimeoutError:
            pass
        except OSError as error:
            raise ShellClosed(str(error)) from error

    def receive(self, *, within_s: float) -> bytes | None:
        self._sock.settimeout(within_s)
        try:
            data = self._sock.recv(_READ_BYTES)
        except (TimeoutError, BlockingIOError):
            return None
        except OSError as error:
            raise ShellClosed(str(error)) from error
        if not data:
            raise ShellClosed("end of file")
        return data

    def close(self) -> None:
        self._sock.close()
