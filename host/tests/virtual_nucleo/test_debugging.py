# SPDX-License-Identifier: GPL-2.0-or-later
"""A debugger finds the board's processor as it would find a real one."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from host.tests.virtual_nucleo.virtual_board import (
    ATTACH,
    GDB_HAS_LEFT,
    IMAGE,
    READY,
    VirtualBoard,
    flash,
    lacks,
    symbol,
    wait,
)
from host.tests.virtual_nucleo.wire_end import wait_for_cable

pytestmark = pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")

CCR_CACHES = 1 << 16 | 1 << 17  # DC and IC: ARMv7-M Architecture Reference Manual, B3.2.8
MPU_TYPE, MPU_RNR, MPU_RASR = 0xE000ED90, 0xE000ED98, 0xE000EDA0  # B3.5
RASR_ENABLE, RASR_TEX_C_B, C_ALONE = 1, 0x3B << 16, 1 << 17
BEAT_US = 50_000
TIM2_SR, BEAT = 0x40000010, 1 << 2  # RM0433, chapter 39
LATER_US = 10 * BEAT_US
BREAK_AND_LOOK = (
    "monitor reset halt",
    "hbreak main",
    "continue",
    "info symbol $pc",
    "stepi",
    "info symbol $pc",
    "delete",
    "detach",
)


@pytest.fixture(scope="module")
def flashed() -> Iterator[VirtualBoard]:
    with VirtualBoard() as board:
        ended = board.openocd(flash())
        assert ended.status == 0, ended.said
        board.serial.hear(READY)
        yield board


def look(board: VirtualBoard, *commands: str) -> str:
    ended = board.openocd("init", *commands, "shutdown")
    assert ended.status == 0, ended.said
    return ended.said


def look_in(board: VirtualBoard, *commands: str) -> str:
    """The same, at a chip that goes on meanwhile."""
    ended = board.openocd(ATTACH, "init", *commands, "shutdown")
    assert ended.status == 0, ended.said
    return ended.said


def numbers(said: str) -> list[int]:
    return [int(number, 16) for number in re.findall("number=(0x[0-9a-f]+)", said)]


def test_it_halts_at_the_first_instruction(flashed: VirtualBoard) -> None:
    said = look(flashed, "reset halt", "echo [reg pc]", "echo entry=[read_memory 0x08000004 32 1]")

    entry = int(said.partition("entry=")[2].split()[0], 16)
    assert f"pc (/32): 0x{entry & ~1:08x}" in said


def test_it_reads_the_chips_own_numbers(flashed: VirtualBoard) -> None:
    said = look(
        flashed, "reset halt", "echo id=[read_memory 0x5c001000 32 1]", "echo kib=[read_memory 0x1ff1e880 16 1]"
    )

    assert "id=0x20036450" in said
    assert "kib=0x800" in said


def test_memory_keeps_what_is_written_in_any_width(flashed: VirtualBoard) -> None:
    said = look(
        flashed,
        "reset halt",
        "mww 0x20000100 0x44332211",
        "mwh 0x20000106 0x8877",
        "mwb 0x20000105 0x66",
        "mwb 0x20000104 0x55",
        "echo bytes=[read_memory 0x20000100 8 8]",
    )

    assert "bytes=0x11 0x22 0x33 0x44 0x55 0x66 0x77 0x88" in said


def test_an_address_where_nobody_is_fails_and_the_next_read_does_not(flashed: VirtualBoard) -> None:
    said = look(
        flashed,
        "reset halt",
        "echo nobody=[catch {read_memory 0x60000000 32 1}]",
        "echo cpuid=[read_memory 0xe000ed00 32 1]",
    )

    assert "nobody=1" in said
    assert "cpuid=0x411fc271" in said


def test_registers_are_set_while_it_is_halted(flashed: VirtualBoard) -> None:
    said = look(flashed, "reset halt", "reg r4 0x12345678", "step", "echo stepped", "echo [reg r4]")

    assert "r4 (/32): 0x12345678" in said.partition("stepped")[2]


def test_a_running_image_is_halted_and_goes_on(flashed: VirtualBoard) -> None:
    look(flashed, "reset run")
    flashed.serial.hear(READY)

    ended = flashed.openocd(
        ATTACH,
        "init",
        "halt",
        "echo was=[stm32h7x.cpu0 curstate]",
        "resume",
        "echo is=[stm32h7x.cpu0 curstate]",
        "shutdown",
    )

    assert ended.status == 0, ended.said
    assert "was=halted" in ended.said
    assert "is=running" in ended.said


def test_the_caches_are_on(flashed: VirtualBoard) -> None:
    """Instructions and data: what the driver does for the caches is proved only while they are."""
    look(flashed, "reset run")
    flashed.serial.hear(READY)

    ended = flashed.openocd(ATTACH, "init", "echo ccr=[read_memory 0xe000ed14 32 1]", "shutdown")

    assert ended.status == 0, ended.said
    assert int(ended.said.partition("ccr=")[2].split()[0], 16) & CCR_CACHES == CCR_CACHES


def test_no_memory_is_written_through(flashed: VirtualBoard) -> None:
    """Cortex-M7 erratum 1259864."""
    look(flashed, "reset run")
    flashed.serial.hear(READY)
    regions = numbers(look_in(flashed, f"echo number=[read_memory {MPU_TYPE:#x} 32 1]"))[0] >> 8 & 0xFF
    each = [
        command
        for region in range(regions)
        for command in (f"mww {MPU_RNR:#x} {region}", f"echo number=[read_memory {MPU_RASR:#x} 32 1]")
    ]

    kinds = [rasr & RASR_TEX_C_B for rasr in numbers(look_in(flashed, *each)) if rasr & RASR_ENABLE]

    assert kinds
    assert C_ALONE not in kinds


def test_a_cable_that_is_pulled_behind_a_long_halt_is_missed_by_nobody(flashed: VirtualBoard) -> None:
    """The timer ran on: the next beat was over before it was asked for."""
    look(flashed, "reset run")
    flashed.serial.hear(READY)
    wait_for_cable(flashed, "in")

    look_in(flashed, "halt")
    wait(flashed, LATER_US)
    look_in(flashed, "resume")
    flashed.tell("link down")

    wait_for_cable(flashed, "out")
    flashed.tell("link up")


def test_a_beat_that_falls_due_while_an_alarm_is_set_is_not_lost(flashed: VirtualBoard) -> None:
    """Stopped where interrupts are locked out, until the beat is there: no other sees to the cable."""
    look(flashed, "reset run")
    flashed.serial.hear(READY)
    wait_for_cable(flashed, "in")

    at = symbol("chip_alarm") & ~1
    alarm = (f"bp {at:#x} 2 hw", "resume", "wait_halt 60000", f"rbp {at:#x}")
    locked = "while {![dict get [get_reg primask] primask]} {step}"
    due = f"while {{!([read_memory {TIM2_SR:#x} 32 1] & {BEAT})}} {{}}"
    look_in(flashed, "halt", *alarm, locked, due, "resume")
    flashed.tell("link down")
    flashed.type("@8 link tell out")
    wait(flashed, LATER_US)

    flashed.type("@9 id")
    assert "cable in=0" in flashed.serial.hear("@9= ok")
    flashed.tell("link up")


@pytest.mark.skipif(shutil.which("gdb-multiarch") is None, reason="without gdb-multiarch")
def test_gdb_stops_at_main(flashed: VirtualBoard) -> None:
    with flashed.start("gdb_port 0", "init", "reset halt", "echo {gdb may come}") as server:
        port = server.said.hear("gdb may come").partition("on port ")[2].split()[0]
        gdb = subprocess.run(
            [
                "gdb-multiarch",
                "-nx",
                "-batch",
                *("-ex", f"target extended-remote :{port}"),
                *(word for line in BREAK_AND_LOOK for word in ("-ex", line)),
                str(IMAGE),
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        server.said.hear(GDB_HAS_LEFT)

    assert "main in section .text" in gdb.stdout, gdb.stdout + gdb.stderr
    assert "main + " in gdb.stdout, gdb.stdout + gdb.stderr
