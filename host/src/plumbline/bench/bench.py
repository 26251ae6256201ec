# SPDX-License-Identifier: GPL-2.0-or-later
"""A bench: one device that was started, its wire, its shell, its clock, and the hosts beside it.

with Bench(load_bench("native", root)) as bench:
    ...                     # bench.dut, bench.clock, bench.wire, bench.peers(n)
    bench.finish()
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import TracebackType

from plumbline import judge
from plumbline.bench import bounds, death
from plumbline.bench.events import Recorder
from plumbline.bench.identity import check_identity, check_start
from plumbline.bench.lines import Lines
from plumbline.board import BenchSpec, By, Rack, StartedAnew, StartWord
from plumbline.clock import StackClock
from plumbline.errors import BenchError, Died, Judged, Leaked, Reported, Unexpected, Unsupported
from plumbline.events import Event, ShellEvent
from plumbline.peer import DutAddress, Network, Peer, Wire
from plumbline.shell.dut import Dut
from plumbline.shell.leaks import leaks
from plumbline.shell.ways import CORE, PROXY, STOOD_FOR
from plumbline.wire.addresses import ipv4_number, mac_bytes

_NEVER_MS = 1 << 32
_SWITCH = "cable_switch"  # of what a board can


@dataclass(frozen=True)
class _Switch:
    """The switch beside the wire, where the board has one."""

    lines: Lines
    spec: BenchSpec

    def plug(self, plugged: bool) -> None:
        if _SWITCH not in self.spec.can:
            raise Unsupported(f"neither the board {self.spec.board.name} nor its place declares {_SWITCH}")
        self.lines.plug(plugged)


class Bench:
    """Owns its device: closing the bench ends it, whatever state it is in."""

    def __init__(
        self, spec: BenchSpec, *, seed: int | None = None, held_at_ms: int | None = 0, rack: Rack | None = None
    ) -> None:
        """`rack`: where its devices come from, and go back to when they are well; else a new one each."""
        self._rack = rack or StartedAnew(spec)
        self.spec = self._rack.spec
        self._is_well = False
        self.seed = spec.seed if seed is None else seed
        self.earlier: list[Event] = []  # of the examples before this one
        self.steps: list[str] = []  # what had to be done for its devices to start
        self._reports: list[str] = []
        self._troubles: list[str] = []
        self._way = CORE
        self._begin(held_at_ms)

    def _begin(self, held_at_ms: int | None) -> None:
        self.recorder = Recorder()
        self._is_finished = False
        self._live: judge.Judge | None = None
        word = StartWord(held_at_ms, self.seed)
        self.device = self._rack.start(word)
        self._note_steps()
        try:
            self.lines = self._attach()
            self._assemble()
            self._meet(word)
        except BaseException as error:
            with contextlib.suppress(BenchError):  # it may be gone
                for report in self.device.reports():
                    error.add_note(f"Reported: {report}")
            self.device.close()
            raise

    def _attach(self) -> Lines:
        """BenchError for an image that leaves, or runs on, without the word of a device. What a check or a sanitizer
        ends may well be one."""
        try:
            return Lines(self.device, self.mac, self.recorder, fifo=self.spec.board.fifo)
        except (Died, Unexpected) as error:
            ending = self.device.ending()
            was_mute = ending.by is By.NOBODY and not any(isinstance(event, ShellEvent) for event in self.events)
            if isinstance(error, Died) and not ending.has_exited and not was_mute:
                raise
            text = ending.text if ending.has_exited else str(error)
            raise BenchError(f"{self.spec.board.image} does not start as a device does: {text}") from error

    def _assemble(self) -> None:
        address = DutAddress.of(self.spec.mac, self.spec.address, self.spec.netmask)
        self.dut = Dut(self.lines, _Switch(self.lines, self.spec), self._way)
        self.clock = StackClock(self.lines)
        self.wire = Wire(self.lines)
        self._network = Network(self.lines, address, self.seed)
        self._network.call(STOOD_FOR if self._way == PROXY else None)

    def _meet(self, word: StartWord) -> None:
        """Who it is and where its clock is, ahead of the first fence, which another would not answer; and its levels
        before anything is asked of it. What it announced at its start is nobody's."""
        identity, net, clock = (self.lines.ask_early(command).fields for command in ("id", "net", "clock"))
        check_identity(self.spec, identity, net)
        check_start(self.spec, word, clock)
        self.identity = {**self.device.known_as, **identity.values}
        self._before = self.dut.mem()
        self._network.forget_arrivals()
        self.wire.frames()

    def go_through(self, way: str) -> None:
        """Sockets that are opened from now on, after a restart too, go through that way into the device."""
        self._way = self.dut.way = way
        self._network.call(STOOD_FOR if way == PROXY else None)

    def peers(self, count: int) -> list[Peer]:
        """The first `count` hosts on the wire."""
        return self._network.peers(count)

    @property
    def peer(self) -> Peer:
        return self.peers(1)[0]

    @property
    def events(self) -> Sequence[Event]:
        """All that happened, oldest first; in a scenario of many examples, in the last one."""
        return self.recorder.events

    @property
    def limits_asked(self) -> tuple[str, ...]:
        """Which limits of its profile the device was asked for."""
        return self.dut.limits_asked

    @property
    def device_log(self) -> str:
        """What the device wrote to its standard error, until the bench is closed."""
        return self.device.log()

    @property
    def mac(self) -> bytes:
        """The device's."""
        return mac_bytes(self.spec.mac)

    @property
    def reports(self) -> Sequence[str]:
        """What silicon would punish or hide of what the device did, as its board tells."""
        self._reports += self.device.reports()
        return self._reports

    @property
    def troubles(self) -> Sequence[str]:
        """What became of frames on their way, and is nobody's doing here: what then went wrong may be due to that."""
        self._note_troubles()
        return self._troubles

    @property
    def judged_as(self) -> judge.Device:
        spec = self.spec
        address, netmask, gateway = (ipv4_number(part) for part in (spec.address, spec.netmask, spec.gateway))
        return judge.Device(
            mac=self.mac,
            address=address,
            netmask=netmask,
            gateway=gateway,
            filled_to=spec.board.pads_to,
            has_serial_line=not spec.board.is_process,
        )

    @property
    def findings(self) -> list[judge.Finding]:
        """What the judge says of all that happened."""
        if self._live is not None:
            return self._live.findings
        return judge.Judge(self.judged_as).see_all(self.events)

    @property
    def frame_count(self) -> int:
        """Frames on the wire so far, both ways, without fences and without those of earlier examples."""
        return self.recorder.traffic_count

    def run_in_real_time(self) -> None:
        """From here on the stack clock runs by itself, and frames may pass without fences. They are judged as they
        pass, and of many only the last are kept. How late an ACK comes then says how busy this machine is."""
        self._live = judge.Judge(replace(self.judged_as, ack_delay_ms=_NEVER_MS))
        self._live.see_all(self.events)
        self.recorder.subscribe(self._live.see)
        self.recorder.keep_last(bounds.FRAMES_KEPT)
        self.lines.run_clock()

    @property
    def is_in_real_time(self) -> bool:
        return self._live is not None

    def settle(self) -> None:
        """Everything the device had to say up to now has been said."""
        self.lines.settle()

    def reset(self, *, seed: int | None = None, held_at_ms: int | None = 0) -> None:
        """A new device in the place of the old one, whatever became of that. Peers stay; sockets are gone."""
        self._reports += self.device.reports()
        self._note_troubles()
        self.recorder.note(self.lines.ms, "the device is started again")
        word = StartWord(held_at_ms, self.seed if seed is None else seed)
        self.device = self._rack.exchange(self.device, word)
        self._note_steps()
        self.lines.attach(self.device)
        self.dut.begin_anew()
        self._meet(word)

    def begin_example(self) -> None:
        """Everything as it was at the start, hosts and record too: examples of a search know nothing of each other."""
        self._note_troubles()
        self.close()
        self.earlier += self.recorder.events
        self._begin(held_at_ms=0)

    def end_example(self) -> None:
        """Raises what the judge or `finish` find, so that it is this example's and is shrunk with it. An error that is
        on its way already stands."""
        if sys.exception() is not None:
            return
        self.finish()
        musts = [str(finding) for finding in self.findings if judge.RULES[finding.rule].level == "MUST"]
        if musts:
            raise Judged("\n".join(musts))

    def finish(self) -> None:
        """Gives everything back, lets all timers run out, and compares with the start; then ends the device, which
        looks for leaks of its own. Leaked, Died, or what else was wrong. A second call has no effect."""
        if self._is_finished:
            return
        self._is_finished = True
        if self._live is not None:
            self.lines.hold_clock()
        self.lines.prove_rest()
        self._give_back()
        left = leaks(self._before, self.dut.mem())
        if left:
            raise Leaked("the device did not give back:\n  " + "\n  ".join(left))
        self._end()
        if self.reports:
            raise Reported("\n".join(self.reports))
        self._is_well = True

    def close(self) -> None:
        """Leaves the device to the rack when it is well, else ends it and reaps it. A second call has no effect."""
        if self._is_well:
            self._is_well = False
            self._rack.put_back(self.device)
        else:
            self.device.close()

    def _give_back(self) -> None:
        if not self.dut.handles.cable_plugged:
            self.dut.cable(True)
        self.dut.handles.give_back()
        limits = self.dut.profile.said
        held_ms = 2 * limits["msl_ms"] + limits["reassembly_ms"]  # the longest that anything is held,
        self.clock.advance(held_ms + limits["arp_expiry_ms"])  # and whom it was told of at its end is known

    def _end(self) -> None:
        self.lines.prove_rest()
        ending = self.device.end(within_s=bounds.END_S)
        if ending.by is not By.US:
            raise death.of_ending(self.recorder, ending)
        if left := self.device.start_over(StartWord(seed=self.seed)):
            raise Leaked("the device started again, warm, and is not as after its first start:\n  " + "\n  ".join(left))

    def _note_troubles(self) -> None:
        trouble = self.lines.trouble()
        if trouble and trouble not in self._troubles:
            self._troubles.append(trouble)

    def _note_steps(self) -> None:
        for step in self._rack.take_notes():
            self.steps.append(step)
            self.recorder.note(0, step)

    def __enter__(self) -> Bench:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
