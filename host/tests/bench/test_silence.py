# SPDX-License-Identifier: GPL-2.0-or-later
import pytest

from plumbline.bench.silence import Silence, diagnose, processor_s
from plumbline.board.process import Activity
from plumbline.errors import BenchError


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


@pytest.mark.parametrize("after", [Activity("R", 4.9), Activity("R", 0.1), Activity("S", 0.1)])
def test_one_that_was_let_go_meanwhile_was_stopped_from_outside(after: Activity) -> None:
    assert diagnose(Activity("T", 0.0), after, 5.0).is_our_side


CORE = {"R": "its core runs", "S": "its core sleeps", "T": "its core is halted"}


@pytest.mark.parametrize(
    ("first", "then", "ran_s", "says"),
    [
        ("R", "R", 5.0, "it spins: its core runs"),
        ("S", "R", 0.0, "it waits for something else: first its core sleeps, then its core runs"),
        ("R", "S", 0.0, "it waits for something else: first its core runs, then its core sleeps"),
        ("S", "S", 0.0, "it waits for something else: its core sleeps"),
        ("T", "R", 0.0, f"{Silence.STOPPED.value}: first its core is halted, then its core runs"),
        ("T", "S", 0.0, f"{Silence.STOPPED.value}: first its core is halted, then its core sleeps"),
        ("R", "T", 0.0, f"{Silence.STOPPED.value}: first its core runs, then its core is halted"),
    ],
)
def test_a_core_that_is_silicon_is_judged_by_both_looks_at_it(first: str, then: str, ran_s: float, says: str) -> None:
    before, after = Activity(first, 7.0, CORE[first]), Activity(then, 7.0 + ran_s, CORE[then])

    assert diagnose(before, after, 5.0).text == says


@pytest.mark.parametrize("state", ["R", "S"])
def test_the_processor_time_of_one_that_may_run_is_what_was_counted(state: str) -> None:
    assert processor_s(Activity(state, 1.5)) == 1.5


@pytest.mark.parametrize(
    ("stopped", "known"),
    [(Activity("T", 1.5), ""), (Activity("t", 1.5), ""), (Activity("T", 0.0, CORE["T"]), ": its core is halted")],
)
def test_that_one_which_is_stopped_takes_no_processor_time_proves_nothing(stopped: Activity, known: str) -> None:
    with pytest.raises(
        BenchError, match=f"says nothing, it was stopped from outside, by a signal or a debugger{known}$"
    ):
        processor_s(stopped)
