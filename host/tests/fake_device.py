# SPDX-License-Identifier: GPL-2.0-or-later
"""A small device in this process, for what a real one never does: it speaks shell and fence on socket pairs, one thing
at a time, and says and loses what a test tells it to."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Mapping
from select import select

from plumbline.board.ending import By, Ending
from plumbline.board.process import Activity
from plumbline.board.start_word import StartWord
from plumbline.shell.stream import SocketStream
from plumbline.wire.fence import FenceAnswer, decode_fence, encode_fence_answer
from plumbline.wire.port import WirePort

MAC = bytes.fromhex("020000000002")


class FakeDevice:
    """Answers `clock`, and whatever else `replies` holds; anything unknown is refused."""

    def __init__(self) -> None:
        wire, self._wire = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        shell, self._shell = socket.socketpair()
        self.wire, self.shell = WirePort(wire), SocketStream(shell)
        self.greeting, self.lines_read = b"", 0
        self.known_as: Mapping[str, str] = {}
        self.now = 0
        self.replies: dict[str, list[str]] = {}  # lines, without the request's number: "= ok n=5"
        self.on_frame: Callable[[bytes], list[bytes]] = lambda _: []
        self.fences_to_lose = 0
        self.heard: list[bytes | str] = []  # frames and commands, in the order they were taken in
        self.cable: list[bool] = []
        self.late: list[str] = []  # lines that come behind the answer to the next fence, which counts them
        self.ended = Ending(By.NOBODY, "it runs")
        self.activities = [Activity("S", 0.0)]  # the last one stays
        self.debugged = ""
        self._partial = b""
        self.said = 0  # lines since it was ready
        self.say("!0 ready protocol=1")
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    # -- what a board does

    def plug(self, plugged: bool) -> None:
        self.cable.append(plugged)

    def ending(self, *, within_s: float = 0) -> Ending:
        assert within_s >= 0
        return self.ended

    def log(self) -> str:
        return ""

    def reports(self) -> list[str]:
        return []

    def start_over(self, word: StartWord) -> list[str]:
        raise NotImplementedError(word)

    def activity(self) -> Activity:
        return self.activities.pop(0) if len(self.activities) > 1 else self.activities[0]

    def debugger(self) -> str:
        return self.debugged

    def end(self, *, within_s: float) -> Ending:
        assert within_s > 0
        self.shell.close()
        return Ending(By.US, "ended as asked")

    def close(self) -> None:
        for line in (self.wire, self.shell):
            line.close()
        self._thread.join()
        for sock in (self._wire, self._shell):
            sock.close()

    # -- what tests make it do

    def say(self, line: str) -> None:
        self.said = 0 if " ready " in line else self.said + 1
        self._shell.sendall(line.encode("latin-1") + b"\r\n")

    def send(self, frame: bytes) -> None:
        self._wire.send(frame)

    def hang_up(self, which: str) -> None:
        """Closes its end of "wire" or "shell", as a process that ends does."""
        (self._wire if which == "wire" else self._shell).shutdown(socket.SHUT_RDWR)

    def _serve(self) -> None:
        lines = {self._wire: self._take_frame, self._shell: self._take_bytes}
        while lines:
            for sock in select(list(lines), [], [])[0]:
                data = _read(sock)
                if not data:
                    lines.clear()
                    break
                with contextlib.suppress(OSError):  # the bench is gone: the next read says so
                    lines[sock](data)

    def _take_frame(self, frame: bytes) -> None:
        number = decode_fence(frame)
        if number is None:
            self.heard.append(frame)
            for answer in self.on_frame(frame):
                self.send(answer)
        elif self.fences_to_lose:
            self.fences_to_lose -= 1
        else:
            done = FenceAnswer(number, self.now, 0, 0, 0, 0, 0, 0, 0, 0, 0, said=self.said + len(self.late))
            self.send(encode_fence_answer(done, dst=frame[6:12], src=MAC))
            while self.late:
                self.say(self.late.pop(0))

    def _take_bytes(self, data: bytes) -> None:
        *lines, self._partial = (self._partial + data).split(b"\n")
        for line in lines:
            number, _, command = line.decode().partition(" ")
            self.heard.append(command)
            for reply in self._reply(command):
                self.say(f"{number}{reply}" if reply[0] in "=:" else reply)

    def _reply(self, command: str) -> list[str]:
        if command == "clock":
            return [f"= ok now={self.now} held=1 next=none"]
        if command.startswith("link tell "):
            return ["= ok", f"!{self.now} cable in={int(command.endswith(' in'))}"]
        return self.replies.get(command, ["= err unknown-command"])


def _read(sock: socket.socket) -> bytes:
    try:
        return sock.recv(65536)
    except OSError:
        return b""
