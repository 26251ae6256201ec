# SPDX-License-Identifier: GPL-2.0-or-later
"""A scenario as the plugin knows it: its id, its mark, its requirements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from plumbline.errors import HarnessError
from plumbline.events import Verdict
from plumbline.plugin.ways import about, bare, signed, way_of
from plumbline.report import Record
from plumbline.scenario.marks import Mark, mark_of
from plumbline.scenario.requirements import Catalogue


@dataclass(frozen=True)
class Subject:
    id: str  # of all its ways, for who does not ask through which; `signed` is this one's alone
    family: str
    node: str
    way: str  # into the device's sockets
    mark: Mark
    level: str

    @property
    def signed(self) -> str:
        return signed(self.id, self.way)

    def record(self, verdict: Verdict | None) -> Record:
        return Record(
            self.signed,
            self.family,
            about(self.family, self.way),
            verdict,
            self.mark.requirements,
            self.level,
            self.node,
        )


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
            if subject.signed in known:
                raise HarnessError(f"has the id of {known[subject.signed]}: {subject.signed}")
            known[subject.signed] = item.nodeid
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
    id_ = scenario_id(bare(item.nodeid))
    return Subject(
        id_, family_of(id_), item.nodeid, way_of(item), mark, mark.level or catalogue.strongest_level(requirements)
    )
