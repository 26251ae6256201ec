# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks that no room reaches into a room it has no door to (ci/rooms.toml).

python ci/check_rooms.py [top of the checkout]
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]')
Doors = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Reach:
    """A file names something of somebody else's, or of its own."""

    path: Path
    line: int
    target: str


def includes(path: Path) -> Iterator[Reach]:
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if found := INCLUDE.match(line):
            yield Reach(path, number, found[1])


def imports(path: Path, package: str) -> Iterator[Reach]:
    """Every name imported, in full: `from a import b` is a.b. `package` is what a leading dot means."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Reach(path, node.lineno, alias.name)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
            module = ".".join([*above, *filter(None, [node.module])])
            for alias in node.names:
                yield Reach(path, node.lineno, f"{module}.{alias.name}")


def begins(name: str, prefixes: Sequence[str]) -> bool:
    """Whether `name` is one of `prefixes` or lies below one."""
    return any(name == prefix or name.startswith(prefix.rstrip("/.") + sep) for prefix in prefixes for sep in "/.")


def innermost(name: str, rooms: Doors) -> str | None:
    """The innermost room of the plan that holds the file of that name."""
    return max((room for room in rooms if begins(name, [room])), key=len, default=None)


@dataclass(frozen=True)
class Firmware:
    top: Path
    rooms: Doors
    public: Mapping[str, str]
    grants: Doors
    outsiders: Doors

    def mistakes(self) -> Iterator[str]:
        for path in sorted(self.top.rglob("*.[ch]")):
            room = self.room(path)
            if room is None:
                yield f"{path}: no room of the plan"
                continue
            granted = self.grants.get(str(path.relative_to(self.top)), [])
            for reach in includes(path):
                owner = self.owner(reach)
                if not self.has_door([room, *self.rooms[room], *granted], owner, reach.target):
                    yield f"{path}:{reach.line}: {room} has no door to {owner} ({reach.target})"

    def has_door(self, doors: Sequence[str], owner: str, target: str) -> bool:
        if target.startswith("ax/") and owner != "nobody" and ("public" in doors or target in doors):
            return True
        return owner in doors or owner == "freestanding"

    def room(self, path: Path) -> str | None:
        inside = path.relative_to(self.top)
        if inside.parts[0] == "include":
            return self.public.get(path.name)
        return innermost(str(inside).removeprefix("src/"), self.rooms)

    def owner(self, reach: Reach) -> str:
        """Whose header it is, as the compiler would find it."""
        if reach.target.startswith("ax/"):
            return self.public.get(reach.target.removeprefix("ax/"), "nobody")
        for folder in (reach.path.parent, self.top / "src", self.top / "test"):
            found = (folder / reach.target).resolve()
            if found.is_file() and found.is_relative_to(self.top):
                return self.room(found) or "nobody"
        return next((who for who, names in self.outsiders.items() if begins(reach.target, names)), "system")


@dataclass(frozen=True)
class VirtualNucleo:
    top: Path
    rooms: Doors
    outsiders: Doors

    def mistakes(self) -> Iterator[str]:
        for path in sorted(self.top.rglob("*.[ch]")):
            room = innermost(str(path.relative_to(self.top)), self.rooms)
            if room is None:
                yield f"{path}: no room of the plan"
                continue
            for reach in includes(path):
                header, owner = self.owner(reach)
                if not {header, owner} & {room, *self.rooms[room], "freestanding"}:
                    yield f"{path}:{reach.line}: {room} has no door to {owner} ({reach.target})"

    def owner(self, reach: Reach) -> tuple[str, str]:
        """The header by its path, and whose it is, as the compiler would find it."""
        for folder in (reach.path.parent, self.top):
            found = (folder / reach.target).resolve()
            if found.is_file() and found.is_relative_to(self.top):
                header = str(found.relative_to(self.top))
                return header, innermost(header, self.rooms) or "nobody"
        outsider = next((who for who, names in self.outsiders.items() if begins(reach.target, names)), "system")
        return reach.target, outsider


@dataclass(frozen=True)
class Host:
    top: Path
    rooms: Doors
    outsiders: Doors

    def mistakes(self) -> Iterator[str]:
        for path in sorted(self.top.rglob("*.py")):
            inside = path.relative_to(self.top)
            room = inside.parts[0].removesuffix(".py")
            if room == "__init__":
                doors: Sequence[str] = []
            elif room in self.rooms:
                doors = [room, *self.rooms[room]]
            else:
                yield f"{path}: {room} is no room of the plan"
                continue
            for reach in imports(path, ".".join(["plumbline", *inside.parts[:-1]])):
                owner = self.owner(reach.target)
                if not (owner in doors or owner == "stdlib" or ("everything" in doors and owner != "nobody")):
                    yield f"{path}:{reach.line}: {room} has no door to {owner} ({reach.target})"

    def owner(self, target: str) -> str:
        top, _, rest = target.partition(".")
        if top == "plumbline":
            room = rest.split(".")[0]
            return room if room in self.rooms else "nobody"
        outsider = next((who for who, names in self.outsiders.items() if begins(target, names)), None)
        return outsider or ("stdlib" if top in sys.stdlib_module_names else "nobody")


def scenario_mistakes(top: Path, allowed: Sequence[str]) -> Iterator[str]:
    for path in sorted(top.rglob("*.py")):
        package = ".".join([top.name, *path.relative_to(top).parts[:-1]])
        for reach in imports(path, package):
            if not begins(reach.target, [*allowed, top.name]):
                yield f"{path}:{reach.line}: a scenario may not import {reach.target}"


def circles(rooms: Doors) -> Iterator[str]:
    """Rooms that could reach themselves by way of others."""
    try:
        TopologicalSorter({room: [door for door in doors if door in rooms] for room, doors in rooms.items()}).prepare()
    except CycleError as error:
        yield f"rooms.toml: doors lead in a circle: {' -> '.join(error.args[1])}"


def mistakes(top: Path) -> Iterator[str]:
    plan = tomllib.loads((top / "ci/rooms.toml").read_text())
    yield from circles(plan["firmware"]["rooms"])
    yield from circles(plan["host"]["rooms"])
    yield from Firmware(top=top / "firmware", **plan["firmware"]).mistakes()
    yield from VirtualNucleo(top=top / "fixtures/virtual-nucleo", **plan["virtual-nucleo"]).mistakes()
    yield from Host(top=top / "host/src/plumbline", **plan["host"]).mistakes()
    yield from scenario_mistakes(top / "scenarios", plan["scenarios"]["imports"])


def main() -> int:
    found = list(mistakes(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
    print("\n".join(found) or "rooms: every door is on the plan")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
