# SPDX-License-Identifier: GPL-2.0-or-later
"""The catalogue of requirements: fixtures/requirements/*.csv."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from plumbline.errors import HarnessError

_STRENGTH = ("MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY")  # strongest first


@dataclass(frozen=True)
class Requirement:
    id: str
    level: str
    section: str  # of the RFC, or part of the contract
    text: str


class Catalogue:
    """All requirements, by id, in the order of their files."""

    def __init__(self, requirements: Iterable[Requirement]) -> None:
        self._by_id: dict[str, Requirement] = {}
        for requirement in requirements:
            if requirement.id in self._by_id:
                raise HarnessError(f"requirement {requirement.id} stands twice in fixtures/requirements/")
            self._by_id[requirement.id] = requirement

    @classmethod
    def load(cls, folder: Path) -> Catalogue:
        return cls(requirement for path in sorted(folder.glob("*.csv")) for requirement in _read(path))

    def __iter__(self) -> Iterator[Requirement]:
        return iter(self._by_id.values())

    def __contains__(self, id_: str) -> bool:
        return id_ in self._by_id

    def __getitem__(self, id_: str) -> Requirement:
        if id_ not in self._by_id:
            raise HarnessError(f"there is no requirement {id_!r}{self._nearest(id_)}")
        return self._by_id[id_]

    def strongest_level(self, ids: Iterable[str]) -> str:
        return min((self[id_].level for id_ in ids), key=_STRENGTH.index)

    def _nearest(self, id_: str) -> str:
        near = difflib.get_close_matches(id_, self._by_id, n=3, cutoff=0.5)
        return f"; the nearest are {', '.join(near)}" if near else ""


def _read(path: Path) -> Iterator[Requirement]:
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = csv.DictReader(file)
            section = _section_column(path, rows.fieldnames or ())
            for row in rows:
                if None in row or None in row.values():
                    raise HarnessError(f"{path}: the row of {row['id']} has more or fewer cells than the head")
                if row["level"] not in _STRENGTH:
                    raise HarnessError(f"{path}: {row['id']} has the level {row['level']!r}")
                yield Requirement(row["id"], row["level"], row[section], row["text"])
    except UnicodeDecodeError as error:
        raise HarnessError(f"{path}: {error}") from error


def _section_column(path: Path, columns: Collection[str]) -> str:
    """An RFC has sections, the contract has parts."""
    section = "part" if "part" in columns else "section"
    missing = [column for column in ("id", "level", section, "text") if column not in columns]
    if missing:
        raise HarnessError(f"{path}: its head has no column {', '.join(missing)}; it is {','.join(columns) or 'empty'}")
    return section
