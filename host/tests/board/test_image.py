# SPDX-License-Identifier: GPL-2.0-or-later
"""What an image says of itself, and what is made of one that says nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from plumbline.board import bench_names, load_bench
from plumbline.board.image import Made, made_for
from plumbline.board.spec import images_folder

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("name", bench_names(ROOT))
def test_every_image_of_ours_says_what_it_is(name: str) -> None:
    image = load_bench(name, ROOT).board.image

    assert made_for(image) == Made("dut", name)
    assert made_for(image.with_name("echo")) == Made("echo", name)


@pytest.mark.parametrize("kept", [0, 3, 4, 20, 51, 63])
@pytest.mark.parametrize("name", ["native", "mps2-an500"])
def test_a_file_that_is_cut_off_says_nothing(tmp_path: Path, name: str, kept: int) -> None:
    image = tmp_path / "dut"
    image.write_bytes((images_folder(ROOT) / name / "dut").read_bytes()[:kept])

    assert made_for(image) is None


def test_others_programs_say_nothing(tmp_path: Path) -> None:
    assert made_for(Path(shutil.which("true") or "/bin/true")) is None
    script = tmp_path / "dut"
    script.write_text("#!/bin/sh\n")
    assert made_for(script) is None
