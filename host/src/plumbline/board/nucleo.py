# SPDX-License-Identifier: GPL-2.0-or-later
"""A Nucleo: its probe, its serial line, its wire. Whether it is silicon or a process makes no difference here.

Between scenarios it starts again by itself, warm: its shell's `reset` with the boot word in it. All memory and every
ring is as after a start, and the link stays up. By its probe it starts in full, and the boot word is there ahead of its
first instruction; then its link comes, in its own time, and it starts once more.
"""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from plumbline.board.cable import check_cable
from plumbline.board.ending import By, Ending
from plumbline.board.process import Activity
from plumbline.board.start_word import StartWord
from plumbline.board.strangers import Strangers
from plumbline.errors import BenchError
from plumbline.probe import WAYS_OUT, Probe, ProbeError, Trouble
from plumbline.probe.chip import DHCSR, S_HALT, S_LOCKUP, S_SLEEP
from plumbline.shell.leaks import leaks
from plumbline.shell.protocol import DutEvent, Item, Reply, ShellProtocol
from plumbline.shell.stream import ShellClosed, Stream
from plumbline.shell.views import MemView, mem_view
from plumbline.wire.port import Port, WireClosed

_WORDS = 8  # of the boot word's block
_BANNER = b"# plumbline"
_READY = re.compile(rb"^!\d+ ready [^\r\n]*[\r\n]", re.MULTILINE)
_DEAD = b"!dead "
_COLD_S, _WARM_S = 20.0, 10.0  # far above what is needed: a shared machine may be slow
_ANSWER_S = 20.0
_LINK_S = 15.0  # to negotiate takes two or three
_READS_TOO_LATE = 64  # of what was there at the deadline; a line that is never empty is no answer
_DRAINS = 10_000
_DRAINED = 256 * _DRAINS  # frames
_HEARD = 100_000  # frames
_LOOKS = 2.0


class NotBack(BenchError):
    """It did not say in time that it is ready."""

    def __init__(self, what: str, way_out: str = "") -> None:
        """`what`: without the way out, for who knows more."""
        super().__init__(f"{what}: {way_out}" if way_out else what)
        self.what = what


class Controls(Protocol):
    """What a virtual board has beside what every board has."""

    def plug(self, plugged: bool) -> None: ...

    def reports(self) -> list[str]: ...

    def ending(self, *, within_s: float) -> Ending: ...

    def activity(self) -> Activity: ...

    def log(self) -> str:
        """What it said since this was asked last."""


@dataclass(frozen=True)
class Parts:
    """What a taken board is made of."""

    known_as: Mapping[str, str]
    probe: Probe
    shell: Stream
    wire: Port
    boot_word: int  # address
    controls: Controls | None = None


