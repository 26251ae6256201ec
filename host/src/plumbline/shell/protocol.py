# SPDX-License-Identifier: GPL-2.0-or-later
"""The control shell's language (docs/bench-protocol.md), with no I/O: commands in, bytes out; bytes in, items out.

Nothing that a device writes makes this raise. What no reading of the protocol explains is `Garbage`.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from plumbline.errors import HarnessError, Unexpected

LINE_MAX = 500  # bytes, each way


@dataclass(frozen=True)
class Fields:
    """The key=value pairs of one line, with the conversions that fail by name."""

    values: Mapping[str, str]

    def text(self, key: str) -> str:
        if key not in self.values:
            raise Unexpected(f"the device's answer has no {key}=: {dict(self.values)}")
        return self.values[key]

    def number(self, key: str) -> int:
        text = self.text(key)
        try:
            return int(text, 0)
        except ValueError:
            raise Unexpected(f"{key}={text} in the device's answer is no number") from None

    def flag(self, key: str) -> bool:
        return self.number(key) != 0

    def numbers(self) -> dict[str, int]:
        """All of them, for answers that are counters only."""
        return {key: self.number(key) for key in self.values}


@dataclass(frozen=True)
class Reply:
    """The end of a request: `name` is empty when it succeeded."""

    line: str
    command: str
    name: str
    text: str
    fields: Fields
    data: tuple[Fields, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.name


@dataclass(frozen=True)
class DutEvent:
    """Something the device says of itself, at that time of its stack clock."""

    line: str
    ms: int
    kind: str
    fields: Fields


@dataclass(frozen=True)
class Aside:
    """A line that needs no reading: said to people, or data that comes again with its reply."""

    line: str


@dataclass(frozen=True)
class Garbage:
    """A line that the protocol does not allow at this place."""

    line: str
    why: str


@dataclass(frozen=True)
class Echo(Garbage):
    """What the device shows of a line that is typed at it. A program's requests are not echoed: it is nobody's of
    ours."""


@dataclass(frozen=True)
class LastWords:
    """What a device says that stops for good."""

    line: str
    text: str


Item = Reply | DutEvent | Aside | Garbage | LastWords
_DEAD = b"!dead "
_ECHOED = re.compile(rb"(\x1b\[K)?> ")  # the prompt, and ahead of it what a line that is edited is wiped with


class ShellProtocol:
    """One shell. Requests that are under way together are answered in turn."""

    def __init__(self) -> None:
        self.lines = 0  # that came since the device was ready
        self._partial = b""
        self._number = 0
        self._under_way: deque[tuple[int, str]] = deque()
        self._data: list[Fields] = []

    @property
    def busy(self) -> str | None:
        """The command under way."""
        return self._under_way[0][1] if self._under_way else None

    def request(self, command: str) -> bytes:
        """The bytes that ask for `command`."""
        if self.busy is not None:
            raise HarnessError(f"{command!r} asked while {self.busy!r} is under way")
        return self.request_behind(command)

    def request_behind(self, command: str) -> bytes:
        """The same, behind what is under way."""
        line = f"@{self._number + 1} {command}"
        if not line.isascii() or not line.isprintable():
            raise HarnessError(f"a command is one line of printable ASCII: {command!r}")
        if len(line) > LINE_MAX:
            raise HarnessError(f"a command line has at most {LINE_MAX} bytes, this one {len(line)}: {command[:40]}...")
        self._number += 1
        self._under_way.append((self._number, command))
        return line.encode() + b"\n"

    def feed(self, data: bytes) -> list[Item]:
        """Takes bytes as they came, whole lines or not."""
        *lines, self._partial = (self._partial + data).replace(b"\r", b"\n").split(b"\n")
        items = [self._counted(self._item(line)) for line in lines if line]
        if len(self._partial) > LINE_MAX:
            items.append(Garbage(_shown(self._partial), f"more than {LINE_MAX} bytes without a line end"))
            self._partial = b""
        return items

    def _counted(self, item: Item) -> Item:
        is_first = isinstance(item, DutEvent) and item.kind == "ready"
        self.lines = 0 if is_first else self.lines + 1
        return item

    def _item(self, raw: bytes) -> Item:
        line = _shown(raw)
        if len(raw) > LINE_MAX:
            return Garbage(line, f"longer than {LINE_MAX} bytes")
        if raw.startswith(b"#"):
            return Aside(line)
        if raw.startswith(_DEAD):
            return LastWords(line, line.removeprefix(_DEAD.decode()))
        if raw.startswith(b"!"):
            return _event(line)
        if raw.startswith(b"@"):
            return self._answer(line)
        if _ECHOED.match(raw):
            return Echo(line, "the echo of what nobody of us typed")
        return Garbage(line, "neither reply, event nor banner")

    def _answer(self, line: str) -> Item:
        head, _, rest = line.partition(" ")
        number, kind = head[1:-1], head[-1:]
        if number == "0" and kind == "=":
            return Garbage(line, "the device could not read the request")
        if not self._under_way or number != str(self._under_way[0][0]) or kind not in (":", "="):
            return Garbage(line, "not an answer to the request under way")
        if kind == ":":
            return self._data_line(line, rest)
        return self._end(line, rest, self._under_way[0][1])

    def _data_line(self, line: str, rest: str) -> Item:
        fields = _fields(rest)
        if fields is None:
            return Garbage(line, "data that is not key=value")
        self._data.append(fields)
        return Aside(line)

    def _end(self, line: str, rest: str, command: str) -> Item:
        status, _, tail = rest.partition(" ")
        data = tuple(self._data)
        if status == "err":
            name, _, text = tail.partition(" ")
            self._next()
            return Reply(line, command, name or "unnamed", text, Fields({}), data)
        fields = _fields(tail)
        if status != "ok" or fields is None:
            return Garbage(line, "a reply ends with ok or err")
        self._next()
        return Reply(line, command, "", "", fields, data)

    def _next(self) -> None:
        self._under_way.popleft()
        self._data = []


def _event(line: str) -> Item:
    time, _, rest = line[1:].partition(" ")
    kind, _, tail = rest.partition(" ")
    fields = _fields(tail)
    if not (time.isascii() and time.isdecimal()) or not kind or fields is None:
        return Garbage(line, "an event is !MS kind key=value ...")
    return DutEvent(line, int(time), kind, fields)


def _fields(text: str) -> Fields | None:
    """None when a word is not key=value."""
    pairs = [word.partition("=") for word in text.split()]
    if not all(equals and key for key, equals, _ in pairs):
        return None
    return Fields({key: value for key, _, value in pairs})


def _shown(raw: bytes) -> str:
    return raw.decode("ascii", "backslashreplace")
