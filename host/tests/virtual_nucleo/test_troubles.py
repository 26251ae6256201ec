# SPDX-License-Identifier: GPL-2.0-or-later
"""Whatever breaks between a rig and its board ends OpenOCD as it would on a desk, and the step that cures it does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from host.tests.virtual_nucleo.virtual_board import (
    ATTACH,
    MID_FLASH,
    READY,
    SERIAL,
    Ended,
    VirtualBoard,
    flash,
    lacks,
)

pytestmark = pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")

FAILED = "** Programming Failed **"


@pytest.fixture
def board() -> Iterator[VirtualBoard]:
    with VirtualBoard() as board:
        yield board


def assert_ended(ended: Ended, *phrases: str) -> None:
    assert ended.status == 1, ended.said
    for phrase in phrases:
        assert phrase in ended.said


def assert_flashes(board: VirtualBoard, *before: str) -> None:
    ended = board.openocd(*before, flash())
    assert ended.status == 0, ended.said
    board.serial.hear(READY)


@pytest.mark.parametrize("kind", ["silent", "noise", "wait"])
def test_a_swd_fault_in_mid_flash_is_over_with_the_next_try(board: VirtualBoard, kind: str) -> None:
    board.tell(f"probe fault 1 {kind} after {MID_FLASH}")

    assert_ended(board.openocd(flash()), "Error: Failed to write memory at", FAILED)

    assert_flashes(board)


def test_a_bus_that_refuses_in_mid_flash_stops_the_loader(board: VirtualBoard) -> None:
    """It waits for the rest of the image, and OpenOCD for it, ten seconds."""
    board.tell(f"probe fault 3 bus after {MID_FLASH}")

    assert_ended(board.openocd(flash()), "Error: error waiting for target flash write algorithm", FAILED)

    assert_flashes(board)


def test_a_noisy_cable_wants_a_slower_clock(board: VirtualBoard) -> None:
    board.tell("probe noise 1000")

    assert_ended(board.openocd(flash()), "Error: Fail reading CTRL/STAT register", "** OpenOCD init failed **")

    assert_flashes(board, "adapter speed 480")


def test_a_chip_that_does_not_hear_is_met_under_reset(board: VirtualBoard) -> None:
    board.tell("probe deaf on")

    ended = board.openocd(ATTACH, flash())
    assert_ended(ended, "Error: init mode failed (unable to connect to the target)", "** OpenOCD init failed **")

    assert_flashes(board)


def test_a_hung_probe_wants_its_usb_reset(board: VirtualBoard) -> None:
    board.tell("probe hung")

    assert_ended(board.openocd(flash()), "Error: TCP error status 0x1001", "** OpenOCD init failed **")

    board.tell("probe replug")
    assert_flashes(board)


def test_a_probe_that_hangs_in_mid_flash(board: VirtualBoard) -> None:
    board.tell(f"probe hung after {MID_FLASH}")

    assert_ended(board.openocd(flash()), "Error: TCP error status 0x1001", FAILED)


def test_a_wedged_probe_keeps_openocd_until_its_deadline(board: VirtualBoard) -> None:
    """Over USB a transfer would time out; OpenOCD's TCP backend has no such time."""
    board.tell("probe wedged")

    with board.start(flash()) as stuck:
        stuck.said.hear("Info : connected to stlink-server")
        assert stuck.said.rest(within_s=2) is None

    board.tell("probe replug")
    assert_flashes(board)


def test_a_probe_that_is_gone_refuses(board: VirtualBoard) -> None:
    board.tell("probe gone")

    assert_ended(board.openocd(flash()), "Error: cannot connect to stlink server, errno: Connection refused")

    board.tell("probe replug")
    assert_flashes(board)


def test_a_probe_that_goes_in_mid_flash(board: VirtualBoard) -> None:
    board.tell(f"probe gone after {MID_FLASH}")

    assert_ended(board.openocd(flash()), FAILED, "Error: cannot close the STLINK")


def test_a_slow_probe_only_takes_longer(board: VirtualBoard) -> None:
    board.tell("probe slow 10")

    slow = board.openocd("init", "shutdown")

    commands = int(board.tell("probe").partition("commands=")[2].split()[0])
    assert (slow.status, commands > 10) == (0, True)
    assert slow.seconds > 0.010 * commands


def test_a_probe_that_somebody_else_has_is_refused(board: VirtualBoard) -> None:
    with board.start("init", "echo {it is mine}") as other:
        other.said.hear("it is mine")

        assert_ended(board.openocd(flash()), "Error: the selected device is already used")

    assert_flashes(board)


def test_another_probe_is_not_taken_for_ours(board: VirtualBoard) -> None:
    board.tell("probe serial 066AFF000000000000000002")

    assert_ended(board.openocd(f"adapter serial {SERIAL}", flash()), "Error: ST-LINK open failed (serial mismatch)")


def test_a_target_without_power(board: VirtualBoard) -> None:
    board.tell("power off")

    assert_ended(
        board.openocd(flash()),
        "Error: target voltage may be too low for reliable debugging",
        "Error: init mode failed (unable to connect to the target)",
        "** OpenOCD init failed **",
    )

    board.tell("power on")
    assert_flashes(board)


def test_power_that_goes_in_mid_session_is_noticed_and_the_chip_found_again(board: VirtualBoard) -> None:
    """The debug port has forgotten all that it was told."""
    assert_flashes(board)

    with board.start("init", "reset run", "echo attached") as debugger:
        debugger.said.hear("attached")
        board.tell("power off")
        debugger.said.hear("Examination failed")
        board.tell("power on")

        debugger.said.hear("Cortex-M7 r1p1 processor detected")


def test_a_target_that_is_held_in_reset(board: VirtualBoard) -> None:
    board.tell("reset hold")

    assert_ended(
        board.openocd(flash()), "Error: timed out while waiting for target halted", "** Unable to reset target **"
    )

    board.tell("reset release")
    assert_flashes(board)


def test_a_protected_flash_is_not_erased(board: VirtualBoard) -> None:
    board.tell("protect 1")

    assert_ended(
        board.openocd(flash()), "Error: wait_flash_op_queue, WRPERR detected", "Error: failed erasing sectors", FAILED
    )

    board.tell("protect 0")
    assert_flashes(board)


def test_a_chip_of_another_family_is_not_flashed(board: VirtualBoard) -> None:
    board.tell("chip 0x10006419")

    assert_ended(board.openocd(flash()), "Warn : Cannot identify target as a STM32H7xx family.", FAILED)
