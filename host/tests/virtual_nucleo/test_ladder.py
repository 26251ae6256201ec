# SPDX-License-Identifier: GPL-2.0-or-later
"""Whatever breaks between us and a board ends on the rung that cures it; what no rung cures marks the board."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from host.tests.virtual_nucleo.virtual_board import IMAGE, MID_FLASH, READY, RIG, SERIAL, VirtualBoard, lacks
from plumbline.probe import (
    STM32H743,
    Helpers,
    Means,
    OpenOcd,
    Probe,
    ProbeAddress,
    ProbeError,
    Setup,
    Trouble,
    checked_openocd,
    openocd,
)  # fmt: skip

pytestmark = pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")

FLASHES_S = 60.0


class Desk:
    """A board, its probe, and hands that replug the one and switch the other."""

    def __init__(self, board: VirtualBoard, serial: str = SERIAL) -> None:
        self.board = board
        self.steps: list[str] = []
        self.wedged = ""
        self.heard: list[str] = []
        self._kills = 0
        self.at_replug: Callable[[], None] = lambda: None
        means = {
            Means.USB_RESET: self._replug,
            Means.POWER_CYCLE: lambda: self._tells("power off", "power on"),
        }
        setup = Setup(checked_openocd().path, ProbeAddress(serial, board.port), STM32H743, RIG.parent)
        self.probe = Probe(OpenOcd(setup, hear=self._hears), Helpers(means, self._mark, self.steps.append))

    def climbed(self) -> list[str]:
        """The rungs that failed, by name, and what was used."""
        return [step.removeprefix("probe: ").split(", ", 1)[-1].split(":")[0] for step in self.steps]

    def _replug(self) -> None:
        self._tells("probe replug")
        self.at_replug()

    def _hears(self, word: str) -> None:
        self.heard.append(word)
        if word == "writes" and self._kills:
            for pid in self._programs():
                os.kill(pid, signal.SIGKILL)
            self.board.tell("probe replug")
            self.kills_in_mid_flash(self._kills - 1)

    def kills_in_mid_flash(self, times: int) -> None:
        """The program that writes, so many times; it does not come to its end before."""
        self._kills = times
        if times:
            self.board.tell(f"probe wedged after {MID_FLASH}")

    def _programs(self) -> list[int]:
        """Of ours, that were told of the board's probe."""
        told = f"st-link backend tcp {self.board.port}".encode()
        ours = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        return [int(pid) for pid in ours if told in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")]

    def _tells(self, *lines: str) -> None:
        for line in lines:
            self.board.tell(line)

    def _mark(self, why: str) -> None:
        self.wedged = why


@pytest.fixture
def desk() -> Iterator[Desk]:
    with VirtualBoard() as board:
        yield Desk(board)


def test_an_image_is_written_once_and_then_found_there(desk: Desk) -> None:
    assert desk.probe.flash(IMAGE, within_s=FLASHES_S)
    desk.board.serial.hear(READY)
    assert desk.heard == ["compares", "writes", "verifies"]

    desk.heard.clear()
    assert not desk.probe.flash(IMAGE, within_s=FLASHES_S)
    desk.board.serial.hear(READY)
    assert desk.heard == ["compares", "is there"]
    assert desk.steps == []


def test_probe_and_chip_say_who_they_are_and_the_chip_goes_on(desk: Desk) -> None:
    desk.probe.flash(IMAGE, within_s=FLASHES_S)
    desk.board.serial.hear(READY)

    identity = desk.probe.identity()

    assert (identity.serial, identity.usb, identity.device) == (SERIAL, "0483:374b", STM32H743.device)
    assert identity.firmware.startswith("V2J")
    assert len(bytes.fromhex(identity.unique)) == 12
    assert identity.volts > 3


def test_boards_are_known_by_the_numbers_of_their_chips() -> None:
    numbers = ("00112233445566778899aabb", "0123456789abcdef01234567")
    for number in numbers:
        with VirtualBoard("--unique", number) as board:
            assert Desk(board).probe.identity().unique == number


def test_words_are_there_before_the_first_instruction_and_memory_is_read_while_it_runs(desk: Desk) -> None:
    spot = 0x2407FFC0
    desk.probe.flash(IMAGE, within_s=FLASHES_S)

    desk.probe.reset(writes=[(spot, (0x600DCAFE, 2))], leaves_halted=True)

    assert desk.probe.read(spot, 2) == (0x600DCAFE, 2)


@pytest.mark.parametrize("kind", ["silent", "noise"])
def test_a_fault_in_mid_flash_is_cured_by_the_next_try(desk: Desk, kind: str) -> None:
    desk.board.tell(f"probe fault 1 {kind} after {MID_FLASH}")

    assert desk.probe.flash(IMAGE, within_s=FLASHES_S)

    assert desk.climbed() == ["at first", "again"]
    desk.board.serial.hear(READY)


def test_one_that_is_killed_in_mid_flash_is_run_again(desk: Desk) -> None:
    desk.kills_in_mid_flash(1)

    assert desk.probe.flash(IMAGE, within_s=FLASHES_S)

    assert desk.climbed() == ["at first", "again"]
    assert ": OpenOCD was ended by a signal: SIGKILL" in desk.steps[0]
    desk.board.serial.hear(READY)


def test_one_that_is_killed_each_time_says_nothing_of_the_board(desk: Desk) -> None:
    desk.kills_in_mid_flash(2)

    with pytest.raises(ProbeError, match="again: OpenOCD was ended by a signal: SIGKILL, when it had said: writes"):
        desk.probe.flash(IMAGE, within_s=FLASHES_S)

    assert (desk.climbed(), desk.wedged) == (["at first", "again"], "")


def test_a_noisy_cable_is_cured_by_a_slower_clock(desk: Desk) -> None:
    desk.board.tell("probe noise 1000")

    assert desk.probe.flash(IMAGE, within_s=FLASHES_S)

    assert desk.climbed() == ["at first", "again", "slower"]


def test_a_chip_that_does_not_hear_is_met_under_reset_to_tell_its_number(desk: Desk) -> None:
    desk.board.tell("probe deaf on")

    assert desk.probe.identity().device == STM32H743.device

    assert desk.climbed() == ["at first", "again", "slower", "under reset"]


def test_what_resets_meets_the_chip_under_reset_at_once(desk: Desk) -> None:
    desk.board.tell("probe deaf on")

    assert desk.probe.flash(IMAGE, within_s=FLASHES_S)
    desk.probe.reset()

    assert desk.steps == []


def test_a_hung_probe_is_cured_by_its_usb_reset(desk: Desk) -> None:
    desk.board.tell("probe hung")

    assert desk.probe.flash(IMAGE, within_s=FLASHES_S)

    assert desk.climbed() == ["at first", "USB reset of the probe", "after a USB reset"]


def test_a_wedged_probe_costs_one_deadline_and_is_cured_by_its_usb_reset(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plumbline.probe.child._LEAVES_S", 0.2)
    desk.board.tell("probe wedged")

    with monkeypatch.context() as impatient:  # with the probe that never answers, not with the one that is well
        impatient.setattr(openocd, "LOOKS_S", 2.0)
        desk.at_replug = impatient.undo
        desk.probe.reset()

    assert desk.climbed() == ["at first", "USB reset of the probe", "after a USB reset"]


def test_a_board_without_power_is_cured_by_a_power_cycle(desk: Desk) -> None:
    desk.board.tell("power off")

    assert desk.probe.flash(IMAGE, within_s=FLASHES_S)

    assert desk.climbed() == ["at first", "again", "power cycle of the board", "after a power cycle"]


def test_an_image_that_is_not_there_is_no_fault_of_the_board(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(ProbeError) as raised:
        desk.probe.flash(tmp_path / "dut", within_s=FLASHES_S)

    assert (raised.value.trouble, desk.wedged) == (Trouble.BAD_IMAGE, "")
