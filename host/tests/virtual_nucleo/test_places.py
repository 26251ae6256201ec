# SPDX-License-Identifier: GPL-2.0-or-later
"""A virtual board's flash, sockets and line are its own: a second start leaves them alone, and a start that cannot be
says why."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from host.tests.virtual_nucleo.virtual_board import PROGRAM, Lines
from plumbline.kernel import machine_lacks
from plumbline.kernel.namespace import PATH
from plumbline.lifetime import ends_with_us
from plumbline.scratch import scratch

pytestmark = pytest.mark.skipif(not PROGRAM.exists(), reason=f"without {PROGRAM}")

WRONG_USAGE = 2


@pytest.fixture
def folder() -> Iterator[Path]:
    with scratch() as folder:  # not pytest's: the path of a socket is short
        yield folder


def options(folder: Path, *names: str) -> list[str]:
    return [
        *(word for name in names for word in (f"--{name}", str(folder / name))),
        *("--wire", f"listen:{folder}/wire"),
    ]


@contextmanager
def running(arguments: Sequence[str]) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """One that has all of its places, and its probe's port."""
    command = [*ends_with_us("KILL"), str(PROGRAM), *arguments]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as board:
        try:
            assert board.stdout is not None
            yield board, Lines(board.stdout.fileno()).hear("\n").removeprefix("probe port=").strip()
        finally:
            board.terminate()


def started(*arguments: str, ahead: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    """One that is not expected to run for long."""
    return subprocess.run(
        [*ahead, str(PROGRAM), *arguments, "--until-ms", "1"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, env={**os.environ, "PATH": PATH},
    )  # fmt: skip


def all_places(folder: Path) -> dict[str, tuple[int, str]]:
    """What each is, and where a link leads."""
    return {
        path.name: (path.lstat().st_ino, str(path.readlink()) if path.is_symlink() else "") for path in folder.iterdir()
    }


def test_a_second_start_of_the_same_leaves_the_board_alone(folder: Path) -> None:
    places = options(folder, "flash", "serial", "control")
    with running([*places, "--probe", "0"]) as (_, port):
        before = all_places(folder)

        same = started(*places, "--probe", port)
        at_another_port = started(*places, "--probe", "0")

        assert all_places(folder) == before
    for second in (same, at_another_port):
        assert (second.returncode, second.stdout) == (WRONG_USAGE, "")
        assert second.stderr == f"virtual-nucleo: {folder}/flash: another virtual Nucleo has it\n"


def test_a_start_at_a_port_that_is_taken_makes_nothing(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        refused = started(*options(folder, "serial", "control"), "--probe", str(port))

    assert (refused.returncode, refused.stderr) == (WRONG_USAGE, "virtual-nucleo: --probe: Address already in use\n")
    assert all_places(folder) == {}


@pytest.mark.parametrize("name", ["wire", "serial", "control"])
def test_each_place_of_a_board_is_refused_and_what_was_made_meanwhile_goes(folder: Path, name: str) -> None:
    """Beside a board without a flash's file, at any port."""
    with running([*options(folder, "serial", "control"), "--probe", "0"]) as (_, _port):
        other = folder / "other"
        other.mkdir()
        before = all_places(folder)
        paths = {each: (folder if each == name else other) / each for each in ("wire", "serial", "control")}

        refused = started(
            *("--wire", f"listen:{paths['wire']}", "--serial", str(paths["serial"])),
            *("--control", str(paths["control"])),
        )

        assert refused.returncode == WRONG_USAGE
        assert refused.stderr == f"virtual-nucleo: {folder / name}: another virtual Nucleo has it\n"
        assert all_places(folder) == before
        assert all_places(other) == {}


def test_what_a_killed_board_left_is_taken_over(folder: Path) -> None:
    places = options(folder, "flash", "serial", "control")
    with running([*places, "--probe", "0"]) as (board, _):
        board.send_signal(signal.SIGKILL)
        board.wait()
    assert set(all_places(folder)) == {"flash", "wire", "serial", "control"}

    again = started(*places)

    assert (again.returncode, again.stderr) == (0, "")
    assert set(all_places(folder)) == {"flash"}


@pytest.mark.parametrize("name", ["wire", "serial", "control", "flash"])
def test_a_file_that_is_somebodys_stays(folder: Path, name: str) -> None:
    letter = folder / name
    letter.write_text("a letter")

    refused = started(*options(folder, "flash", "serial", "control"))

    assert refused.returncode == WRONG_USAGE
    assert refused.stderr.startswith(f"virtual-nucleo: {letter}: is ")
    assert letter.read_text() == "a letter"


@pytest.mark.skipif(bool(machine_lacks("namespaces")), reason=f"{machine_lacks('namespaces')}")
def test_a_flash_for_which_the_disk_has_no_room_is_refused(folder: Path) -> None:
    space = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-ec")
    mounted = f'mount -t tmpfs -o size=1m tmpfs {folder}; exec "$@"'

    refused = started("--flash", str(folder / "flash"), ahead=(*space, mounted, "sh"))

    assert (refused.returncode, refused.stderr) == (
        WRONG_USAGE,
        f"virtual-nucleo: {folder}/flash: No space left on device\n",
    )
