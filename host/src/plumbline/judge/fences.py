# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether fences tell the truth: their counters against what passed on the wire and what the shell said, and silence
behind their answers (docs/bench-protocol.md)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from plumbline.judge.rules import Complaint
from plumbline.wire.addresses import mac_text
from plumbline.wire.decode import decode
from plumbline.wire.fence import FenceAnswer, decode_fence, decode_fence_answer, describe_fence

_ADVANCED = re.compile(r"@\d+= ok now=(\d+) held=1 .*\bmoved=(\d+) deadlines=(\d+)\b")
_FRAME_MIN, _FRAME_MAX = 14, 1514
_WRAP = 1 << 32
_COUNTERS = ("frames_in", "frames_out", "frames_dropped", "polls", "wakes", "idles", "deadlines", "refused", "said")
AT_START = FenceAnswer(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)


def since(before: FenceAnswer, answer: FenceAnswer, counter: str) -> int:
    """How far a counter moved between two answers; each wraps."""
    return (int(getattr(answer, counter)) - int(getattr(before, counter))) % _WRAP


@dataclass
class _Between:
    """What happened between two answers, as far as it explains drops, deadlines and time."""

    moved_ms: int = 0
    deadlines: int = 0
    wrong_size: int = 0  # frames that no link takes
    may_drop: bool = False  # any number
    may_lose: bool = False  # frames in a receiver that was full, unseen by the device


