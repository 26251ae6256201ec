# SPDX-License-Identifier: GPL-2.0-or-later
"""The folder of a process that was killed is gone when the next one is made, and no other is."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from plumbline.scratch import scratch, sweep

OWNER = """
import subprocess, sys
from plumbline.scratch import scratch
with scratch() as folder:
    (folder / "wire").touch()
    subprocess.Popen(["cat"], close_fds=False, stdout=subprocess.DEVNULL)
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Apart from what is going on beside us."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


@contextmanager
def owner() -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Another process, and its folder. What it has started lives on until this context ends."""
    with subprocess.Popen(
        [sys.executable, "-c", OWNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield process, Path(process.stdout.readline().strip())
        process.kill()


def test_it_is_gone_at_its_end(home: Path) -> None:
    with scratch() as folder:
        (folder / "wire").touch()
        assert folder.parent == home

    assert list(home.iterdir()) == []


def test_what_a_killed_process_left_is_gone_with_the_next_one(home: Path) -> None:
    with owner() as (process, left):
        process.kill()
        process.wait()
        assert (left / "wire").exists()

        with scratch() as folder:
            assert list(home.iterdir()) == [folder]


def test_that_of_a_process_which_lives_is_let_be() -> None:
    with owner() as (_, theirs), scratch():
        assert (theirs / "wire").exists()


def test_one_that_is_swept_before_it_is_locked_is_made_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make = tempfile.mkdtemp
    swept: list[str] = []

    def swept_at_once(*, prefix: str, dir: Path) -> str:  # noqa: A002, its name in the standard library
        folder = make(prefix=prefix, dir=dir)
        if not swept:
            swept.append(folder)
            sweep(home)
        return folder

    monkeypatch.setattr(tempfile, "mkdtemp", swept_at_once)
    with scratch() as folder:
        assert not Path(swept[0]).exists()
        assert list(home.iterdir()) == [folder]


def test_what_is_none_of_ours_stays(home: Path) -> None:
    (home / "scratch-of-somebody").mkdir()
    (home / "plumb-scratch-file").touch()
    (home / "plumb-scratch-link").symlink_to(home / "scratch-of-somebody")
    sweep(home)

    assert len(list(home.iterdir())) == 3
