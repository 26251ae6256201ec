# SPDX-License-Identifier: GPL-2.0-or-later
"""Task polls are bounded by what happened: nothing spins (contract, part 5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from plumbline.judge.rules import Complaint
from plumbline.wire.fence import FenceAnswer


@dataclass(frozen=True)
class ActivityBudget:
    """How many task polls one cause may take. A frame wakes the network task, and any task that waits on its socket."""

    at_start: int = 16
    per_frame: int = 3  # and one for each task that waits
    per_deadline: int = 2
    per_shell_call: int = 6
    per_fence: int = 2
    longest_poll_frames: int = 16  # AX_POLL_FRAMES


def frames_of(answer: FenceAnswer) -> int:
    """Every frame that moved, those that wait for a poll by hand included."""
    return answer.frames_in + answer.waiting + answer.frames_out + answer.frames_dropped


class Activity:
    """Counts causes as they pass, and compares at each fence's answer."""

    def __init__(self, budget: ActivityBudget | None = None) -> None:
        self._budget = budget or ActivityBudget()
        self._shell_calls = 0
        self._fences = 0
        self._waiters = 0
        self._by_hand = 0  # frames of the longest poll that the bench asked for
        self._reported: set[str] = set()

    def polled_by_hand(self, frames: int) -> None:
        """One poll takes in what it was asked to; how the others go on is judged as ever."""
        self._by_hand = max(self._by_hand, frames)

    def shell_call(self) -> None:
        self._shell_calls += 1

    def waiter(self) -> None:
        """A task was started that waits on a socket."""
        self._waiters += 1

    def fence(self) -> None:
        self._fences += 1

    def restart(self) -> None:
        """The device starts anew, and so do its answers."""
        self._shell_calls = self._fences = self._waiters = self._by_hand = 0

    def check(self, answer: FenceAnswer) -> Iterator[Complaint]:
        """Complains once of each rule: what spun stays counted."""
        limit = self.polls_allowed(answer)
        if answer.polls > limit and self._first("polls"):
            yield Complaint(
                "polls",
                f"{answer.polls} polls by {answer.ms} ms; {frames_of(answer)} frames, "
                f"{answer.deadlines} deadlines, {self._shell_calls} calls and {self._fences} fences allow {limit}",
            )
        longest = max(self._budget.longest_poll_frames, self._by_hand)
        if answer.longest_poll > longest and self._first("poll-frames"):
            yield Complaint("poll-frames", f"a poll took in {answer.longest_poll} frames")

    def polls_allowed(self, answer: FenceAnswer) -> int:
        budget = self._budget
        return (
            budget.at_start
            + (budget.per_frame + self._waiters) * frames_of(answer)
            + budget.per_deadline * answer.deadlines
            + budget.per_shell_call * self._shell_calls
            + budget.per_fence * self._fences
        )

    def _first(self, rule: str) -> bool:
        if rule in self._reported:
            return False
        self._reported.add(rule)
        return True
