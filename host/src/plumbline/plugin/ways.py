# SPDX-License-Identifier: GPL-2.0-or-later
"""Which scenarios go through which ways into the device. The wire is the same in each, and so is every verdict."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

import pytest

from plumbline.errors import HarnessError
from plumbline.plugin.session import session_of
from plumbline.scenario.marks import mark_of
from plumbline.shell.ways import CORE, WAYS, WITH_DATAGRAMS

FAMILIES = frozenset({"full_buffer", "handshake", "readiness", "udp"})  # of scenarios that any way must pass
OWN = {way: way for way in WAYS if way not in (CORE, "readiness")} | {
    "readiness_driver": "readiness"
}  # families of one way each
OPTION = "--way"
ALL, TURNS = "all", "turns"
_FIXTURE = "through"
_SIGN = "@"


def chosen(words: str) -> tuple[str, ...]:
    """Ways by name with commas, or all of them. HarnessError for one that is not there."""
    if words in (ALL, TURNS):
        return WAYS
    names = tuple(dict.fromkeys(filter(None, words.split(","))))
    unknown = [name for name in names if name not in WAYS]
    if unknown or not names:
        told = f"there is no way {unknown[0]!r}" if unknown else "no way is named"
        raise HarnessError(f"{told}; there are {', '.join(WAYS)}, and {ALL}, and {TURNS}: one for each scenario")
    return names


def parametrize(metafunc: pytest.Metafunc) -> None:
    """Makes a scenario of a family into one for each way that is chosen. Core alone goes by the bare name."""
    mark = mark_of(metafunc.function)
    if mark is None or mark.real_time or "dut" not in metafunc.fixturenames or _family(metafunc) not in FAMILIES:
        return
    ways = [way for way in chosen(_words(metafunc.config)) if way in mark.ways and _leads(way, _family(metafunc))]
    if ways in ([], [CORE]):
        return
    metafunc.fixturenames.append(_FIXTURE)
    ids = [pytest.HIDDEN_PARAM if way == CORE else f"{_SIGN}{way}" for way in ways]
    metafunc.parametrize(_FIXTURE, ways, ids=ids)


def leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What does not go through a way that is chosen; and in turns, all but one of each scenario's."""
    words = _words(config)
    ways = chosen(words)
    left = [item for item in items if way_of(item) in ways and (words != TURNS or _is_its_turn(item))]
    if len(left) != len(items):
        kept = set(left)
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = left


def way_of(item: pytest.Item) -> str:
    call = getattr(item, "callspec", None)
    way: str = call.params.get(_FIXTURE, CORE) if call is not None else CORE
    return way


def way_in(node: str) -> str:
    """Of a node that is known by its name alone."""
    return next((way for way in WAYS if way != CORE and node.endswith(f"{_SIGN}{way}]")), CORE)


def bare(node: str) -> str:
    """A node without its way: "test[7-@futures]" is "test[7]"."""
    way = way_in(node)
    if node.endswith(f"-{_SIGN}{way}]"):
        return node.removesuffix(f"-{_SIGN}{way}]") + "]"
    return node.removesuffix(f"[{_SIGN}{way}]")


def signed(id_: str, way: str) -> str:
    """The id of a scenario that goes through a way."""
    return id_ if way == CORE else f"{id_}{_SIGN}{way}"


def about(family: str, way: str) -> str:
    """The way that a scenario is about: its family's own, or the one that it goes through."""
    return OWN.get(family, way)


def again(family: str, way: str) -> list[str]:
    """Options that choose it, and no other: a node without parameters is any way's, and another may have the turn."""
    return [OPTION, way] if way != CORE or family in FAMILIES else []


def _is_its_turn(item: pytest.Item) -> bool:
    """Drawn from its name, so that every bench draws the same."""
    call, mark = getattr(item, "callspec", None), mark_of(getattr(item, "function", None))
    if call is None or mark is None or _FIXTURE not in call.params:
        return True
    own = [way for way in WAYS if way in mark.ways and _leads(way, item.nodeid.split("/")[1])]
    return way_of(item) == own[zlib.crc32(bare(item.nodeid).encode()) % len(own)]


def _leads(way: str, family: str) -> bool:
    return family != "udp" or way in WITH_DATAGRAMS


def _words(config: pytest.Config) -> str:
    words: str | None = config.getoption("way")
    return session_of(config).spec.ways if words is None else words


def _family(metafunc: pytest.Metafunc) -> str:
    parts: Iterable[str] = metafunc.definition.nodeid.partition("::")[0].split("/")
    return next((part for part in parts if part in FAMILIES), "")
