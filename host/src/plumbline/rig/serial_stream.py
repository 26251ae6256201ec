# SPDX-License-Identifier: GPL-2.0-or-later
"""A board's serial port as the stream that its shell is at the other end of."""

from __future__ import annotations

import fcntl
import os
import select
import termios
import time

from plumbline.errors import BenchError
from plumbline.rig.greeting import opened
from plumbline.rig.serial_users import is_pseudo, others_at
from plumbline.rig.spec import Console
from plumbline.shell.stream import ShellClosed

_READ_BYTES = 65536
_GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL


class SerialStream:
    """Ours alone, from its opening to `close()`. BenchError when it cannot be had."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._open()

    def open_again(self) -> None:
        """A serial port that went with its probe's USB is another one when it is back, under the same name. BenchError,
        and it is closed, when it cannot be had. Who asked for `fileno()` asks again."""
        self.close()
        self._open()

    def has_hung_up(self) -> bool:
        """Or is closed: nothing will ever come."""
        return self._fd < 0 or any(event & _GONE for _, event in self._reads.poll(0))

    def _open(self) -> None:
        self._serial = opened(self._console)
        self._fd = self._serial.fileno()
        try:
            self._keep_others_out()
        except BenchError:
            self.close()
            raise
        os.set_blocking(self._fd, False)
        self._reads, self._writes = select.poll(), select.poll()
        self._reads.register(self._fd, select.POLLIN)
        self._writes.register(self._fd, select.POLLOUT)

    @property
    def shared_name(self) -> str:
        return str(self._serial.port)

    def others(self) -> list[str]:
        return others_at(self._fd)

    def fileno(self) -> int:
        return self._fd

    def send(self, data: bytes, *, within_s: float) -> None:
        until = time.monotonic() + within_s
        try:
            while data and self._writes.poll(max(until - time.monotonic(), 0) * 1000):
                data = data[os.write(self._fd, data) :]
        except OSError as error:
            raise ShellClosed(f"{self._serial.port}: {error.strerror}") from error

    def receive(self, *, within_s: float) -> bytes | None:
        try:
            if self._fd >= 0 and not self._reads.poll(within_s * 1000):  # else an empty line reads as one that ended
                return None
            data = os.read(self._fd, _READ_BYTES)
        except OSError as error:
            raise ShellClosed(f"{self._serial.port}: {error.strerror}") from error
        if not data:
            raise ShellClosed(f"{self._serial.port}: nobody is at its other end")
        return data

    def _keep_others_out(self) -> None:
        """Those who ask for no lock, as a terminal program does: those to come, and those who are there already. A
        pseudo terminal would keep it after us: the board at its other end lives on."""
        if is_pseudo(os.fstat(self._fd).st_rdev):
            return
        fcntl.ioctl(self._fd, termios.TIOCEXCL)
        if others := self.others():
            fcntl.ioctl(self._fd, termios.TIOCNXCL)  # it would stay as long as they do
            raise BenchError(f"another program has the serial port {self._serial.port}: close {' and '.join(others)}")

    def close(self) -> None:
        self._fd = -1
        self._serial.close()
