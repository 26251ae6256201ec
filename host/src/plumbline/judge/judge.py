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
from plumbline.judge.resets import check_reset
from plumbline.judge.rules import Complaint, Device, Finding
from plumbline.judge.segment_rules import check_segment
from plumbline.wire.decode import PROTO_TCP, RST, Arp, Frame, Tcp, decode
from plumbline.wire.fence import FenceAnswer, decode_fence_answer

_REQUEST = re.compile(r"@\d+ (\S.*)")
_NEW_ADDRESS = re.compile(r"net (\d+)\.(\d+)\.(\d+)\.(\d+)\b")
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
        self._addresses = {device.address}
        self._tracked: dict[Key, _Tracked] = {}
        self._arp_rate = link_rules.ArpRate(device)
        self._activity = Activity(budget)
        self._to_device = 0  # frames that went to the device since its start
        self._by_hand = False
        self._clock_runs = False
        self._faulted = False  # it may have lost frames: it owes nothing
        self._unresolved: set[int] = set()  # addresses the device asks for: what it has for them waits
        self._fragments = False  # segments came in pieces that are not put together here

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
            if re.match(r"!\d+ ready\b", event.line):
                self._restart()
            return
        self._activity.shell_call()
        request = _REQUEST.match(event.line)
        if request is None:
            return
        words = request[1].split()
        if words[0] in ("tcp", "pump", "listen", "net"):
            for tracked in self._tracked.values():
                tracked.connection.called = True
        if words[:2] == ["link", "fault"]:
            self._faulted = True
        if words[0] in ("watch", "pump") and words[1:2] != ["stop"]:
            self._activity.waiter()
        if words[0] == "poll":
            self._by_hand = True
        self._see_setting(request[1])

    def _see_setting(self, command: str) -> None:
        address = _NEW_ADDRESS.match(command)
        if address is not None:
            self._addresses.add(int.from_bytes(bytes(int(octet) for octet in address.groups()), "big"))
        if command in ("clock run", "clock hold"):
            self._clock_runs = command == "clock run"
            self._arp_rate.forget()

    def _restart(self) -> None:
        self._tracked.clear()
        self._unresolved.clear()
        self._arp_rate.forget()
        self._activity.restart()
        self._to_device = 0
        self._by_hand = self._clock_runs = self._faulted = False

    # -- fences

    def _see_fence(self, event: FrameEvent) -> Iterator[Complaint]:
        if event.way is Way.TO_DUT:
            self._activity.fence()
            return
        answer = decode_fence_answer(event.data)
        if answer is None:
            return
        yield from self._activity.check(answer, by_hand=self._by_hand)
        if answer.waiting == 0 and answer.frames_in + answer.frames_dropped == self._to_device:
            yield from self._settle(answer)

    def _settle(self, answer: FenceAnswer) -> Iterator[Complaint]:
        self._faulted = self._faulted or answer.frames_dropped > 0
        for key, tracked in self._tracked.items():
            if not self._waits_for_arp(key[2]):
                yield from tracked.acks.settle(tracked.connection, answer.ms, obliged=not self._faulted)
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
        if frame.malformed:
            yield Complaint("frame-grammar", frame.malformed)
        yield from link_rules.check_ethernet(frame, self._device)
        yield from link_rules.check_padding(frame)
        yield from link_rules.check_broadcast(frame, self._device)
        yield from link_rules.check_arp(frame, self._addresses, self._device)
        if frame.arp is not None:
            yield from self._judge_arp(frame.arp, event.ms)
        if not frame.malformed:
            yield from packet_rules.check_packet(frame, self._addresses, self._device)
            yield from self._judge_segment(frame)

    def _judge_arp(self, arp: Arp, ms: int) -> Iterator[Complaint]:
        if arp.op == link_rules.REQUEST and arp.target_ip not in self._addresses:
            self._unresolved.add(arp.target_ip)
        if not self._clock_runs:
            yield from self._arp_rate.check(arp, ms)

    def _judge_segment(self, frame: Frame) -> Iterator[Complaint]:
        if frame.ip is None or frame.tcp is None or self._fragments:
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
        if frame.ip is not None and frame.ip.proto == PROTO_TCP and packet_rules.is_fragment(frame.ip):
            self._fragments = True
        if frame.ip is None or frame.tcp is None or not self._arrives(frame, frame.tcp):
            return
        tracked = self._track((frame.ip.dst, frame.tcp.dport, frame.ip.src, frame.tcp.sport))
        tracked.acks.hear(tracked.connection, frame.tcp, ms)
        tracked.connection.hear(frame.tcp)

    def _arrives(self, frame: Frame, segment: Tcp) -> bool:
        ip = frame.ip
        assert ip is not None
        if frame.malformed or frame.dst != self._device.mac or ip.dst not in self._addresses:
            return False
        return not packet_rules.is_fragment(ip) and sums.is_right(ip.header) and sums.transport_is_right(frame)

    def _track(self, key: Key) -> _Tracked:
        if key not in self._tracked:
            self._tracked[key] = _Tracked(self._device)
        return self._tracked[key]
