# SPDX-License-Identifier: GPL-2.0-or-later
import pytest

from plumbline.bench.silence import Silence, diagnose
from plumbline.board.process import Activity


@pytest.mark.parametrize(
    ("state", "cpu_s", "silence"),
    [
        ("R", 4.9, Silence.SPINNING),
        ("S", 4.9, Silence.SPINNING),
        ("R", 1.3, Silence.SPINNING),
        ("R", 0.4, Silence.STARVED),
        ("S", 0.0, Silence.MUTE),
        ("D", 0.0, Silence.MUTE),
        ("T", 0.0, Silence.STOPPED),
        ("t", 4.9, Silence.STOPPED),
    ],
)
def test_what_the_kernel_counted_in_five_seconds_tells_them_apart(state: str, cpu_s: float, silence: Silence) -> None:
    assert diagnose(Activity("S", 10.0), Activity(state, 10.0 + cpu_s), 5.0).silence is silence


def test_a_device_that_spins_on_a_busy_machine_spins_all_the_same() -> None:
    assert diagnose(Activity("R", 0.0), Activity("R", 1.2), 25.0).silence is Silence.STARVED
    assert diagnose(Activity("R", 0.0), Activity("R", 1.3), 30.0).silence is Silence.SPINNING


def test_the_numbers_are_in_the_text() -> None:
    text = diagnose(Activity("R", 1.0), Activity("R", 5.9), 5.0).text

    assert text == "it spins: 4.9 s of processor time in the last 5 s"


def test_of_a_board_without_a_process_it_tells_what_its_probe_found() -> None:
    found = Activity("S", 0.0, told="its chip answers the probe")

    assert diagnose(found, found, 5).text == "it waits for something else: its chip answers the probe"
