# SPDX-License-Identifier: GPL-2.0-or-later
"""A scenario as the plugin knows it: its id, its mark, its requirements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from plumbline.errors import HarnessError
from plumbline.events import Verdict
from plumbline.report import Record
from plumbline.scenario.marks import Mark
from plumbline.scenario.requirements import Catalogue

WAY = "core"  # how sockets are opened: the shell's own calls, until there are other ways in


@dataclass(frozen=True)
class Subject:
    id: str
    family: str
    node: str
    mark: Mark
    level: str

    def record(self, verdict: Verdict | None) -> Record:
        return Record(self.id, self.family, WAY, verdict, self.mark.requirements, self.level, self.node)


KEY = pytest.StashKey[Subject]()


def subject_of(item: pytest.Item) -> Subject | None:
    return item.stash.get(KEY, None)


def scenario_id(node: str) -> str:
    """family/file/test[parameters] for pytest's scenarios/family/test_file.py::test_test[parameters]."""
    bare, bracket, parameters = node.partition("[")
    path, *names = bare.split("::")
    parts = path.removesuffix(".py").split("/")
    if "scenarios" in parts[:-1]:
        parts = parts[parts.index("scenarios") + 1 :]
    return "/".join(part.removeprefix("test_") for part in (*parts, *names)) + bracket + parameters


def family_of(id_: str) -> str:
    return id_.partition("/")[0]


def mark_items(marked: Iterable[tuple[pytest.Item, Mark]], catalogue: Catalogue, features: frozenset[str]) -> None:
    """Gives each scenario its subject. Says all that is wrong at once."""
    wrong: list[str] = []
    known: dict[str, str] = {}
    for item, mark in marked:
        try:
            requirements = [catalogue[id_].id for id_ in mark.requirements]
        except HarnessError as error:
            wrong.append(f"{item.nodeid}: {error}")
            continue
        if mark.needs - features:
            wrong.append(f"{item.nodeid}: no profile knows of {', '.join(sorted(mark.needs - features))}")
        id_ = scenario_id(item.nodeid)
        if id_ in known:
            wrong.append(f"{item.nodeid}: has the id of {known[id_]}: {id_}")
        known[id_] = item.nodeid
        level = mark.level or catalogue.strongest_level(requirements)
        item.stash[KEY] = Subject(id_, family_of(id_), item.nodeid, mark, level)
    if wrong:
        raise pytest.UsageError("\n".join(wrong))
