# SPDX-License-Identifier: GPL-2.0-or-later
"""A TOML table whose complaints name the file and the key."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from plumbline.errors import BenchError
from plumbline.wire.addresses import ipv4_number, mac_bytes, netmask_number

T = TypeVar("T")


def read_table(path: Path) -> Table:
    try:
        with path.open("rb") as file:
            return Table(path, "", tomllib.load(file))
    except FileNotFoundError:
        raise BenchError(f"{path}: there is no such file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BenchError(f"{path}: {error}") from None


class Table:
    def __init__(self, path: Path, prefix: str, values: Mapping[str, object]) -> None:
        self._path = path
        self._prefix = prefix
        self._values = values
        self._asked: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def over(self, other: Table) -> Table:
        """With what it leaves to the other; of a table that both have, each key apart. Complaints name this one's
        file."""
        return Table(self._path, self._prefix, _laid_over(self._values, other._values))

    def wrong(self, key: str, what: str) -> BenchError:
        return BenchError(f"{self._path}: {self._prefix}{key} {what}")

    def text(self, key: str) -> str:
        return self._typed(key, str, "a string")

    def texts(self, key: str) -> tuple[str, ...]:
        values: list[object] = self._typed(key, list, "a list of strings")
        for value in values:
            if not isinstance(value, str):
                raise self.wrong(key, f"must be a list of strings, not {values!r}")
        return tuple(map(str, values))

    def number(self, key: str, default: int | None = None, *, within: range | None = None) -> int:
        number = self._typed(key, int, "a whole number", default)
        if within is not None and number not in within:
            step = f" in steps of {within.step}" if within.step > 1 else ""
            raise self.wrong(key, f"must be {within[0]:#x} to {within[-1]:#x}{step}, not {number:#x}")
        return number

    def some_of(self, key: str, choices: Collection[str]) -> frozenset[str]:
        """A list of words, each once."""
        words = self.texts(key)
        for word in words:
            if word not in choices:
                raise self.wrong(key, f"has {word!r}, which is none of {', '.join(sorted(choices))}")
            if words.count(word) > 1:
                raise self.wrong(key, f"has {word!r} twice")
        return frozenset(words)

    def one_of(self, key: str, choices: Sequence[str]) -> str:
        text = self.text(key)
        if text not in choices:
            raise self.wrong(key, f"must be one of {', '.join(choices)}, not {text!r}")
        return text

    def ipv4(self, key: str) -> str:
        return self._that_reads(key, ipv4_number)

    def netmask(self, key: str) -> str:
        return self._that_reads(key, netmask_number)

    def mac(self, key: str) -> str:
        """Of one device: no group's."""
        text = self._that_reads(key, mac_bytes)
        if mac_bytes(text)[0] & 1:
            raise self.wrong(key, f"is the address of a group, not of a device: {text!r}")
        return text

    def table(self, key: str) -> Table:
        return Table(self._path, f"{self._prefix}{key}.", self._typed(key, dict, "a table"))

    def nothing_else(self) -> None:
        """Call it last: a key that nobody asked for is a mistake."""
        for key in self._values:
            if key not in self._asked:
                raise self.wrong(key, "is not known")

    def _typed(self, key: str, kind: type[T], what: str, default: T | None = None) -> T:
        self._asked.add(key)
        value = self._values.get(key, default)
        if value is None:
            raise self.wrong(key, "is missing")
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.wrong(key, f"must be {what}, not {value!r}")
        return value

    def _that_reads(self, key: str, read: Callable[[str], object]) -> str:
        text = self.text(key)
        try:
            read(text)
        except ValueError as error:
            raise self.wrong(key, f"is {error}") from None
        return text


def _laid_over(values: Mapping[str, object], others: Mapping[str, object]) -> dict[str, object]:
    laid = {**others, **values}
    for key in values.keys() & others.keys():
        value, other = values[key], others[key]
        if isinstance(value, dict) and isinstance(other, dict):
            laid[key] = _laid_over(value, other)
    return laid
