# SPDX-License-Identifier: GPL-2.0-or-later
"""A YAML mapping whose complaints name the file, the line, the board and the key, and say the way out.

Scalars are read as they are written, and only by whoever asks for a number is one made of them: YAML itself takes a
serial number of digits for a number, and a MAC address of digits for one to the base of sixty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import yaml

from plumbline.errors import BenchError
from plumbline.wire.addresses import mac_bytes

T = TypeVar("T")
_DIGITS = 10
_FLAGS = {"true": True, "false": False}


def read_sections(path: Path) -> list[Section]:
    """A file that is a list of mappings, as Zephyr's hardware map is. One that is empty has none."""
    try:
        return sections_of(path.read_bytes(), path)
    except OSError as error:
        raise BenchError(f"{path}: {error.strerror}") from None


def sections_of(text: bytes, path: Path) -> list[Section]:
    """The same of what is no file; `path` is what complaints call it."""
    try:
        node = yaml.compose(text.decode(), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise BenchError(f"{path} is no YAML: {' '.join(str(error).split())}") from None
    if node is None:
        return []
    if not isinstance(node, yaml.SequenceNode):
        raise BenchError(f"{path}: must be a list of boards, each behind a dash (docs/rig.md shows one)")
    return [Section(path, item) for item in node.value]


@dataclass
class Section:
    """One board, or a mapping inside one."""

    path: Path
    node: yaml.Node
    board: str = ""
    prefix: str = ""
    _values: dict[str, yaml.Node] = field(init=False)
    _asked: set[str] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        if not isinstance(self.node, yaml.MappingNode):
            raise self._error(self.node, "must be `key: value` lines")
        self._values = {}
        for key, value in self.node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._error(key, "the name of a key must be a word")
            if key.value in self._values:
                raise self._error(key, f"{self.prefix}{key.value} is there twice")
            self._values[key.value] = value

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    @property
    def line(self) -> int:
        return _line_of(self.node)

    def wrong(self, key: str, what: str, way_out: str = "") -> BenchError:
        node = self._values.get(key, self.node)
        return self._error(node, f"{self.prefix}{key} {what}{': ' if way_out else ''}{way_out}")

    def text(self, key: str, default: str | None = None, *, way_out: str = "") -> str:
        """Text that is not empty."""
        self._asked.add(key)
        node = self._values.get(key)
        if node is None:
            if default is None:
                raise self.wrong(key, "is missing", way_out)
            return default
        if not isinstance(node, yaml.ScalarNode):
            raise self.wrong(key, "must be a line of text", way_out)
        text: str = node.value.strip()
        if not text:
            raise self.wrong(key, "is empty", way_out or "write a value, or leave the line out")
        if not text.replace("\n", "").isprintable():
            raise self.wrong(key, f"has what is no text: {text!r}")
        return text

    def number(self, key: str, default: int, *, within: range, way_out: str = "") -> int:
        if key not in self._values:
            self._asked.add(key)
            return default
        text = self.text(key)
        if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS) or int(text) not in within:
            raise self.wrong(key, f"must be a number from {within[0]} to {within[-1]}, not {text!r}", way_out)
        return int(text)

    def flag(self, key: str, default: bool) -> bool:
        text = self.text(key, str(default).lower())
        if text not in _FLAGS:
            raise self.wrong(key, f"must be true or false, not {text!r}")
        return _FLAGS[text]

    def one_of(self, key: str, choices: Sequence[str], default: str) -> str:
        text = self.text(key, default)
        if text not in choices:
            raise self.wrong(key, f"must be one of {', '.join(choices)}, not {text!r}")
        return text

    def that_reads(self, key: str, read: Callable[[str], T], *, way_out: str = "") -> T | None:
        """What `read` makes of it; None when it is not there. What `read` raises as ValueError is the complaint."""
        if key not in self._values:
            self._asked.add(key)
            return None
        text = self.text(key)
        try:
            return read(text)
        except ValueError as error:
            raise self.wrong(key, f"is {error}", way_out) from None

    def mac(self, key: str) -> str | None:
        """Of one device: no group's."""
        return self.that_reads(key, _device_mac)

    def section(self, key: str) -> Section | None:
        """None when the key is not there, or has a word behind it."""
        node = self._values.get(key)
        if not isinstance(node, yaml.MappingNode):
            return None
        self._asked.add(key)
        return Section(self.path, node, self.board, f"{self.prefix}{key}.")

    def nothing_else(self, hint: Callable[[str], str] = lambda key: "") -> None:
        """Call it last: a key that nobody asked for is a mistake."""
        for key in self._unasked():
            raise self.wrong(key, "is not known", hint(key) or f"there are {', '.join(sorted(self._asked))}")

    def _unasked(self) -> Iterator[str]:
        return (key for key in self._values if key not in self._asked)

    def _error(self, node: yaml.Node, what: str) -> BenchError:
        board = f"{self.board}: " if self.board else ""
        return BenchError(f"{self.path}:{_line_of(node)}: {board}{what}")


def _line_of(node: yaml.Node) -> int:
    return node.start_mark.line + 1 if node.start_mark else 0


def _device_mac(text: str) -> str:
    if mac_bytes(text)[0] & 1:
        raise ValueError(f"the address of a group, not of a device: {text!r}")
    return text.lower()
