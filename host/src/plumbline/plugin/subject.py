# SPDX-License-Identifier: GPL-2.0-or-later
"""A scenario as the plugin knows it: its id, its mark, its requirements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from plumbline.errors import HarnessError
from plumbline.events import Verdict
from plumbline.report import Record
from plumbline.scenario.marks import Mark, mark_of
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


def is_scenario(item: pytest.Item) -> bool:
    """Whether it carries the mark, or lies where everything must."""
    return _mark(item) is not None or item.nodeid.startswith("scenarios/")


def mark_items(items: Iterable[pytest.Item], catalogue: Catalogue, features: frozenset[str]) -> None:
    """Gives each scenario its subject. Says all that is wrong at once."""
    wrong: list[str] = []
    known: dict[str, str] = {}
    for item in items:
        try:
            subject = item.stash[KEY] = _subject(item, catalogue, features)
            if subject.id in known:
                raise HarnessError(f"has the id of {known[subject.id]}: {subject.id}")
            known[subject.id] = item.nodeid
        except HarnessError as error:
            wrong.append(f"{item.nodeid}: {error}")
    if wrong:
        raise HarnessError("\n".join(wrong))


def _mark(item: pytest.Item) -> Mark | None:
    return mark_of(getattr(item, "function", None))


def _subject(item: pytest.Item, catalogue: Catalogue, features: frozenset[str]) -> Subject:
    mark = _mark(item)
    if mark is None:
        raise HarnessError('a test below scenarios/ carries a mark: @scenario("RFC9293 MUST-36")')
    requirements = [catalogue[id_].id for id_ in mark.requirements]
    if mark.needs - features:
        raise HarnessError(f"no board can {', '.join(sorted(mark.needs - features))}")
    id_ = scenario_id(item.nodeid)
    return Subject(id_, family_of(id_), item.nodeid, mark, mark.level or catalogue.strongest_level(requirements))
