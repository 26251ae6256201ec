# SPDX-License-Identifier: GPL-2.0-or-later
"""The wire and the shell of one device, kept in order.

The rule is: **one thing at a time**. A frame, a command that changes something, a cable pulled: each is carried to its
end before the next one begins. The fence proves the end: when it is answered, all that the device had to say has been
said, on both lines, and was read. So nothing overtakes anything, every look finds all there will ever be, and two runs
give the same events in the same order.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from plumbline.bench import bounds, death
from plumbline.bench.events import Recorder
from plumbline.bench.hearing import Hearing
from plumbline.bench.silence import diagnose
from plumbline.bench.steps import current_step
from plumbline.board import Credit, Device, ReceiveFifo
from plumbline.errors import HarnessError, Refused, Unexpected
from plumbline.events import FrameEvent, Way
from plumbline.match.ladder import recent
from plumbline.shell.protocol import DutEvent, Garbage, Item, LastWords, Reply
from plumbline.shell.session import ShellClosed, ShellSession
from plumbline.shell.views import ClockView, clock_view
from plumbline.wire.decode import Frame, decode
from plumbline.wire.fence import FRAME_BYTES, FenceAnswer, decode_fence_answer, encode_fence, is_fence
from plumbline.wire.port import WireClosed, WirePort

T = TypeVar("T")
FrameListener = Callable[[FrameEvent, Frame], None]
_BENCH_MAC = bytes.fromhex("0200000000fe")  # whom fences are answered to


class Lines:
    """Both lines of one device. `ms` is the stack clock as last told."""

    def __init__(self, device: Device, mac: bytes, recorder: Recorder, *, fifo: ReceiveFifo | None = None) -> None:
        """`fifo`: what the device's receiver holds, when more would be lost unseen."""
        self.recorder = recorder
        self._credit = Credit(fifo, reserve_bytes=FRAME_BYTES)
        self.ms = 0
        self._mac = mac
        self._listeners: list[FrameListener] = []
        self._fences = 0
        self._relay: Callable[[bytes], None] | None = None
        self._ran_from: tuple[int, float] | None = None  # while the clock runs: what it said, and when
        self.attach(device)

    # -- a device comes

    def attach(self, device: Device) -> None:
        """Takes over a device that was just started, and waits for its first word."""
        self._device = device
        self._port = WirePort(device.wire)
        self._session = ShellSession(device.shell)
        self._hearing = Hearing(self._port, self._session)
        self._outbox: deque[tuple[bytes, str]] = deque()
        self._said: list[DutEvent] = []
        self._unread: list[Item] = []  # came behind a reply, in the same breath or not: told when the turn ends
        self._plugged = True
        self._started = False
        self._listening = False
        self._dirty = True  # what it sends at the start was not read yet
        self._step = "start"
        self._await(self._read_ready, "its start", first_s=bounds.START_S)
        self._started = True

    def subscribe(self, listener: FrameListener) -> None:
        """`listener` is called with each frame of the device, fences left out. It may `post`, not `send`."""
        self._listeners.append(listener)

    # -- the wire

    def send(self, frame: bytes) -> None:
        """Puts a frame on the wire, behind everything before it. Does not wait for what comes of it."""
        if self._listening:
            raise HarnessError("a listener posts; it does not send")
        self.settle()
        self._transmit(frame, current_step())

    def overrun(self, frames: Iterable[bytes]) -> None:
        """Sends them to a device that takes nothing out of its receiver meanwhile. What is more than that holds is
        lost, and the device does not know."""
        self.settle()
        self._step = current_step()
        self._ask("link fault rx-hold on")
        for frame in frames:
            self.recorder.frame(Way.TO_DUT, self.ms, frame, self._step, is_fence=False)
            self._carry(frame)
        for _ in range(bounds.ROUNDS_PER_SETTLE):
            if self._port.sent_is_taken():
                break
            self._ask("clock")  # a turn of the emulator's, which moves frames from the socket to the receiver
        self._ask("link fault rx-hold off")
        self._dirty = True
        self.settle()

    def post(self, frame: bytes) -> None:
        """From a listener: sends the frame at its turn, before the bench is settled."""
        self._outbox.append((frame, self._step))

    def fence(self) -> FenceAnswer:
        """Reads everything the device has to say up to now."""
        answer = self._answered_fence()
        self._hear()
        return answer

    def _answered_fence(self) -> FenceAnswer:
        if not self._plugged:
            raise HarnessError("no fence crosses a cable that is out")
        self._fences += 1
        request = encode_fence(self._fences, dst=self._mac, src=_BENCH_MAC)
        self._put(request, self._step, fence=True)
        answer = self._await(
            lambda within_s: self._read_until(self._fences, within_s),
            f"fence {self._fences}",
            again=lambda: self._put(request, "the fence again", fence=True),
        )
        self.ms = answer.ms
        self._dirty = False
        self._credit.restore()
        return answer

    def settle(self) -> None:
        """Fences until nothing is under way: what the device said is read, what listeners posted is sent and done."""
        for _ in range(bounds.ROUNDS_PER_SETTLE):
            if self._dirty:
                self._finish_turn()
            elif self._outbox:
                self._transmit(*self._outbox.popleft())
            else:
                return
        raise Unexpected(f"the device and its peers do not come to rest\n{self.ladder()}")

    def prove_rest(self) -> None:
        """Settles, and fences once more: what a device says behind the answer to its last fence is seen, and judged."""
        self.settle()
        if self._plugged:
            self.fence()

    # -- real time: somebody else moves frames, and the clock runs

    def run_clock(self) -> None:
        """Time goes on by itself. `ms` is reckoned from now on."""
        now = clock_view(self.command("clock run").fields).now
        self._ran_from = now, time.monotonic()

    def hold_clock(self) -> None:
        self.command("clock hold")
        self._ran_from = None

    def fileno(self) -> int:
        """Readable when a frame of the device is there."""
        return self._port.fileno()

    def relay(self, take: Callable[[bytes], None] | None) -> None:
        """The device's frames are `take`'s alone, and no listener's; None: the listeners' again."""
        self._relay = take

    def pass_on(self, frame: bytes, step: str) -> None:
        """Puts a frame on the wire now, whatever is under way."""
        self._reckon()
        self._put(frame, step, fence=False)  # which may fence what went before
        self._dirty = True

    def take_in(self) -> int:
        """Hands on the frames that are there, without a fence and without waiting. How many."""
        self._reckon()
        self._step = "in real time"
        try:
            for taken in range(bounds.FRAMES_AT_ONCE):
                data = self._hearing.frame(within_s=0)
                if data is None:
                    return taken
                self._arrive(data)
        except WireClosed as error:
            raise death.of_closed_line(self._device, self.recorder, "wire") from error
        return bounds.FRAMES_AT_ONCE

    def note(self, text: str) -> None:
        self.recorder.note(self.ms, text)

    def _reckon(self) -> None:
        if self._ran_from is not None:
            ms, at = self._ran_from
            self.ms = ms + int((time.monotonic() - at) * 1000) & 0xFFFFFFFF

    # -- the shell

    def ask_early(self, command: str) -> Reply:
        """Asks a device that was just started, ahead of the first fence: whether it takes fences to its MAC is not
        known yet."""
        return _granted(self._ask(command))

    def command(self, command: str, *, changes: bool = True) -> Reply:
        """Asks, behind everything before it, and waits for the reply. Refused when it is refused. A command that
        only looks (`changes=False`) needs no fence after it."""
        self.settle()
        self._step = current_step()
        reply = self._ask(command)
        self._dirty = self._dirty or changes
        return _granted(reply)

    def ask_together(self, *commands: str, read_late: bool = False) -> list[Reply]:
        """Asks for all of them in one piece. With `read_late` nothing is read on the shell until the device is at rest
        with as much of its answers as its line takes; that needs `console_full`."""
        self.settle()
        self._step = current_step()
        for line in self._session.requests(commands, within_s=bounds.ANSWER_S):
            self.recorder.shell(Way.TO_DUT, self.ms, line)
        if read_late:
            self._let_it_fill_its_line()
        replies = [self._await(self._read_reply, repr(command)) for command in commands]
        self._dirty = True
        return replies

    def _let_it_fill_its_line(self) -> None:
        with self._hearing.to_the_wire_alone():
            while not self._hearing.has_items():
                self._answered_fence()
            self._answered_fence()  # it had begun: what it still could say, it has said

    def hear_out(self) -> None:
        """Settles, and reads all that the device said of itself: a serial line is slower than the wire, and a reply
        stands behind them."""
        self.settle()
        self._ask("clock")

    @property
    def dut_events(self) -> Sequence[DutEvent]:
        """What the device said of itself since its start."""
        return self._said

    def advance_to_frame(self, at_most_ms: int) -> ClockView:
        """Moves the stack clock to the first deadline that sends a frame, or so far; then lets the peers answer.

        It goes in legs: the silence of each is short on a slow device, too."""
        moved = deadlines = 0
        while True:
            leg = min(at_most_ms - moved, bounds.LEG_MS)
            view = clock_view(self.command(f"clock advance {leg} sent").fields)
            moved, deadlines = moved + view.moved, deadlines + view.deadlines
            if view.sent or moved >= at_most_ms or view.moved < leg:
                break
        self.settle()
        return replace(view, moved=moved, deadlines=deadlines)

    def plug(self, plugged: bool) -> None:
        """Puts the cable in or pulls it; the device's port has seen it on return."""
        self.settle()
        self._step = current_step()
        self.recorder.note(self.ms, f"the cable is put {'in' if plugged else 'out'}")
        self._device.plug(plugged)
        self._plugged = plugged
        self._ask("clock")  # a process that reads this line has found the switch moved before it
        self._dirty = True

    @property
    def frame_count(self) -> int:
        """Frames on the wire so far, both ways."""
        return self.recorder.frame_count

    def ladder(self) -> str:
        """The last of what happened."""
        return recent(self.recorder.events)

    # -- turns

    def _finish_turn(self) -> None:
        if self._plugged:
            self.fence()
            return
        self._ask("clock")  # no fence gets through: a second command is taken in when the tasks of the first ran
        self._dirty = False
        for frame in self._hearing.frames(at_most=bounds.FRAMES_PER_FENCE):
            self._arrive(frame)
        self._hear()

    def _transmit(self, frame: bytes, step: str) -> None:
        self._step = step
        self._put(frame, step, fence=False)
        self._dirty = True

    def _put(self, frame: bytes, step: str, *, fence: bool) -> None:
        if not fence and self._plugged:
            if not self._credit.covers(len(frame)):
                self.fence()
            self._credit.take(len(frame))
        self.recorder.frame(Way.TO_DUT, self.ms, frame, step, is_fence=fence)
        self._carry(frame)

    def _carry(self, frame: bytes) -> None:
        self._await(lambda within_s: self._port.send(frame, within_s=within_s) or None, "a frame")

    def _ask(self, command: str) -> Reply:
        try:
            line = self._session.request(command, within_s=bounds.ANSWER_S)
        except ShellClosed as error:
            raise death.of_closed_line(self._device, self.recorder, "shell") from error
        self.recorder.shell(Way.TO_DUT, self.ms, line)
        return self._await(self._read_reply, repr(command))

    def _await(
        self,
        take: Callable[[float], T | None],
        what: str,
        *,
        first_s: float | None = None,
        again: Callable[[], None] = lambda: None,
    ) -> T:
        """`take` gives what the device owes, or None after so many seconds of silence."""
        began_s = time.monotonic()
        try:
            result = take(bounds.FENCE_LOST_S if first_s is None else first_s)
            if result is not None:
                return result
            before = self._device.activity()
            for rounds in range(1, bounds.STARVED_ROUNDS + 1):
                again()
                result = take(bounds.ANSWER_S)
                diagnosis = diagnose(before, self._device.activity(), rounds * bounds.ANSWER_S)
                if result is not None:
                    return result
                if not diagnosis.is_starved:
                    break
        except (WireClosed, ShellClosed) as error:
            which = "wire" if isinstance(error, WireClosed) else "shell"
            raise death.of_closed_line(self._device, self.recorder, which) from error
        self._hear()  # its last words, if it had any, tell more than its silence
        raise death.of_silence(self.recorder, what, diagnosis, time.monotonic() - began_s)

    # -- what comes

    def _read_until(self, number: int, within_s: float) -> FenceAnswer | None:
        """The answer to that fence; every frame before it is handed on."""
        for _ in range(bounds.FRAMES_PER_FENCE):
            data = self._hearing.frame(within_s=within_s)
            if data is None:
                return None
            answer = self._arrive(data)
            if answer is not None and answer.number == number:
                return answer
        raise Unexpected(f"{bounds.FRAMES_PER_FENCE} frames came of one thing\n{self.ladder()}")

    def _arrive(self, data: bytes) -> FenceAnswer | None:
        fence = is_fence(data)
        event = self.recorder.frame(Way.FROM_DUT, self.ms, data, self._step, is_fence=fence)
        if fence:
            return decode_fence_answer(data)
        if self._relay is not None:
            self._relay(data)
            return None
        self._listening = True
        try:
            frame = decode(data)
            for listener in self._listeners:
                listener(event, frame)
        finally:
            self._listening = False
        return None

    def _hear(self) -> None:
        """Reads what the device said on its shell, without waiting."""
        try:
            self._unread += self._hearing.items_now()
        except ShellClosed as error:
            raise death.of_closed_line(self._device, self.recorder, "shell") from error
        while self._unread:
            self._take_item(self._unread.pop(0))

    def _read_ready(self, within_s: float) -> bool | None:
        item = self._read_to(lambda item: isinstance(item, DutEvent) and item.kind == "ready", within_s)
        return None if item is None else True

    def _read_reply(self, within_s: float) -> Reply | None:
        item = self._read_to(lambda item: isinstance(item, Reply), within_s)
        return item if isinstance(item, Reply) else None

    def _read_to(self, is_it: Callable[[Item], bool], within_s: float) -> Item | None:
        """The first item that is it. What stands behind it is left for the end of the turn: it belongs there whether
        it came with the same read or with the next."""
        for _ in range(bounds.LINES_PER_ANSWER):
            if self._unread:
                item = self._unread.pop(0)
                self._take_item(item)
                if is_it(item):
                    return item
                continue
            items = self._hearing.items(within_s=within_s)
            if items is None:
                return None
            self._unread += items
        raise death.of_chatter(self.recorder)

    def _take_item(self, item: Item) -> None:
        if isinstance(item, DutEvent):
            self.ms = item.ms
            self._said.append(item)
        elif isinstance(item, Reply) and "now" in item.fields.values:
            self.ms = item.fields.number("now")
        self.recorder.shell(Way.FROM_DUT, self.ms, item.line)
        if isinstance(item, LastWords):
            raise death.of_last_words(self.recorder, item.text)
        if isinstance(item, DutEvent) and item.kind == "ready" and self._started:
            raise death.of_restart(self.recorder)
        if isinstance(item, Garbage):
            raise Unexpected(f"the shell said what its protocol does not know: {item.line!r} ({item.why})")


def _granted(reply: Reply) -> Reply:
    if not reply.ok:
        raise Refused(reply.command, reply.name, reply.text)
    return reply
