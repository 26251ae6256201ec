# SPDX-License-Identifier: GPL-2.0-or-later
import pytest

from plumbline.clock import StackClock, clock
from plumbline.errors import HarnessError, Unexpected
from plumbline.shell.protocol import Fields, Reply
from plumbline.shell.views import ClockView


class Stack:
    """A device that sends at the given times; `twins` have another deadline at the same moment."""

    def __init__(self, sends_at: list[int], twins: tuple[int, ...] = ()) -> None:
        self.now = 0
        self.frame_count = 0
        self.pieces: list[int] = []
        self.settled_at: list[int] = []
        self._due = sorted([*sends_at, *twins])

    def advance_to_frame(self, at_most_ms: int) -> ClockView:
        self.pieces.append(at_most_ms)
        end = self.now + at_most_ms
        sent = bool(self._due) and self._due[0] <= end
        before, self.now = self.now, self._due.pop(0) if sent else end
        self.frame_count += sent
        self.settled_at.append(self.now)
        upcoming = self._due[0] - self.now if self._due else None
        return ClockView(self.now, True, upcoming, self.now - before, 1, sent)

    def command(self, command: str, *, changes: bool = True) -> Reply:
        assert command == "clock" or changes
        fields = {"now": str(self.now), "held": "1", "next": "none", "moved": "7", "deadlines": "1", "sent": "0"}
        return Reply("", command, "", "", Fields(fields))

    def settle(self) -> None:
        self.settled_at.append(self.now)

    def ladder(self) -> str:
        return "the ladder"


def test_a_quiet_way_is_one_piece() -> None:
    stack = Stack([])
    StackClock(stack).advance(7_200_000)

    assert (stack.now, stack.pieces) == (7_200_000, [7_200_000])


def test_it_stops_where_a_frame_is_sent_and_nowhere_else() -> None:
    stack = Stack([1000, 2500])
    StackClock(stack).advance(4000)

    assert stack.settled_at == [1000, 2500, 4000]
    assert stack.pieces == [4000, 3000, 1500]


def test_deadlines_behind_one_that_sent_at_the_end_of_the_way_still_fire() -> None:
    stack = Stack([4000], twins=(4000,))
    StackClock(stack).advance(4000)

    assert stack.frame_count == 2
    assert stack.pieces == [4000, 0]


def test_a_frame_at_the_end_of_the_way_takes_no_further_piece() -> None:
    stack = Stack([4000, 5000])
    StackClock(stack).advance(4000)

    assert stack.pieces == [4000]


def test_to_a_frame_stops_at_the_first_and_says_whether_there_was_one() -> None:
    stack = Stack([1000, 2000])
    time = StackClock(stack)

    assert time.advance_to_frame(at_most_ms=5000)
    assert stack.now == 1000
    assert not time.advance_to_frame(at_most_ms=500)
    assert stack.now == 1500


def test_it_stops_for_the_scenario_at_each_frame_and_ends_at_the_time() -> None:
    stack = Stack([1000, 1000, 4000, 5000])

    assert list(StackClock(stack).frames_within(4000)) == [1000, 1000, 4000]
    assert stack.now == 4000


def test_a_device_that_runs_away_between_looks_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "FRAMES_MAX", 10)
    with pytest.raises(Unexpected, match=r"more than 10 frames within 4000 ms"):
        list(StackClock(Stack(list(range(4000)))).frames_within(4000))


def test_a_device_that_runs_away_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "FRAMES_MAX", 10)
    with pytest.raises(Unexpected, match=r"more than 10 frames within 4000 ms\nthe ladder"):
        StackClock(Stack(list(range(4000)))).advance(4000)


def test_a_step_goes_to_the_next_deadline_and_lets_the_peers_answer() -> None:
    stack = Stack([])

    assert StackClock(stack).step().moved == 7
    assert stack.settled_at == [0]


def test_time_does_not_go_back() -> None:
    with pytest.raises(HarnessError, match="-1 ms"):
        StackClock(Stack([])).advance(-1)
