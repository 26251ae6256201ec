# SPDX-License-Identifier: GPL-2.0-or-later
"""The harness's end of a wire: what every one can do, and a SEQPACKET socket, one frame a message."""

from __future__ import annotations

import fcntl
import select
import socket
import sys
import termios
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Protocol

_FRAME_MAX = 65536  # more than any frame, so that an overlong one is seen whole
_SEND_BUFFER_BYTES = 4 << 20


class WireClosed(Exception):
    """The other end is gone. Who ended it is the board's to say."""


class Stamped(NamedTuple):
    """A frame, and when the kernel took it from a network port; the first ones, when it was read: a kernel that nobody
    asked for stamps before begins with them a moment later."""

    frame: bytes
    at_ns: int  # of the machine's clock, since 1970; 0: no network port is on its way


class Port(Protocol):
    """Moves frames; knows nothing of what is in them."""

    @property
    def interface(self) -> str:
        """Of this machine, where a cable is on the way; else empty."""

    @property
    def named(self) -> str:
        """As the rig file names it, where a person chose it: it may lead elsewhere. Empty for the harness's own."""

    def fileno(self) -> int: ...

    def wait_for_link(self, *, within_s: float) -> bool:
        """What is sent before is lost. WireClosed."""

    def watch(self) -> None:
        """From here on `trouble` counts. BenchError when there is nothing to count."""

    def expect_no_link(self) -> None:
        """It is lost on purpose: up to the next `watch` that is no trouble."""

    def trouble(self) -> str:
        """What became of frames on their way since `watch`, in words, and is neither end's doing; else empty."""

    def send(self, frame: bytes, *, within_s: float) -> bool:
        """False when there was no room for it in that time. WireClosed."""

    def sent_is_taken(self) -> bool:
        """Whether all that was sent has left us."""

    def receive(self, *, within_s: float) -> bytes | None:
        """The next frame, None when there is none for that long. WireClosed."""

    def receive_stamped(self, *, within_s: float) -> Stamped | None:
        """The same."""

    def drain(self, most: int) -> list[bytes]:
        """What is there now, at most so many frames, without waiting. A closed wire ends the list."""

    def close(self) -> None: ...


class WirePort:
    """Owns the socket it is given."""

    interface = named = ""

    def __init__(self, sock: socket.socket) -> None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
        self._sock = sock
        self._path: Path | None = None
        self._was_taken = False

    @classmethod
    def at(cls, path: Path, *, named: str = "") -> WirePort:
        """To whoever listens there: a board has one bench at a time, and `wait_for_link` tells whether it took us.
        OSError."""
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            sock.connect(str(path))
        except OSError:
            sock.close()
            raise
        port = cls(sock)
        port._path, port.named = path, named
        return port

    def fileno(self) -> int:
        return self._sock.fileno()

    def wait_for_link(self, *, within_s: float) -> bool:
        """There is one, unless the other end closed it. Of a board that ran since we came, this tells."""
        look = select.poll()
        look.register(self._sock, select.POLLRDHUP)
        if look.poll(0):
            raise self._end()
        return True

    def watch(self) -> None:
        """A socket loses nothing."""

    def expect_no_link(self) -> None:
        pass

    def trouble(self) -> str:
        return ""

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
            raise self._end()
        self._was_taken = True
        return frame

    def receive_stamped(self, *, within_s: float) -> Stamped | None:
        frame = self.receive(within_s=within_s)
        return None if frame is None else Stamped(frame, 0)

    def drain(self, most: int) -> list[bytes]:
        """What is in the socket now, at most so many frames, without waiting. A closed wire ends the list."""
        frames: list[bytes] = []
        try:
            while len(frames) < most and (frame := self.receive(within_s=0)) is not None:
                frames.append(frame)
        except WireClosed:
            pass
        return frames

    def _end(self) -> WireClosed:
        """A board that turns us away has sent us nothing."""
        is_refused = self._path is not None and not self._was_taken
        return WireClosed(f"another bench has the wire {self._path}" if is_refused else "end of file")

    def close(self) -> None:
        self._sock.close()

    def __enter__(self) -> WirePort:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
