# SPDX-License-Identifier: GPL-2.0-or-later
"""Task polls are bounded by what happened: nothing spins (contract, part 5)."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from plumbline.judge.fences import AT_START, since
from plumbline.judge.rules import Complaint
from plumbline.wire.fence import FenceAnswer

_ENDED = re.compile(r"@\d+= ")
_POLLED = re.compile(r"@\d+= ok frames=(\d+) waiting=\d+")


@dataclass(frozen=True)
class ActivityBudget:
    """How many task polls one cause may take. What leaves takes none, and a deadline is one wake: of all causes it is
    the one that comes by the hundred with nothing else, so that a poll too many for each is seen."""

    at_start: int = 8
    at_rest: int = 4  # the tail of what was before
    per_frame: int = 2  # the network task, and again for what a socket then wants
    per_deadline: int = 1
    per_shell_call: int = 4  # its line, the network task, the end of an advance, the rest of a long reply
    bytes_per_wake: int = 64  # of a line: a process hears so many at a time, and says all at once
    per_byte_said: int = 0
    per_fence: int = 3  # taken in, answered, and what came behind it
    per_refusal: int = 1  # of a full transmit ring: the news of room
    per_pump: int = 48  # the steps in which it, or a server, fills or empties the largest ring
    longest_poll_frames: int = 16  # AX_POLL_FRAMES

    @classmethod
    def of_serial_line(cls) -> ActivityBudget:
        """A UART may wake the shell for each byte that came, and behind a full queue for each that left."""
        return cls(bytes_per_wake=1, per_byte_said=1)


class Activity:
    """Counts the causes between two fences, and compares at each answer."""

    def __init__(self, budget: ActivityBudget | None = None) -> None:
        self._budget = budget or ActivityBudget()
        self._watches = self._pumps = 0
        self._by_hand = 0  # frames of the longest poll that the bench asked for
        self._last = AT_START
        self._shell_calls = self._pieces = self._said_bytes = self._fences = 0  # since the last answer
        self._unanswered: deque[int] = deque()  # calls under way: the pieces of each line

    def reply(self, line: str) -> None:
        """A poll by hand takes in what it was asked to; how the others go on is judged as ever."""
        self._said_bytes += len(line) + 2
        if _ENDED.match(line) and self._unanswered:
            self._unanswered.popleft()
        polled = _POLLED.match(line)
        if polled is not None:
            self._by_hand = max(self._by_hand, int(polled[1]))

    def command(self, words: list[str], line_bytes: int) -> None:
        pieces = line_bytes // self._budget.bytes_per_wake
        self._shell_calls += 1
        self._pieces += pieces
        self._unanswered.append(pieces)
        if words[1:2] != ["stop"]:
            self._watches += words[0] == "watch"
            self._pumps += words[0] in ("pump", "serve") and len(words) > 2

    def fence(self) -> None:
        self._fences += 1

    def check(self, answer: FenceAnswer) -> Iterator[Complaint]:
        polls, limit = since(self._last, answer, "polls"), self.polls_allowed(answer)
        if polls > limit:
            yield Complaint(
                "polls",
                f"{polls} polls since the last fence; {since(self._last, answer, 'frames_in')} frames, "
                f"{since(self._last, answer, 'deadlines')} deadlines, {self._shell_calls} calls and {self._fences} "
                f"fences allow {limit}",
            )
        longest = max(self._budget.longest_poll_frames, self._by_hand)
        if answer.longest_poll > max(longest, self._last.longest_poll):
            yield Complaint("poll-frames", f"a poll took in {answer.longest_poll} frames")
        self._last = answer
        self._fences = self._said_bytes = 0
        self._shell_calls, self._pieces = len(self._unanswered), sum(self._unanswered)  # they go on

    def polls_allowed(self, answer: FenceAnswer) -> int:
        """Each task that waits may be woken by each frame and each call; a pump by what leaves, too."""
        budget = self._budget
        frames, left = since(self._last, answer, "frames_in"), since(self._last, answer, "frames_out")
        return (
            (budget.at_start if self._last is AT_START else budget.at_rest)
            + budget.per_frame * frames
            + budget.per_deadline * since(self._last, answer, "deadlines")
            + budget.per_shell_call * self._shell_calls
            + self._pieces
            + budget.per_byte_said * self._said_bytes
            + budget.per_fence * self._fences
            + budget.per_refusal * since(self._last, answer, "refused")
            + self._watches * (frames + self._shell_calls + 2)
            + self._pumps * (frames + left + budget.per_pump)
        )
