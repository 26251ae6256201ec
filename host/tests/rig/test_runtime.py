# SPDX-License-Identifier: GPL-2.0-or-later
"""What users of one machine share."""

from __future__ import annotations

from pathlib import Path

import pytest

from plumbline.errors import BenchError
from plumbline.rig.health import Health
from plumbline.rig.runtime import runtime_folder


def test_the_folder_is_made_for_everybody(tmp_path: Path) -> None:
    folder = runtime_folder({"PLUMB_RUN": str(tmp_path / "a/b")})

    assert folder.stat().st_mode & 0o7777 == 0o1777
    assert runtime_folder({"PLUMB_RUN": str(folder)}) == folder


def test_one_that_cannot_be_made_says_who_can(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BenchError, match=r"no folder for locks, .*/file/a: .*; sudo install -d -m 1777 .*/file/a"):
        runtime_folder({"PLUMB_RUN": str(tmp_path / "file/a")})


def test_the_first_reason_for_a_wedged_board_stays_until_it_is_cleared(tmp_path: Path) -> None:
    health = Health(tmp_path, "066B")
    assert health.why_wedged() == ""

    health.mark("flash: the chip does not answer\nthe rest")
    health.mark("reset: it does not either")

    assert Health(tmp_path, "066B").why_wedged() == "flash: the chip does not answer\nthe rest"
    assert Health(tmp_path, "0042").why_wedged() == ""
    health.clear()
    health.clear()
    assert health.why_wedged() == ""
