# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the rig file lies. This is the one module that decides it.

    --rig FILE, else $PLUMB_RIG
    rig.yaml beside the checkout      so that clones that come and go on one machine find the same rig
    ~/.config/plumbline/rig.yaml      ($XDG_CONFIG_HOME); here `plumb rig scan` writes it

The first that there is counts, alone: rigs are not merged.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from pathlib import Path

from plumbline.errors import BenchError

VARIABLE = "PLUMB_RIG"
_NAME = "rig.yaml"


def anchor(environment: MutableMapping[str, str], folder: Path) -> None:
    """A relative $PLUMB_RIG is meant from the folder where `plumb` was started, wherever what it starts works."""
    if named := environment.get(VARIABLE):
        environment[VARIABLE] = str(folder / named)


def find_rig(named: str | None, environment: Mapping[str, str], checkout: Path) -> Path:
    """BenchError, saying where it was looked for, when there is none."""
    asked = named or environment.get(VARIABLE)
    if asked:
        if _is_folder(Path(asked)):
            raise BenchError(f"{asked} is a folder, and no rig file: name the file in it")
        if not _is_file(Path(asked)):
            raise BenchError(f"there is no rig file {asked}: `plumb rig scan --rig {shlex.quote(asked)}` writes one")
        return Path(asked)
    places = _places(environment, checkout)
    found = next((place for place in places if _is_file(place)), None)
    if found is None:
        looked = ", ".join(map(str, places))
        raise BenchError(f"there is no rig file: neither --rig nor ${VARIABLE}, {looked}; `plumb rig scan` writes one")
    return found


def rig_to_write(named: str | None, environment: Mapping[str, str], checkout: Path) -> Path:
    """The file that is there, else where the next one goes."""
    asked = named or environment.get(VARIABLE)
    places = [Path(asked)] if asked else _places(environment, checkout)
    return next((place for place in places if _is_file(place)), places[-1])


def _is_file(path: Path) -> bool:
    with _looking_at(path):
        return path.is_file()


def _is_folder(path: Path) -> bool:
    with _looking_at(path):
        return path.is_dir()


@contextmanager
def _looking_at(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:  # not even a look is allowed
        raise BenchError(f"{path}: {error.strerror}") from None


def _places(environment: Mapping[str, str], checkout: Path) -> list[Path]:
    """A service may have no home."""
    home = environment.get("HOME")
    config = environment.get("XDG_CONFIG_HOME") or (f"{home}/.config" if home else "")
    return [checkout.parent / _NAME, *([Path(config) / "plumbline" / _NAME] if config else [])]
