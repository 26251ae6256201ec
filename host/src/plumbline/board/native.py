# SPDX-License-Identifier: GPL-2.0-or-later
"""The native board: the whole firmware as one process, on a wire made of a socket pair."""

from __future__ import annotations

import os
import socket
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path

from plumbline.board.ending import By, Ending, classify
from plumbline.board.process import Activity, ChildProcess
from plumbline.board.spec import BoardSpec, check_program
from plumbline.board.start_word import HELD_AT_0, StartWord
from plumbline.errors import BenchError
from plumbline.shell.stream import SocketStream
from plumbline.wire.port import WirePort

_WIRE_BUFFER_BYTES = 4 << 20
_SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:exitcode=77:abort_on_error=0",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1:exitcode=77",
}


class NativeDevice:
    """A running device. Its two lines are the caller's to use and `close()`'s to close."""

    greeting, lines_read = b"", 0
    known_as: Mapping[str, str] = {}

    def __init__(self, image: Path, start: StartWord = HELD_AT_0, *, before: Sequence[str] = ()) -> None:
        """`before` is a command that runs what is put behind it."""
        check_program(image)
        our_wire, wire = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        our_shell, shell = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self.wire, self.shell = WirePort(our_wire), SocketStream(our_shell)
        self._switch, switch = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _WIRE_BUFFER_BYTES)
        command = [*before, str(image), "--wire", "3", "--shell", "4", "--switch", "5", *start.arguments()]
        try:
            with wire, shell, switch:
                self._process = _start(command, [wire.fileno(), shell.fileno(), switch.fileno()])
        except BenchError:
            self._close_lines()
            raise
        self._asked_to_end = False
        # Should the harness end without close(): the process must not outlive it.
        self._finalizer = weakref.finalize(self, self._process.release)

    @staticmethod
    def at_a_terminal(board: BoardSpec, tap: str | None) -> list[str]:
        """The command that runs it in real time with its shell on this terminal."""
        return [str(board.image), "--shell", "-", *(["--wire", f"tap:{tap}"] if tap else [])]

    @property
    def pid(self) -> int:
        return self._process.pid

    def plug(self, plugged: bool) -> None:
        """Puts the cable in or pulls it."""
        try:
            self._switch.send(b"u" if plugged else b"d")
        except OSError as error:
            raise BenchError(f"the switch beside the wire is gone: {error}") from error

    def ending(self, *, within_s: float = 0) -> Ending:
        """How it ended, when it has, or does within that long."""
        status = self._process.status(within_s=within_s)
        return classify(status, self._process.stderr(), asked_to_end=self._asked_to_end)

    def activity(self) -> Activity:
        return self._process.activity()

    def debugger(self) -> str:
        """As a process's it shows in its activity."""
        return ""

    def log(self) -> str:
        """What it wrote to its standard error."""
        return self._process.stderr()

    def reports(self) -> list[str]:
        return []

    def start_over(self, word: StartWord) -> list[str]:
        return []

    def end(self, *, within_s: float) -> Ending:
        """Closes the shell, which asks the device to end, and waits for that. It runs on where it does not obey."""
        self._asked_to_end = True
        self.shell.close()
        ending = self.ending(within_s=within_s)
        if ending.by is By.NOBODY:
            return Ending(By.ITSELF, f"it did not end within {within_s} s after its shell was closed")
        return ending

    def close(self) -> None:
        """Kills it if it runs, reaps it, closes its lines."""
        self._finalizer()
        self._close_lines()

    def _close_lines(self) -> None:
        for line in (self.wire, self.shell, self._switch):
            line.close()


def _start(command: list[str], fds: list[int]) -> ChildProcess:
    try:
        return ChildProcess(Path(command[0]), command[1:], fds, {**os.environ, **_SANITIZERS})
    except OSError as error:
        raise BenchError(f"{command[0]} does not start: {error}") from error
