# SPDX-License-Identifier: GPL-2.0-or-later
"""The judge: sees every event of a scenario in order, and says which of the device's frames broke a rule.

Pure: events in, findings out. What the peers send is seen too, for windows, ISNs and causes, but never judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from plumbline.events import Event, FrameEvent, NoteEvent, ShellEvent, Way
from plumbline.judge import link_rules, packet_rules, sums
from plumbline.judge.acks import Acks
from plumbline.judge.activity import Activity, ActivityBudget
from plumbline.judge.connection import Connection
from plumbline.judge.excuses import Excuses
from plumbline.judge.fences import Fences
from plumbline.judge.pieces import Pieces
from plumbline.judge.resets import check_reset
from plumbline.judge.rules import Complaint, Device, Finding
from plumbline.judge.segment_rules import check_segment
from plumbline.judge.sources import DHCP_SERVER, Sources
from plumbline.wire.addresses import ipv4_text
from plumbline.wire.decode import PROTO_TCP, PROTO_UDP, RST, Arp, Frame, Tcp, decode
from plumbline.wire.fence import FenceAnswer, decode_fence, decode_fence_answer

_REQUEST = re.compile(r"@\d+ (\S.*)")
_READY = re.compile(r"!(\d+) ready\b")
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
        self._budget = budget or (ActivityBudget.of_serial_line() if device.has_serial_line else ActivityBudget())
        self._restart(at_ms=0)

    def see(self, event: Event) -> None:
        if isinstance(event, ShellEvent):
            self._see_line(event)
        elif isinstance(event, FrameEvent):
            complaints = self._see_fence(event) if self._is_fence(event) else self._see_frame(event)
            self.findings += [Finding(event.number, rule, text) for rule, text in complaints]
        elif isinstance(event, NoteEvent):
            self._fences.cable_moved()
            self._sent_pieces.forget()

    def see_all(self, events: Iterable[Event]) -> list[Finding]:
        for event in events:
            self.see(event)
        return self.findings

    # -- the shell: what explains a device's doings

    def _see_line(self, event: ShellEvent) -> None:
        if event.way is Way.FROM_DUT:
            self._sources.told(event.line)
            self._fences.reply(event.line)
            self._activity.reply(event.line)
            ready = _READY.match(event.line)
            if ready is not None:
                self._restart(int(ready[1]))
            return
        request = _REQUEST.match(event.line)
        if request is not None:
            self._activity.command(request[1].split(), len(event.line) + 1)
            self._see_command(request[1])

    def _see_command(self, command: str) -> None:
        words = command.split()
        self._fences.command(words)
        if words[:2] == ["tcp", "connect"]:
            self._may_open(words[3:4])
        if words[0] == "net" and len(words) > 1:
            self._gateway = None  # whoever it is now
        if words[0] == "net" or words[:2] == ["udp", "close"]:
            self._sent_pieces.forget()
        if words[:2] == ["link", "fault"]:
            self._excuses.fault(words[2:])
        self._see_setting(command)

    def _may_open(self, endpoint: list[str]) -> None:
        """What is connected to that endpoint may begin anew, with another number."""
        for key, tracked in self._tracked.items():
            if [f"{ipv4_text(key[2])}:{key[3]}"] == endpoint:
                tracked.connection.called = True

    def _see_setting(self, command: str) -> None:
        self._sources.asked(command)
        if command in ("clock run", "clock hold"):
            self._clock_runs = command == "clock run"
            self._arp_rate.forget()

    def _restart(self, at_ms: int) -> None:
        """A device starts, its clock at `at_ms`."""
        self._sources = Sources(self._device.address)
        self._tracked: dict[Key, _Tracked] = {}
        self._arp_rate = link_rules.ArpRate(self._device)
        self._activity = Activity(self._budget)
        self._fences = Fences(at_ms, self._device.mac)
        self._excuses = Excuses()
        self._gateway = self._device.gateway
        self._unresolved: set[int] = set()  # addresses the device asks for: what it has for them waits
        self._told: set[int] = set()  # those it was told since it was at rest: what waited leaves now
        self._heard_pieces, self._sent_pieces = Pieces(), Pieces()
        self._clock_runs = False

    # -- fences

    def _is_fence(self, event: FrameEvent) -> bool:
        """A scenario's own is one too, if it is for the device."""
        for_it = event.way is Way.TO_DUT and event.data[:6] in (self._device.mac, link_rules.BROADCAST)
        return event.is_fence or (for_it and decode_fence(event.data) is not None)

    def _see_fence(self, event: FrameEvent) -> Iterator[Complaint]:
        if event.way is Way.TO_DUT:
            self._activity.fence()
            self._fences.asked(event.data)
            return
        yield from self._fences.check_address(event.data, self._device.mac)
        answer = decode_fence_answer(event.data)
        if answer is None or not self._fences.is_answered_by(answer):
            return
        self._sources.is_moving = False
        self._excuses.answered(answer)
        yield from self._fences.check(answer)
        yield from self._activity.check(answer)
        if answer.waiting or self._excuses.cannot_answer:
            for tracked in self._tracked.values():
                tracked.acks.postpone(answer.ms)
        if answer.waiting == 0:
            yield from self._settle(answer)

    def _settle(self, answer: FenceAnswer) -> Iterator[Complaint]:
        lost = self._excuses.has_lost(answer)
        for key, tracked in self._tracked.items():
            if lost and tracked.connection.recent:
                tracked.acks.doubt()
            if self._is_behind(self._unresolved, key[2]):
                continue
            if not self._excuses.cannot_answer:
                yield from tracked.acks.settle(tracked.connection, answer.ms)
            tracked.connection.settle()
        self._told.clear()
        if not self._excuses.cannot_answer:
            yield from self._check_pieces()

    def _check_pieces(self) -> Iterator[Complaint]:
        for ident in self._sent_pieces.take_incomplete():
            yield Complaint("ip-fragment", f"fragments of packet {ident} do not make it whole")

    def _is_behind(self, hops: set[int], address: int) -> bool:
        """What is not on the link goes to the gateway."""
        is_on_link = (address ^ self._device.address) & self._device.netmask == 0
        hop = address if is_on_link else self._gateway
        return bool(hops) if hop is None else hop in hops

    # -- frames

    def _see_frame(self, event: FrameEvent) -> Iterator[Complaint]:
        frame = decode(event.data)
        if event.way is Way.TO_DUT:
            self._fences.frame_to_device(event.data)
            self._sources.given(frame)
            self._hear(frame, event.ms)
            return
        yield from self._fences.frame_from_device()
        self._excuses.frame_left()
        if frame.malformed:
            yield Complaint("frame-grammar", frame.malformed)
        yield from link_rules.check_ethernet(frame, self._device)
        yield from link_rules.check_padding(frame)
        yield from link_rules.check_length(frame, self._device)
        yield from link_rules.check_broadcast(frame, self._device)
        if frame.arp is not None:
            self._sources.used(frame.arp.sender_ip)
        yield from link_rules.check_arp(frame, self._sources, self._device)
        if frame.arp is not None:
            yield from self._judge_arp(frame.arp, event.ms)
        if not frame.malformed:
            yield from packet_rules.check_packet(frame, self._device)
            yield from self._judge_pieces(frame)
            yield from self._judge_source(frame)
            yield from self._judge_segment(frame)

    def _judge_pieces(self, frame: Frame) -> Iterator[Complaint]:
        """A datagram in fragments is judged when it is whole."""
        if frame.ip is None or frame.ip.proto != PROTO_UDP or not packet_rules.is_fragment(frame.ip):
            return
        whole = self._sent_pieces.add(frame)
        if whole is not None and whole.udp is not None:
            yield from packet_rules.check_datagram(whole, whole.udp)

    def _judge_source(self, frame: Frame) -> Iterator[Complaint]:
        if frame.ip is None or self._sources.has(frame.ip.src) or self._ends_what_was_there(frame):
            return
        if frame.ip.src == 0 and frame.udp is not None and frame.udp.dport == DHCP_SERVER:
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
        if frame.tcp.flags & RST:
            yield from check_reset(tracked.connection, frame.tcp)
        else:
            waited = self._is_behind(self._told, frame.ip.dst)
            yield from check_segment(tracked.connection, frame.tcp, waited=waited)

    def _hear(self, frame: Frame, ms: int) -> None:
        """Takes down what a peer sent, if the device can have taken it in."""
        if frame.arp is not None and link_rules.teaches(frame, frame.arp, self._device):
            self._told |= self._unresolved & {frame.arp.sender_ip}
            self._unresolved.discard(frame.arp.sender_ip)
            self._arp_rate.hear(frame.arp)
        in_pieces = frame.ip is not None and frame.ip.proto == PROTO_TCP and packet_rules.is_fragment(frame.ip)
        if in_pieces and frame.ip is not None and sums.is_right(frame.ip.header):
            frame = self._heard_pieces.add(frame) or frame
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
        if frame.malformed or frame.dst != self._device.mac or not self._sources.has(ip.dst):
            return False
        return not packet_rules.is_fragment(ip) and sums.is_right(ip.header) and sums.transport_is_right(frame)

    def _track(self, key: Key) -> _Tracked:
        if key not in self._tracked:
            self._tracked[key] = _Tracked(self._device)
        return self._tracked[key]