class NucleoDevice:
    """One for as long as the board is ours: `close()` leaves its lines open, for who took the board closes them."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.known_as = parts.known_as
        self.shell = parts.shell
        self.wire = parts.wire
        self.greeting = b""
        self._is_plugged = True
        self._ran_at_s: float | None = None
        self._ran_s = 0.0
        self._fresh: StartWord | None = None
        self._strangers = Strangers(parts.wire, parts.known_as["mac"])
        self._at_first: MemView | None = None
        self._strangers_at_first = ""
        self._log = ""
        self._reads_too_late = 0
        self._protocol = ShellProtocol()
        self._items: deque[Item] = deque()

    # -- it starts

    def start_in_full(self, word: StartWord) -> None:
        """By the probe, whatever it was doing. ProbeError from the ladder's end, NotBack."""
        self._begin_anew()
        block = [*word.words(), *[0] * _WORDS][:_WORDS]
        self._parts.probe.reset(writes=[(self._parts.boot_word, block)])
        self._hear_start(_COLD_S)
        if _DEAD in self.greeting:
            return
        self._check_word(word)
        self._wait_for_link()
        self.start_warm(word)
        if self._at_first is None:
            self._measure_first()
            self.start_warm(word)

    def start_warm(self, word: StartWord) -> None:
        """NotBack when it does not; it may be mute then."""
        self._begin_anew()
        block = b"".join(part.to_bytes(4, "little") for part in word.words()).ljust(4 * _WORDS, b"\0")
        self._say(b"\r\n@1 reset hex:" + block.hex().encode() + b"\r\n")
        self._hear_start(_WARM_S)
        self._fresh = word

    def hand_out(self, word: StartWord) -> bool:
        """Whether it started with that boot word, and nobody used it since. From now on somebody does."""
        self._log = ""
        fresh, self._fresh = self._fresh, None
        return fresh == word

    def _check_word(self, word: StartWord) -> None:
        clock = self._ask("clock").fields
        held_at_ms = clock.number("now") if clock.flag("held") else None
        if held_at_ms != word.held_at_ms:
            at = f"{self._parts.boot_word:#x}"
            raise BenchError(f"{self.known_as['board']} did not take the boot word that the probe put at {at}")

    def _wait_for_link(self) -> None:
        """As both ends see it. The chip believes in it after a while of stack time."""
        try:
            has_link = self.wire.wait_for_link(within_s=_LINK_S)
        except WireClosed as error:
            raise self._lost(error) from error
        if not has_link:
            raise BenchError(f"{self.known_as['board']}: its network port has no link {_LINK_S:.0f} s after a reset")
        self._ask("clock run")
        self._ask("future until link-up")
        self._hear(lambda item: isinstance(item, DutEvent) and item.kind == "future", _LINK_S, "that its link is up")
        try:
            check_cable(self.wire, self.known_as["mac"], self.known_as["board"], lambda: self._ask("link").fields)
        except WireClosed as error:
            raise self._lost(error) from error

    def start_over(self, word: StartWord) -> list[str]:
        """Warm. BenchError where somebody else's doing may be why it is not as after its first start."""
        try:
            self.start_warm(word)
            left = leaks(self._at_first, self._levels()) if self._at_first else []
        except NotBack as error:
            self._fresh = None
            self._check_alone(error)
            left = [error.what]
        if left:
            self._check_no_strangers(left)
        return left

    def _measure_first(self) -> None:
        """A stranger's frames may be in its buffers, and be lacking later. What it said itself is lost."""
        self._at_first = self._levels()
        self._strangers_at_first = self._strangers_told()

    def _check_no_strangers(self, left: list[str]) -> None:
        """Where one sends, its buffers and tables tell nothing of it."""
        now, at_first = self._strangers_told(), self._strangers_at_first
        if now or at_first:
            self._fresh = self._at_first = None
            told = f"meanwhile {now}" if now else f"at its first start {at_first}"
            raise BenchError(f"{self.known_as['board']} started again, warm: {'; '.join(left)}; but {told}")

    def _strangers_told(self) -> str:
        """Who sent since it was told to start; of what never ends the begin is enough."""
        try:
            self._strangers.listen(at_most=_HEARD)
        except WireClosed as error:
            raise self._lost(error) from error
        return self._strangers.told()

    def _check_alone(self, silence: NotBack) -> None:
        """BenchError where somebody else's doing is why it did not start."""
        if others := self.shell.others():
            raise BenchError(
                f"{silence.what}; another program has {self.shell.shared_name} open: close {' and '.join(others)}"
            ) from silence
        activity = self.activity()
        if activity.is_stopped:
            raise BenchError(f"{silence.what}; {activity.told or 'it was stopped from outside'}") from silence
        if debugger := self.debugger():
            raise BenchError(f"{silence.what}; {debugger}") from silence

    # -- a device

    @property
    def lines_read(self) -> int:
        return self._protocol.lines

    def plug(self, plugged: bool) -> None:
        if self._parts.controls is None:
            raise BenchError(f"{self.known_as['board']}: nobody can pull its cable but a hand")
        self._parts.controls.plug(plugged)
        self._is_plugged = plugged

    def ending(self, *, within_s: float = 0) -> Ending:
        """A board that is silicon does not end."""
        controls = self._parts.controls
        return controls.ending(within_s=within_s) if controls else Ending(By.NOBODY, "it runs")

    def activity(self) -> Activity:
        """Of one that is silicon, as its probe sees the core: where it runs at two looks, it ran between them.
        ProbeError when the probe does not reach it: then nobody knows whose silence it is."""
        if self._parts.controls is not None:
            return self._parts.controls.activity()
        now = time.monotonic()
        state, told = _seen(*self._parts.probe.read(DHCSR, 1))
        ran_at, self._ran_at_s = self._ran_at_s, now if state == "R" else None
        if ran_at is not None and state == "R":
            self._ran_s += now - ran_at
        return Activity(state, self._ran_s, told)

    def debugger(self) -> str:
        """Of a virtual board, too: its process runs while its core is halted."""
        try:
            state, told = _seen(*self._parts.probe.read(DHCSR, 1))
        except ProbeError as error:
            is_busy = error.trouble is Trouble.BUSY
            return f"{Trouble.BUSY.value}: {WAYS_OUT[Trouble.BUSY]}" if is_busy else ""
        return f"{told}: end the debugger that halted it" if state == "T" else ""

    def log(self) -> str:
        """Of this start's scenario."""
        if self._parts.controls is not None:
            self._log += self._parts.controls.log()
        return self._log

    def reports(self) -> list[str]:
        return self._parts.controls.reports() if self._parts.controls else []

    def end(self, *, within_s: float) -> Ending:
        """A board does not end; it is well when it still runs."""
        ending = self.ending()
        return Ending(By.US, "it runs") if ending.by is By.NOBODY else ending

    def close(self) -> None:
        """It is left as it is."""
        self._fresh = None

    # -- words

    def _begin_anew(self) -> None:
        self._fresh = None
        self.greeting = b""
        self._items.clear()
        if not self._is_plugged:
            self.plug(True)
        self._drain()

    def _drain(self) -> None:
        self._strangers.begin_anew()
        try:
            is_empty = self._strangers.listen(at_most=_DRAINED)
            is_silent = any(not self.shell.receive(within_s=0) for _ in range(_DRAINS))
        except (WireClosed, ShellClosed) as error:
            raise self._lost(error) from error
        never_empty = f"{self.known_as['board']}: its {'serial line' if is_empty else 'wire'} is never empty"
        if not is_empty and (told := self._strangers.told()):
            raise BenchError(f"{never_empty}: {told}")
        if not (is_empty and is_silent):
            raise NotBack(never_empty, self._way_out() if is_empty else "")
        self._strangers.begin_anew()

    def _say(self, data: bytes) -> None:
        try:
            self.shell.send(data, within_s=_ANSWER_S)
        except ShellClosed as error:
            raise self._lost(error) from error

    def _hear_start(self, within_s: float) -> None:
        """Up to its first word, or its last ones: whoever reads the greeting makes of them what they are."""
        said, until = b"", time.monotonic() + within_s
        while not _READY.search(said) and not (_DEAD in said and said.endswith(b"\n")):
            said += self._more(until, f"it does not say that it is ready: {said[-200:]!r}")
        self.greeting = said[max(said.rfind(_BANNER), 0) :]
        self._protocol = ShellProtocol()

    def _levels(self) -> MemView:
        reply = self._ask("mem")
        return mem_view(reply.data, reply.fields)

    def _ask(self, command: str) -> Reply:
        self._say(self._protocol.request(command))
        item = self._hear(lambda item: isinstance(item, Reply), _ANSWER_S, f"the answer to {command!r}")
        if not isinstance(item, Reply) or not item.ok:
            raise NotBack(f"{self.known_as['board']} refuses {command!r}: {item.line}")
        return item

    def _hear(self, is_it: Callable[[Item], bool], within_s: float, what: str) -> Item:
        until = time.monotonic() + within_s
        while True:
            while self._items:
                if is_it(item := self._items.popleft()):
                    return item
            self._items += self._protocol.feed(self._more(until, f"it does not say {what}"))

    def _more(self, until: float, what: str) -> bytes:
        left_s = until - time.monotonic()
        self._reads_too_late = self._reads_too_late + 1 if left_s < 0 else 0
        if self._reads_too_late > _READS_TOO_LATE:
            raise NotBack(f"{self.known_as['board']}: {what}, and talks without end", self._way_out())
        try:
            more = self.shell.receive(within_s=max(left_s, 0))
        except ShellClosed as error:
            raise self._lost(error) from error
        if more is None:
            raise NotBack(f"{self.known_as['board']}: {what}", self._way_out())
        return more

    def _way_out(self) -> str:
        """Of a line that others can open too, firmware that hangs apart."""
        line, board = self.shell.shared_name, self.known_as["board"]
        if not line:
            return ""
        return f"close what else reads or types on {line} (`plumb rig check` names it); then `plumb rig reset {board}`"

    def _lost(self, error: Exception) -> BenchError:
        return BenchError(f"{self.known_as['board']}: a line is gone ({error}); {self._whereabouts()}")

    def _whereabouts(self) -> str:
        """A board that is silicon runs as far as its probe says so now."""
        if self._parts.controls is not None:
            return self.ending(within_s=_LOOKS).text
        try:
            _, told = _seen(*self._parts.probe.read(DHCSR, 1))
        except BenchError:  # or, wedged, it is not asked
            return f"and its probe does not answer: see to its cable; `plumb rig check {self.known_as['board']}`"
        return f"its probe answers, and {told}"


def _seen(dhcsr: int) -> tuple[str, str]:
    """As the kernel's letters for a process, and in words. A core that locked up waits for a reset."""
    if dhcsr & S_HALT:
        return "T", "its core is halted"
    if dhcsr & S_LOCKUP:
        return "S", "its core locked up"
    return ("S", "its core sleeps") if dhcsr & S_SLEEP else ("R", "its core runs")