@dataclass
class Fences:
    """The fences of one device, from its start. `at_ms` is where its clock started, `mac` whom frames are for."""

    at_ms: int
    mac: bytes
    last: FenceAnswer = AT_START
    _to_device: int = 0
    _from_device: int = 0
    _open: int | None = None  # the newest fence, until it is answered
    _owed: Counter[tuple[int, bytes]] = field(default_factory=Counter)  # answers, by number and who asked
    _between: _Between = field(default_factory=_Between)
    _clock_ran: bool = False  # since the last answer
    _clock_runs: bool = False
    _unwatched: set[str] = field(default_factory=set)  # why frames may wait
    _no_buffer: int | None = 0  # frames that are still to find none; None: all
    _is_quiet: bool = False  # nothing happened since the last answer

    # -- what explains a fence's answer

    def caused(self) -> None:
        """Something happened that the device may answer to."""
        self._is_quiet = False

    def cable_moved(self) -> None:
        self.caused()
        self._between.may_drop = True

    def command(self, words: list[str]) -> None:
        self.caused()
        match words:
            case ["clock", "run" | "hold" as how]:
                self._clock_runs = how == "run"
                self._clock_ran = True
            case ["poll", "hand"]:
                self._watch("by hand", False)
            case ["poll", "auto"]:
                self._watch("by hand", True)
            case ["link", "fault", "rx-hold", "on"]:
                self._between.may_lose = True
            case ["link", "fault", "rx-defer", how]:
                self._watch("deferred", how == "off")
            case ["link", "fault", "rx-alloc", how]:
                self._no_buffer = None if how == "all" else 0 if how == "off" else int(how, 0)
                self._between.may_drop |= how == "all"

    def _watch(self, reason: str, is_watched: bool) -> None:
        (self._unwatched.discard if is_watched else self._unwatched.add)(reason)
        self._between.may_drop = True

    def reply(self, line: str) -> None:
        advanced = _ADVANCED.match(line)
        if advanced is not None:
            self._between.moved_ms += int(advanced[2])
            self._between.deadlines += int(advanced[3])

    def frame_to_device(self, data: bytes) -> None:
        self.caused()
        if not self._passes_the_mac(data):
            return
        self._to_device += 1
        self._between.wrong_size += not _FRAME_MIN <= len(data) <= _FRAME_MAX

    def _passes_the_mac(self, data: bytes) -> bool:
        """What is for another station alone, no device hears of."""
        return len(data) < _FRAME_MIN or bool(data[0] & 1) or data[: len(self.mac)] == self.mac

    def asked(self, data: bytes) -> None:
        number = decode_fence(data)
        if number is not None:
            self._open = number
            self._owed[number, decode(data).src] += 1

    def is_answered_by(self, answer: FenceAnswer) -> bool:
        """False for one that was sent again: its first answer was heard, and the second tells of the same moment."""
        if answer.number != self._open:
            return False
        self._open = None
        return True

    # -- what the device says

    def frame_from_device(self) -> Iterator[Complaint]:
        self._from_device += 1
        if self._is_quiet and not self._clock_runs:
            yield Complaint("fence-early", "sent after the answer to a fence, and nothing happened since")

    def check_address(self, data: bytes, mac: bytes) -> Iterator[Complaint]:
        """An answer as a frame: that it is one, whose it is, and for whom."""
        answer, frame = decode_fence_answer(data), decode(data)
        if answer is None:
            yield Complaint("fence-answer", f"the device sent {describe_fence(data)}")
            return
        if frame.src != mac:
            yield Complaint("fence-answer", f"the source is {mac_text(frame.src)}, the device is {mac_text(mac)}")
        if self._owed[answer.number, frame.dst] == 0:
            yield Complaint("fence-answer", f"{mac_text(frame.dst)} awaits no answer to fence {answer.number}")
            return
        self._owed[answer.number, frame.dst] -= 1

    def check(self, answer: FenceAnswer) -> Iterator[Complaint]:
        """Then what it said is what the next answer is measured by."""
        yield from self._check_frames(answer)
        yield from self._check_clock(answer)
        yield from self._check_rest(answer)
        self.last = answer
        self._is_quiet = True
        self._clock_ran = self._clock_runs
        self._between = _Between(may_drop=self._no_buffer is None or bool(self._unwatched))

    def _check_frames(self, answer: FenceAnswer) -> Iterator[Complaint]:
        told = answer.frames_in + answer.frames_dropped + answer.waiting
        if self._between.may_lose:
            self._to_device = min(self._to_device, told)
        if told % _WRAP != self._to_device:
            yield Complaint(
                "fence-frames",
                f"{self._to_device} frames went to the device, it tells of {told}: {answer.frames_in} taken in, "
                f"{answer.frames_dropped} dropped, {answer.waiting} wait",
            )
        if answer.frames_out != self._from_device:
            yield Complaint("fence-frames", f"{self._from_device} frames came, the device tells of {answer.frames_out}")
        if answer.waiting and not self._unwatched:
            yield Complaint("fence-waiting", f"{answer.waiting} frames wait, though the device polls by itself")
        yield from self._check_drops(since(self.last, answer, "frames_dropped"))

    def _check_drops(self, dropped: int) -> Iterator[Complaint]:
        if self._no_buffer is None or self._between.may_drop:
            return
        left_over = max(0, dropped - self._between.wrong_size)
        unexplained = max(0, left_over - self._no_buffer)
        self._no_buffer -= left_over - unexplained
        if unexplained:
            yield Complaint("fence-drops", f"{dropped} frames were dropped, {unexplained} of them for no reason")

    def _check_clock(self, answer: FenceAnswer) -> Iterator[Complaint]:
        if self._clock_ran:
            return
        now = (self._before_ms + self._between.moved_ms) % _WRAP
        if answer.ms != now:
            yield Complaint("fence-clock", f"the answer is of {answer.ms} ms, the held clock stands at {now} ms")
        deadlines = since(self.last, answer, "deadlines")
        if deadlines != self._between.deadlines:
            yield Complaint(
                "fence-clock",
                f"{deadlines} deadlines since the last fence, the shell told of {self._between.deadlines}",
            )

    def _check_rest(self, answer: FenceAnswer) -> Iterator[Complaint]:
        back = [name for name in _COUNTERS if since(self.last, answer, name) >= _WRAP >> 1]
        if answer.longest_poll < self.last.longest_poll:
            back.append("longest_poll")
        if back:
            yield Complaint("fence-back", f"went back: {', '.join(back)}")
        if answer.idles == self.last.idles:
            yield Complaint("fence-idle", f"no idle entry since the last fence: still {answer.idles}")

    @property
    def _before_ms(self) -> int:
        return self.at_ms if self.last is AT_START else self.last.ms
