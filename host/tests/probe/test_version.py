# SPDX-License-Identifier: GPL-2.0-or-later
"""Which OpenOCD will do."""

from __future__ import annotations

from pathlib import Path

import pytest

from plumbline.probe import ProbeError, Trouble, checked_openocd, find_openocd
from plumbline.probe.version import OLDEST, read_version


@pytest.mark.parametrize(
    ("said", "number", "text"),
    [
        ("Open On-Chip Debugger 0.12.0\nLicensed under GNU GPL v2\n", (0, 12), "0.12.0"),
        ("Open On-Chip Debugger 0.11.0-rc2\n", (0, 11), "0.11.0-rc2"),
        ("xPack Open On-Chip Debugger 0.12.0+dev-01850-dirty (2024)\n", (0, 12), "0.12.0+dev-01850-dirty"),
        ("Open On-Chip Debugger v0.13\n", (0, 13), "0.13"),
    ],
)  # fmt: skip
def test_a_version_is_read_as_distributions_write_it(said: str, number: tuple[int, int], text: str) -> None:
    assert read_version(said) == (number, text)


def test_another_program_is_no_openocd() -> None:
    assert read_version("Usage: something\n") is None


def program(tmp_path: Path, says: str) -> str:
    path = tmp_path / "openocd"
    path.write_text(f"#!/bin/sh\necho '{says}' >&2\n")
    path.chmod(0o755)
    return str(tmp_path)


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ("Open On-Chip Debugger 0.11.0", "openocd is 0.11.0; sudo apt-get install openocd"),
        ("hello", "does not say its version"),
    ],
)
def test_one_that_will_not_do_is_refused_with_the_way_out(tmp_path: Path, says: str, told: str) -> None:
    with pytest.raises(ProbeError, match=told) as raised:
        checked_openocd(program(tmp_path, says))

    assert raised.value.trouble is Trouble.NO_OPENOCD


def test_a_machine_without_one_is_told_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(ProbeError, match="OpenOCD is not there.*sudo apt-get install openocd"):
        find_openocd(str(tmp_path))


def test_this_machines_own_will_do() -> None:
    assert checked_openocd().number >= OLDEST


def test_one_that_is_killed_is_told_by_its_signal(tmp_path: Path) -> None:
    (tmp_path / "openocd").write_text("#!/bin/sh\nkill -KILL $$\n")
    (tmp_path / "openocd").chmod(0o755)

    with pytest.raises(ProbeError, match="openocd --version, by SIGKILL") as raised:
        find_openocd(str(tmp_path))

    assert raised.value.trouble is Trouble.KILLED
