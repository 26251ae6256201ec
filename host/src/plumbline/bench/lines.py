# SPDX-License-Identifier: GPL-2.0-or-later
"""The wire and the shell of one device, kept in order.

The rule is: **one thing at a time**. A frame, a command that changes something, a cable pulled: each is carried to its
end before the next one begins. The fence proves the end: when it is answered, all that the device had to say has been
said, on both lines, and was read. So nothing overtakes anything, every look finds all there will ever be, and two runs
give the same events in the same order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

from plumbline.bench import bounds, death
from plumbline.bench.conversation import Conversation
from plumbline.bench.events import Recorder
from plumbline.bench.hearing import Hearing
from plumbline.bench.patience import Patience
from plumbline.bench.stack_time import StackTime
from plumbline.bench.steps import current_step
from plumbline.board import Credit, Device, ReceiveFifo, Strangers
from plumbline.errors import BenchError, HarnessError, PlumblineError, Refused, Unexpected
from plumbline.events import FrameEvent, Way
from plumbline.match.ladder import recent
from plumbline.shell.protocol import DutEvent, Reply
from plumbline.shell.session import ShellSession
from plumbline.shell.views import ClockView, clock_view
from plumbline.wire.addresses import mac_text
from plumbline.wire.decode import Frame, decode
from plumbline.wire.fence import FRAME_BYTES, FenceAnswer, decode_fence_answer, encode_fence, is_fence
from plumbline.wire.port import Stamped, WireClosed

FrameListener = Callable[[FrameEvent, Frame], None]
_BENCH_MAC = bytes.fromhex("0200000000fe")  # whom fences are answered to


class Lines:
    """Both lines of one device."""

    def __init__(self, device: Device, mac: bytes, recorder: Recorder, *, fifo: ReceiveFifo | None = None) -> None:
        """`fifo`: what the device's receiver holds, when more would be lost unseen."""
        self.recorder = recorder
        self._credit = Credit(fifo, reserve_bytes=FRAME_BYTES)
        self._time = StackTime()
        self._mac = mac
        self._listeners: list[FrameListener] = []
        self._fences = 0
        self._relay: Callable[[bytes], None] | None = None
        self.attach(device)

    # -- a device comes

    def attach(self, device: Device) -> None:
        """Takes over a device that was just started, and waits for its first word."""
        self._device = device
        self._port = device.wire
        self._port.watch()
        self._strangers = Strangers(self._port, mac_text(self._mac))
        session = ShellSession(device.shell)
        self._hearing = Hearing(self._port, session)
        self._conversation = Conversation(device, session, self._hearing, self.recorder, self._time)
        self._patience = Patience(device, self._conversation, self.recorder)
        self._outbox: deque[tuple[bytes, str]] = deque()
        self._plugged = True
        self._listening = False
        self._dirty = True  # what it sends at the start was not read yet
        self._step = "start"
        self._patience.wait(self._conversation.read_start, "its start", first_s=bounds.START_S)

    def trouble(self) -> str:
        """What became of frames on their way since the device was taken over, and who else sent there: none of it is
        its doing. Else empty."""
        return "\n".join(filter(None, [self._port.trouble(), self._strangers.told()]))

    @property
    def ms(self) -> int:
        """The stack clock, as last told."""
        return self._time.ms

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
        self._patience.wait(
            lambda within_s: self._conversation.read_lines(answer.said, within_s), f"line {answer.said} of its shell"
        )
        self._conversation.hear()
        return answer

    def _answered_fence(self) -> FenceAnswer:
        if not self._plugged:
            raise HarnessError("no fence crosses a cable that is out")
        self._fences += 1
        request = encode_fence(self._fences, dst=self._mac, src=_BENCH_MAC)
        self._put(request, self._step, fence=True)
        answer = self._patience.wait(
            lambda within_s: self._read_until(self._fences, within_s),
            f"fence {self._fences}",
            again=lambda: self._put(request, "the fence again", fence=True),
        )
        self._time.ms = answer.ms
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
        self._time.run_from(clock_view(self.command("clock run").fields).now)

    def hold_clock(self) -> None:
        self.command("clock hold")
        self._time.hold()

    def fileno(self) -> int:
        """Readable when a frame of the device is there."""
        return self._port.fileno()

    def relay(self, take: Callable[[bytes], None] | None) -> None:
        """The device's frames are `take`'s alone, and no listener's; None: the listeners' again."""
        self._relay = take

    def pass_on(self, frame: bytes, step: str) -> None:
        """Puts a frame on the wire now, whatever is under way."""
        self._time.reckon()
        self._put(frame, step, fence=False)  # which may fence what went before
        self._dirty = True

    def take_in(self) -> int:
        """Hands on the frames that are there, without a fence and without waiting. How many."""
        self._time.reckon()
        self._step = "in real time"
        try:
            for taken in range(bounds.FRAMES_AT_ONCE):
                came = self._hearing.frame(within_s=0)
                if came is None:
                    return taken
                self._arrive(came)
        except WireClosed as error:
            raise death.of_closed_line(self._device, self.recorder, "wire") from error
        return bounds.FRAMES_AT_ONCE

    def note(self, text: str) -> None:
        self.recorder.note(self.ms, text)

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
        self._conversation.ask_together(commands)
        if read_late:
            self._let_it_fill_its_line()
        replies = [self._patience.wait(self._conversation.read_reply, repr(command)) for command in commands]
        self._dirty = True
        return replies

    def _let_it_fill_its_line(self) -> None:
        with self._hearing.to_the_wire_alone():
            while not self._hearing.has_items():
                self._answered_fence()
            self._answered_fence()  # it had begun: what it still could say, it has said

    def hear_out(self) -> None:
        """Settles, and reads all that the device said of itself: while its clock runs by itself, up to a reply."""
        self.settle()
        if self._time.runs:
            self._ask("clock")
        self._conversation.hear()

    @property
    def dut_events(self) -> Sequence[DutEvent]:
        """What the device said of itself since its start."""
        return self._conversation.said

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
        if not plugged:
            self._port.expect_no_link()
        self._device.plug(plugged)
        self._plugged = plugged
        _granted(self._ask(f"link tell {'in' if plugged else 'out'}"))
        self._patience.wait(lambda within_s: self._conversation.read_event("cable", within_s), "its word on the cable")
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
        for came in self._hearing.frames(at_most=bounds.FRAMES_PER_FENCE):
            self._arrive(came)
        self._conversation.hear()

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
        self._patience.wait(lambda within_s: self._port.send(frame, within_s=within_s) or None, "a frame")

    def _ask(self, command: str) -> Reply:
        self._conversation.ask(command)
        return self._patience.wait(self._conversation.read_reply, repr(command))

    # -- what comes

    def _read_until(self, number: int, within_s: float) -> FenceAnswer | None:
        """The answer to that fence; every frame before it is handed on."""
        senders: set[bytes] = set()
        for _ in range(bounds.FRAMES_PER_FENCE):
            came = self._hearing.frame(within_s=within_s)
            if came is None:
                return None
            senders.add(came.frame[6:12])
            answer = self._arrive(came)
            if answer is not None and answer.number == number:
                return answer
        raise self._of_flood(senders)

    def _of_flood(self, senders: Collection[bytes]) -> PlumblineError:
        """On a wire that a person chose somebody else may be. On the harness's own it is the device, whatever name it
        gives itself."""
        flood = f"{bounds.FRAMES_PER_FENCE} frames came of one thing"
        if self._port.named and self._mac not in senders:
            where = f"see what else is on its wire {self._port.named}, `net` in the rig file"
            return BenchError(f"{flood}, and none from the board: {where}")
        return Unexpected(f"{flood}\n{self.ladder()}")

    def _arrive(self, came: Stamped) -> FenceAnswer | None:
        data, at_ns = came
        self._strangers.hear(data)
        fence = is_fence(data)
        event = self.recorder.frame(Way.FROM_DUT, self.ms, data, self._step, is_fence=fence, taken_ns=at_ns)
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


def _granted(reply: Reply) -> Reply:
    if not reply.ok:
        raise Refused(reply.command, reply.name, reply.text)
    return reply
