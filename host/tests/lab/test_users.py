# SPDX-License-Identifier: GPL-2.0-or-later
"""Several users at one machine of a lab: what one of them has keeps no other from what is free."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from host.tests.lab.loopback_lab import LoopbackLab, lacks
from plumbline.errors import BenchError
from plumbline.lab import Lab, Labgrid, borrowed

pytestmark = pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")
NO_RIGHTS = "setpriv --bounding-set=-all" if os.geteuid() == 0 else ""


@pytest.fixture
def careful() -> Iterator[None]:
    """A user whose files are nobody else's."""
    old = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(old)


@contextmanager
def acquired(lab: LoopbackLab, place: str) -> Iterator[None]:
    lab.client("-p", place, "acquire")
    try:
        yield
    finally:
        lab.client("-p", place, "release")


def borrow(lab: LoopbackLab, mine: Lab) -> str:
    with borrowed(lab.any_place(), mine, note=lambda text: None) as board:
        return board.name


def without_rights(lab: LoopbackLab, folder: Path) -> Lab:
    """As a user whom the kernel keeps from a file that says so: not root."""
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nexec {NO_RIGHTS} {shlex.quote(str(lab.labgrid.python))} "$@"\n')
    python.chmod(0o755)
    return replace(lab.lab, labgrid=Labgrid(python, lab.labgrid.ours))


@pytest.mark.usefixtures("careful")
def test_all_users_may_see_who_has_a_place_whatever_his_umask(lab: LoopbackLab, tmp_path: Path) -> None:
    mine = replace(lab.lab, run=tmp_path)

    with acquired(lab, "desk-1"), borrowed(lab.any_place(), mine, note=lambda text: None):
        modes = {path.name.partition("-")[0]: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}

    assert modes == {"place": 0o644, "labgrid": 0o644}


def test_who_has_a_file_that_nobody_may_read_is_taken_to_live(lab: LoopbackLab, tmp_path: Path) -> None:
    with borrowed(lab.place("desk-1"), lab.lab, note=lambda text: None):
        [his] = lab.run.glob("labgrid-*")
        his.chmod(0)

        assert borrow(lab, without_rights(lab, tmp_path)) == "desk-2"
        assert list(lab.who()) == ["desk-1"]


def test_a_place_file_that_nobody_may_read_is_named(lab: LoopbackLab, tmp_path: Path) -> None:
    file = tmp_path / "place-desk-1.lock"
    file.touch(0)
    mine = replace(without_rights(lab, tmp_path), run=tmp_path)

    with acquired(lab, "desk-1"), pytest.raises(BenchError, match=f"^{file}: Permission denied$"):
        borrow(lab, mine)
