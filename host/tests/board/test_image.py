# SPDX-License-Identifier: GPL-2.0-or-later
"""What an image says of itself, and what is made of one that says nothing."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from plumbline.board import bench_names, load_bench
from plumbline.board.image import Made, filled_by, made_for
from plumbline.board.spec import BoardSpec, check_image, images_folder, load_board
from plumbline.errors import BenchError

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("name", bench_names(ROOT))
def test_every_image_of_ours_says_what_it_is(name: str) -> None:
    board = load_bench(name, ROOT).board

    assert made_for(board.image) == Made("dut", board.name)
    assert made_for(board.image.with_name("echo")) == Made("echo", board.name)


@pytest.mark.parametrize("kept", [0, 3, 4, 20, 51, 63])
@pytest.mark.parametrize("name", ["native", "mps2-an500"])
def test_a_file_that_is_cut_off_says_nothing(tmp_path: Path, name: str, kept: int) -> None:
    image = tmp_path / "dut"
    image.write_bytes((images_folder(ROOT) / name / "dut").read_bytes()[:kept])

    assert made_for(image) is None


def test_an_image_fills_what_its_chip_starts_from() -> None:
    parts = filled_by(images_folder(ROOT) / "nucleo-h743zi" / "dut")

    assert min(part.start for part in parts) == 0x08000000
    assert all(parts)


@pytest.mark.parametrize("kept", [0, 3, 6, 20, 51, 63, 5000, -1])
def test_of_a_file_that_is_cut_off_nothing_is_loaded(tmp_path: Path, kept: int) -> None:
    image = tmp_path / "dut"
    image.write_bytes((images_folder(ROOT) / "nucleo-h743zi" / "dut").read_bytes()[:kept])

    with pytest.raises(ValueError, match="its end is missing|no ELF file"):
        filled_by(image)


def test_others_programs_say_nothing(tmp_path: Path) -> None:
    assert made_for(Path(shutil.which("true") or "/bin/true")) is None
    script = tmp_path / "dut"
    script.write_text("#!/bin/sh\n")
    assert made_for(script) is None


def without_its_x(board: str, folder: Path) -> BoardSpec:
    """As an archive of CI gives it back."""
    spec = load_board(board, ROOT)
    image = folder / "dut"
    image.write_bytes(spec.image.read_bytes())
    image.chmod(0o644)
    return replace(spec, image=image)


@pytest.mark.parametrize("name", ["mps2-an500", "nucleo-h743zi"])
def test_what_is_flashed_or_emulated_need_be_no_program_here(name: str, tmp_path: Path) -> None:
    check_image(without_its_x(name, tmp_path))


def test_what_is_a_process_here_is_one_again_with_a_word_to_the_shell(tmp_path: Path) -> None:
    board = without_its_x("native", tmp_path)
    with pytest.raises(BenchError, match=r"is no program: `(chmod \+x .*dut)` if it was one elsewhere") as refused:
        check_image(board)

    subprocess.run(refused.value.args[0].split("`")[1].split(), check=True)
    check_image(board)


def test_an_image_that_cannot_be_read_is_said_in_a_line(tmp_path: Path) -> None:
    image = tmp_path / "dut"
    image.symlink_to("/proc/self/mem")  # nobody can read its first word, not even root
    with pytest.raises(BenchError, match="dut cannot be read: Input/output error"):
        check_image(replace(load_board("nucleo-h743zi", ROOT), image=image))
