# SPDX-License-Identifier: GPL-2.0-or-later
"""The judge: sees every event of a scenario in order, and says which of the device's frames broke a rule.

Pure: events in, findings out. What the peers send is seen too, for windows, ISNs and causes, but never judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from plumbline.events import Event, FrameEvent, ShellEvent, Way
from plumbline.judge import link_rules, packet_rules, sums
from plumbline.judge.acks import Acks
from plumbline.judge.activity import Activity, ActivityBudget
from plumbline.judge.connection import Connection
from plumbline.judge.excuses import Excuses
from plumbline.judge.pieces import Pieces
from plumbline.judge.resets import check_reset
from plumbline.judge.rules import Complaint, Device, Finding
from plumbline.judge.segment_rules import check_segment
from plumbline.judge.sources import Sources
from plumbline.wire.addresses import ipv4_text
from plumbline.wire.decode import PROTO_TCP, RST, Arp, Frame, Tcp, decode
from plumbline.wire.fence import FenceAnswer, decode_fence_answer

_REQUEST = re.compile(r"@\d+ (\S.*)")
Key = tuple[int, int, int, int]  # the device's address and port, then the peer's


class _Tracked:
    """A connection and what goes with it."""

    def __init__(self, device: Device) -> None:
        self.connection = Connection()
        self.acks = Acks(device)


class Judge:
    """Judges one scenario of one device."""

    def __init__(self, device: Device, budget: ActivityBudget | None = None) -> None:
        self.findings: list[Finding] = []
        self._device = device
        self._sources = Sources(device.address)
        self._tracked: dict[Key, _Tracked] = {}
        self._arp_rate = link_rules.ArpRate(device)
        self._activity = Activity(budget)
        self._to_device = 0  # frames that went to the device since its start
        self._clock_runs = False
        self._excuses = Excuses()
        self._unresolved: set[int] = set()  # addresses the device asks for: what it has for them waits
        self._pieces = Pieces()

    def see(self, event: Event) -> None:
        if isinstance(event, ShellEvent):
            self._see_line(event)
        elif isinstance(event, FrameEvent):
            complaints = self._see_fence(event) if event.is_fence else self._see_frame(event)
            self.findings += [Finding(event.number, rule, text) for rule, text in complaints]

    def see_all(self, events: Iterable[Event]) -> list[Finding]:
        for event in events:
            self.see(event)
        return self.findings

    # -- the shell: what explains a device's doings

    def _see_line(self, event: ShellEvent) -> None:
        if event.way is Way.FROM_DUT:
            self._sources.told(event.line)
            if re.match(r"!\d+ ready\b", event.line):
                self._restart()
            return
        self._activity.shell_call()
        request = _REQUEST.match(event.line)
        if request is None:
            return
        words = request[1].split()
        if words[0] in ("tcp", "pump", "listen", "net", "serve"):
            for tracked in self._tracked.values():
                tracked.connection.called = True
        if words[:2] == ["link", "fault"]:
            self._excuses.fault(words[2:])
            for tracked in self._tracked.values():
                tracked.acks.count_from(event.ms)
        if words[0] in ("watch", "pump") and words[1:2] != ["stop"]:
            self._activity.waiter()
        if words[0] == "serve" and len(words) > 2 and words[1] != "stop":
            self._activity.waiter()
        if words[0] == "poll" and len(words) == 3:
            self._activity.polled_by_hand(int(words[1], 0))
        self._see_setting(request[1])

    def _see_setting(self, command: str) -> None:
        self._sources.asked(command)
        if command in ("clock run", "clock hold"):
            self._clock_runs = command == "clock run"
            self._arp_rate.forget()

    def _restart(self) -> None:
        self._tracked.clear()
        self._unresolved.clear()
        self._arp_rate.forget()
        self._activity.restart()
        self._to_device = 0
        self._clock_runs = False
        self._sources, self._excuses, self._pieces = Sources(self._device.address), Excuses(), Pieces()

    # -- fences

    def _see_fence(self, event: FrameEvent) -> Iterator[Complaint]:
        if event.way is Way.TO_DUT:
            self._activity.fence()
            return
        answer = decode_fence_answer(event.data)
        if answer is None:
            return
        self._sources.is_moving = False
        yield from self._activity.check(answer)
        if answer.waiting == 0 and answer.frames_in + answer.frames_dropped == self._to_device:
            yield from self._settle(answer)

    def _settle(self, answer: FenceAnswer) -> Iterator[Complaint]:
        lost, obliged = self._excuses.has_lost(answer), not self._excuses.cannot_answer
        for key, tracked in self._tracked.items():
            if lost:
                tracked.acks.doubt()
            if not self._waits_for_arp(key[2]):
                yield from tracked.acks.settle(tracked.connection, answer.ms, obliged=obliged)
                tracked.connection.settle()

    def _waits_for_arp(self, address: int) -> bool:
        """What is not on the link goes to a gateway, whoever that is."""
        is_on_link = (address ^ self._device.address) & self._device.netmask == 0
        return address in self._unresolved if is_on_link else bool(self._unresolved)

    # -- frames

    def _see_frame(self, event: FrameEvent) -> Iterator[Complaint]:
        frame = decode(event.data)
        if event.way is Way.TO_DUT:
            self._to_device += 1
            self._hear(frame, event.ms)
            return
        self._excuses.frame_left()
        if frame.malformed:
            yield Complaint("frame-grammar", frame.malformed)
        yield from link_rules.check_ethernet(frame, self._device)
        yield from link_rules.check_padding(frame)
        yield from link_rules.check_broadcast(frame, self._device)
        yield from link_rules.check_arp(frame, self._sources.current, self._device)
        if frame.arp is not None:
            yield from self._judge_arp(frame.arp, event.ms)
        if not frame.malformed:
            yield from packet_rules.check_packet(frame, self._device)
            yield from self._judge_source(frame)
            yield from self._judge_segment(frame)

    def _judge_source(self, frame: Frame) -> Iterator[Complaint]:
        if frame.ip is None or frame.ip.src == self._sources.current or self._ends_what_was_there(frame):
            return
        own = self._sources.current
        yield Complaint("ip-source", f"the source is {ipv4_text(frame.ip.src)}, the device is {ipv4_text(own)}")

    def _ends_what_was_there(self, frame: Frame) -> bool:
        """A connection at an address that was lost is reset from there, once; what it owed may leave before."""
        if frame.ip is None or frame.tcp is None or frame.ip.src not in self._sources.lost:
            return False
        had = self._tracked.get((frame.ip.src, frame.tcp.sport, frame.ip.dst, frame.tcp.dport))
        if had is None or had.connection.sending is None or had.connection.reset:
            return False
        return bool(frame.tcp.flags & RST) or self._sources.is_moving

    def _judge_arp(self, arp: Arp, ms: int) -> Iterator[Complaint]:
        if arp.op == link_rules.REQUEST and arp.target_ip != self._sources.current:
            self._unresolved.add(arp.target_ip)
        if not self._clock_runs:
            yield from self._arp_rate.check(arp, ms)

    def _judge_segment(self, frame: Frame) -> Iterator[Complaint]:
        if frame.ip is None or frame.tcp is None:
            return
        tracked = self._track((frame.ip.src, frame.tcp.sport, frame.ip.dst, frame.tcp.dport))
        yield from tracked.acks.check(tracked.connection, frame.tcp)
        check = check_reset if frame.tcp.flags & RST else check_segment
        yield from check(tracked.connection, frame.tcp)

    def _hear(self, frame: Frame, ms: int) -> None:
        """Takes down what a peer sent, if the device can have taken it in."""
        if frame.arp is not None:
            self._unresolved.discard(frame.arp.sender_ip)
            self._arp_rate.hear(frame.arp)
        in_pieces = frame.ip is not None and frame.ip.proto == PROTO_TCP and packet_rules.is_fragment(frame.ip)
        if in_pieces:
            frame = self._pieces.add(frame) or frame
        if frame.ip is None or frame.tcp is None or not self._arrives(frame, frame.tcp):
            return
        tracked = self._track((frame.ip.dst, frame.tcp.dport, frame.ip.src, frame.tcp.sport))
        tracked.acks.hear(tracked.connection, frame.tcp, ms)
        if in_pieces:
            tracked.acks.doubt()  # it may have had no room to put them together
        tracked.connection.hear(frame.tcp)

    def _arrives(self, frame: Frame, segment: Tcp) -> bool:
        ip = frame.ip
        assert ip is not None
        if frame.malformed or frame.dst != self._device.mac or ip.dst != self._sources.current:
            return False
        return not packet_rules.is_fragment(ip) and sums.is_right(ip.header) and sums.transport_is_right(frame)

    def _track(self, key: Key) -> _Tracked:
        if key not in self._tracked:
            self._tracked[key] = _Tracked(self._device)
        return self._tracked[key]
