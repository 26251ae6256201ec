# SPDX-License-Identifier: GPL-2.0-or-later
"""The real OpenOCD flashes the image for the real board, and what was flashed runs."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from statistics import median

import pytest

from host.tests.virtual_nucleo.virtual_board import BANNER, IMAGE, READY, SERIAL, VirtualBoard, flash, lacks

pytestmark = pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")

CYCLES = int(os.environ.get("PLUMB_FLASH_CYCLES", "10"))  # `make cycles` asks for 100


@pytest.fixture
def board() -> Iterator[VirtualBoard]:
    with VirtualBoard() as board:
        yield board


def test_flashed_verified_reset_and_heard_again_and_again(board: VirtualBoard) -> None:
    took = []
    for _ in range(CYCLES):
        began = time.monotonic()
        ended = board.openocd(flash())

        assert ended.status == 0, ended.said
        assert "** Verified OK **" in ended.said
        assert board.serial.hear(READY).count(BANNER) == 1
        took.append(time.monotonic() - began)
    assert board.tell("strict") == "total=0"
    print(f"{CYCLES} cycles in a row: median {median(took):.2f} s, longest {max(took):.2f} s")


def test_the_board_is_known_by_its_serial_number(board: VirtualBoard) -> None:
    ended = board.openocd(f"adapter serial {SERIAL}", flash())

    assert ended.status == 0, ended.said


def test_two_boards_are_told_apart(board: VirtualBoard) -> None:
    with VirtualBoard("--probe-serial", "066AFF000000000000000002") as other:
        for theirs, number in ((board, SERIAL), (other, "066AFF000000000000000002")):
            ended = theirs.openocd(f"adapter serial {number}", flash())
            assert ended.status == 0, ended.said
            theirs.serial.hear(READY)


def test_a_flash_of_two_banks_is_seen(board: VirtualBoard) -> None:
    ended = board.openocd("init", "reset init", "flash probe 0", "flash probe 1", "shutdown")

    assert ended.status == 0, ended.said
    assert "Device: STM32H74x/75x" in ended.said
    assert "flash size probed value 2048k" in ended.said
    assert "Bank (1) size is 1024 kb, base address is 0x08100000" in ended.said


def test_what_is_flashed_outlives_the_power(board: VirtualBoard) -> None:
    assert board.openocd(flash()).status == 0
    board.serial.hear(READY)

    board.tell("power")

    board.serial.hear(READY)


def test_the_probe_of_the_other_nucleo_does_as_well() -> None:
    with VirtualBoard("--probe-model", "v3e") as board:
        ended = board.openocd(flash())

        assert ended.status == 0, ended.said
        assert "STLINK V3J13M4 (API v3) VID:PID 0483:374E" in ended.said
        board.serial.hear(READY)


def test_the_probe_drives_the_processor_itself_for_hla(board: VirtualBoard) -> None:
    """As OpenOCD's own file for this board has it."""
    stock = ("-f", "board/st_nucleo_h743zi.cfg", "-c", f"hla_stlink_backend tcp {board.port}; gdb_port disabled")

    ended = board.openocd(flash(), configuration=(*stock, "-c", "tcl_port disabled; telnet_port disabled"))

    assert ended.status == 0, ended.said
    assert "** Verified OK **" in ended.said
    board.serial.hear(READY)


def test_without_ram_for_a_loader_it_is_flashed_word_by_word(board: VirtualBoard) -> None:
    ended = board.openocd("stm32h7x.cpu0 configure -work-area-size 0", flash())

    assert ended.status == 0, ended.said
    board.serial.hear(READY)


def test_another_image_is_not_verified(board: VirtualBoard) -> None:
    assert board.openocd(flash()).status == 0

    ended = board.openocd("init", "reset init", f"verify_image {IMAGE.with_name('echo')}", "shutdown")

    assert ended.status == 1
    assert "checksum mismatch" in ended.said
