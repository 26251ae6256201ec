# SPDX-License-Identifier: GPL-2.0-or-later
"""What a machine lacks is said with the way out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from plumbline.kernel import machine, machine_lacks

# In a user namespace of its own a limit binds that one alone.
FORBIDS = "echo 0 >/proc/sys/user/max_user_namespaces && exec "
ASKS = "from plumbline.kernel import machine_lacks; print(machine_lacks('namespaces'))"


@pytest.mark.parametrize(
    ("name", "value", "way_out"),
    [
        ("user/max_user_namespaces", "0\n", "as root, sysctl user.max_user_namespaces=10000"),
        ("user/max_user_namespaces", "96365\n", "seccomp=unconfined"),
        ("kernel/unprivileged_userns_clone", "0\n", "as root, sysctl kernel.unprivileged_userns_clone=1"),
        (
            "kernel/apparmor_restrict_unprivileged_userns",
            "1\n",
            "as root, sysctl kernel.apparmor_restrict_unprivileged_userns=0",
        ),
    ],
)
def test_the_way_out_is_the_switch_that_forbids(tmp_path: Path, name: str, value: str, way_out: str) -> None:
    (tmp_path / name).parent.mkdir()
    (tmp_path / name).write_text(value)

    assert way_out in machine.way_out(tmp_path)


def test_a_tool_that_is_not_there_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "PATH", "/nonexistent")

    assert machine.MACHINE_NEEDS["nc"]() == "there is no `nc` (Debian: netcat-openbsd)"
    assert machine.MACHINE_NEEDS["namespaces"]() == "there is no `ip` (Debian: iproute2)"


@pytest.mark.skipif(bool(machine_lacks("namespaces")), reason="it takes a namespace to forbid them")
def test_a_machine_that_forbids_user_namespaces_says_so_and_how_to_allow_them() -> None:
    asked = [sys.executable, "-c", f'"{ASKS}"']
    ran = subprocess.run(
        ["unshare", "-Ur", "sh", "-c", FORBIDS + " ".join(asked)],
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout.startswith("no private network: as root, sysctl user.max_user_namespaces=10000 (")
