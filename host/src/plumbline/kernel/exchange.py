# SPDX-License-Identifier: GPL-2.0-or-later
"""One TCP connection of Linux's own to the device: bytes sent, bytes that came."""

from __future__ import annotations

import errno
import hashlib
import os
import selectors
import socket
import time

from plumbline.errors import BenchError, PlumblineError, Unexpected

_CHUNK_BYTES = 1 << 18
_LINUX_OWN = frozenset({errno.EADDRNOTAVAIL, errno.ENETDOWN, errno.ENOBUFS, errno.ENOMEM})  # no peer brings these about


class Exchange:
    """Sends all it has, ends its half, and reads: to the end of the stream, or `takes` bytes and then no more."""

    def __init__(self, sock: socket.socket, address: tuple[str, int], sends: bytes, takes: int | None) -> None:
        self.sock = sock
        self.sent = 0
        self.received = bytearray()
        self.is_done = False
        self.began = time.monotonic()
        self._sends = memoryview(sends)
        self._takes = takes
        self._connecting = True
        self._port = address[1]
        sock.setblocking(False)
        result = sock.connect_ex(address)
        if result != errno.EINPROGRESS:  # nothing was sent yet
            sock.close()
            raise BenchError(f"Linux cannot begin a connection: {os.strerror(result)}; {self}")

    @property
    def events(self) -> int:
        """What it waits for."""
        wants_to_send = self._connecting or self.sent < len(self._sends)
        return selectors.EVENT_READ | (selectors.EVENT_WRITE if wants_to_send else 0)

    def go_on(self, events: int) -> None:
        """Does what can be done now. Unexpected when the connection failed, BenchError when Linux itself did."""
        try:
            if self._connecting:
                self._connected()
            if events & selectors.EVENT_WRITE:
                self._send()
            if events & selectors.EVENT_READ and not self.is_done:
                self._receive()
        except BlockingIOError:
            return
        except OSError as error:
            raise self._failed(error) from error

    def expect(self, data: bytes) -> None:
        """What came is this: as long, and with the same SHA-256. Unexpected, naming the first byte that differs."""
        came, wanted = hashlib.sha256(self.received).hexdigest(), hashlib.sha256(data).hexdigest()
        if (came, len(self.received)) == (wanted, len(data)):
            return
        raise Unexpected(
            f"{len(self.received)} bytes came from port {self._port}, {len(data)} were expected: "
            f"SHA-256 {came[:16]}... instead of {wanted[:16]}...; {_first_difference(bytes(self.received), data)}"
        )

    def __str__(self) -> str:
        state = "not connected" if self._connecting else "done" if self.is_done else "under way"
        sent = f"{self.sent} of {len(self._sends)} bytes sent"
        return f"port {self._port}: {state}, {sent}, {len(self.received)} received"

    def _connected(self) -> None:
        result = self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if result:
            raise OSError(result, os.strerror(result))
        self._connecting = False
        self._end_if_sent()

    def _send(self) -> None:
        if self.sent < len(self._sends):
            self.sent += self.sock.send(self._sends[self.sent : self.sent + _CHUNK_BYTES])
            self._end_if_sent()

    def _end_if_sent(self) -> None:
        if self.sent == len(self._sends) and self._takes is None:
            self.sock.shutdown(socket.SHUT_WR)

    def _receive(self) -> None:
        left = _CHUNK_BYTES if self._takes is None else min(_CHUNK_BYTES, self._takes - len(self.received))
        data = self.sock.recv(left)
        self.received += data
        self.is_done = not data or len(self.received) == self._takes

    def _failed(self, error: OSError) -> PlumblineError:
        whose = BenchError if error.errno in _LINUX_OWN else Unexpected
        return whose(f"Linux's connection failed: {error.strerror}; {self}")


def _first_difference(came: bytes, wanted: bytes) -> str:
    shorter = min(len(came), len(wanted))
    if came[:shorter] == wanted[:shorter]:
        return f"they are the same as far as byte {shorter}"
    low, high = 0, shorter  # came[:low] is the same, came[:high] is not
    while high - low > 1:
        middle = (low + high) // 2
        if came[low:middle] == wanted[low:middle]:
            low = middle
        else:
            high = middle
    return f"byte {low} is 0x{came[low]:02x} instead of 0x{wanted[low]:02x}"
