# SPDX-License-Identifier: GPL-2.0-or-later
"""The ledger of known deviations, fixtures/deviations/*.toml. It is strict: one that is not seen is a failure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from plumbline.errors import HarnessError
from plumbline.scenario.requirements import Catalogue
from plumbline.scenario.toml_file import read_toml

_NEEDED = {"id", "scenarios", "requirement", "what", "why", "match"}
_KNOWN = _NEEDED | {"rule", "benches"}


@dataclass(frozen=True)
class Deviation:
    """What a device is known to do wrong, in which scenarios, and how the failure reads there."""

    id: str
    scenarios: tuple[str, ...]  # ids, or globs of them
    requirement: str
    what: str
    why: str
    match: re.Pattern[str]
    rule: str | None = None  # the judge's rule, when it is the judge who finds it
    benches: tuple[str, ...] = ("*",)

    def covers(self, scenario: str, bench: str) -> bool:
        named = any(_fits(scenario, pattern) for pattern in self.scenarios)
        return named and any(fnmatchcase(bench, pattern) for pattern in self.benches)

    def describes(self, text: str) -> bool:
        return self.match.search(text) is not None


def _fits(scenario: str, pattern: str) -> bool:
    """Brackets hold parameters, so only * and ? are special."""
    return fnmatchcase(scenario, pattern.replace("[", "[[]"))


class Ledger:
    def __init__(self, deviations: Iterable[Deviation]) -> None:
        self._deviations = tuple(deviations)
        ids = [deviation.id for deviation in self._deviations]
        for id_ in ids:
            if ids.count(id_) > 1:
                raise HarnessError(f"deviation {id_!r} stands twice in fixtures/deviations/")

    @classmethod
    def load(cls, folder: Path, catalogue: Catalogue, benches: Collection[str]) -> Ledger:
        """HarnessError, naming file and entry, for what is wrong; so is a requirement or a bench that is not there."""
        found = []
        for path in sorted(folder.glob("*.toml")):
            for entry in _entries(path):
                try:
                    found.append(_checked(_deviation(entry), catalogue, benches))
                except (HarnessError, KeyError, TypeError, re.error) as error:
                    raise HarnessError(f"{path}: {entry.get('id', 'an entry without id')}: {error.args[0]}") from error
        return cls(found)

    def __iter__(self) -> Iterator[Deviation]:
        return iter(self._deviations)

    def of(self, scenario: str, bench: str) -> list[Deviation]:
        return [deviation for deviation in self._deviations if deviation.covers(scenario, bench)]


def _entries(path: Path) -> list[dict[str, object]]:
    entries = read_toml(path).get("deviation", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise HarnessError(f"{path}: entries are headed by [[deviation]]")
    return entries


def _checked(deviation: Deviation, catalogue: Catalogue, benches: Collection[str]) -> Deviation:
    """With whom it names: which scenarios there are is known only to who collects them all."""
    catalogue[deviation.requirement]
    for pattern in deviation.benches:
        if not any(fnmatchcase(bench, pattern) for bench in benches):
            raise HarnessError(f"there is no bench {pattern!r}; there are: {', '.join(benches)}")
    return deviation


def _deviation(entry: dict[str, object]) -> Deviation:
    for keys, trouble in ((entry.keys() - _KNOWN, "unknown"), (_NEEDED - entry.keys(), "missing")):
        if keys:
            raise KeyError(f"{trouble}: {', '.join(sorted(keys))}")
    return Deviation(
        id=_text(entry["id"]),
        scenarios=_texts(entry["scenarios"]),
        requirement=_text(entry["requirement"]),
        what=_text(entry["what"]),
        why=_text(entry["why"]),
        match=re.compile(_text(entry["match"]), re.DOTALL),
        rule=_text(entry["rule"]) if "rule" in entry else None,
        benches=_texts(entry.get("benches", ["*"])),
    )


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError(f"{value!r} is no text")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise TypeError(f"{value!r} is no list of texts")
    return tuple(_text(item) for item in value)
