# SPDX-License-Identifier: GPL-2.0-or-later
"""The harness's end of a wire: a SEQPACKET socket, one frame a message."""

from __future__ import annotations

import fcntl
import socket
import sys
import termios
from types import TracebackType

_FRAME_MAX = 65536  # more than any frame, so that an overlong one is seen whole
_SEND_BUFFER_BYTES = 4 << 20


class WireClosed(Exception):
    """The other end is gone. Who ended it is the board's to say."""


class WirePort:
    """Moves frames; knows nothing of what is in them. Owns the socket it is given."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
        self._sock = sock

    def fileno(self) -> int:
        return self._sock.fileno()

    def send(self, frame: bytes, *, within_s: float) -> bool:
        """False when the other end made no room for it in that time."""
        self._sock.settimeout(within_s)
        try:
            self._sock.send(frame)
        except TimeoutError:
            return False
        except OSError as error:
            raise WireClosed(str(error)) from error
        return True

    def sent_is_taken(self) -> bool:
        """Whether the other end has read all that was sent."""
        waiting = fcntl.ioctl(self._sock, termios.TIOCOUTQ, bytes(4))
        return int.from_bytes(waiting, sys.byteorder) == 0

    def receive(self, *, within_s: float) -> bytes | None:
        """The next frame, None when there is none for that long."""
        self._sock.settimeout(within_s)
        try:
            frame = self._sock.recv(_FRAME_MAX)
        except (TimeoutError, BlockingIOError):
            return None
        except OSError as error:
            raise WireClosed(str(error)) from error
        if not frame:
            raise WireClosed("end of file")
        return frame

    def drain(self, most: int) -> list[bytes]:
        """What is in the socket now, at most so many frames, without waiting. A closed wire ends the list."""
        frames: list[bytes] = []
        try:
            while len(frames) < most and (frame := self.receive(within_s=0)) is not None:
                frames.append(frame)
        except WireClosed:
            pass
        return frames

    def close(self) -> None:
        self._sock.close()

    def __enter__(self) -> WirePort:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
