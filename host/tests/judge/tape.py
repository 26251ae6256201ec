# SPDX-License-Identifier: GPL-2.0-or-later
"""Hand-made traffic for the judge: what a device and a peer say, in Scapy's words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scapy.layers.inet import IP, TCP
from scapy.layers.l2 import Ether
from scapy.packet import Packet

from plumbline.events import Event, FrameEvent, ShellEvent, Way
from plumbline.judge import Device, Finding, Judge
from plumbline.wire.addresses import ipv4_number, mac_bytes
from plumbline.wire.fence import FenceAnswer, encode_fence, encode_fence_answer

DUT_MAC, PEER_MAC = "02:00:00:00:00:02", "02:00:00:00:01:01"
DUT_IP, PEER_IP, GATEWAY_IP = "192.0.2.2", "192.0.2.101", "192.0.2.254"
DEVICE = Device(mac_bytes(DUT_MAC), ipv4_number(DUT_IP), ipv4_number("255.255.255.0"), ipv4_number(GATEWAY_IP))
FAR_IP = "198.51.100.1"  # behind the gateway
ISS, IRS = 0xFFFFFF00, 5000  # the device's numbers wrap soon
MSS = [("MSS", 1460)]
ScapyField = Any  # whatever that field takes


class Tape:
    """Records as a bench would. `dut` and `peer` speak on one connection, device port 7, peer port 9000. What the
    device sends behind a fence was asked for by a command, unless it is `unasked`."""

    def __init__(self, device: Device = DEVICE) -> None:
        self.events: list[Event] = []
        self.device = device
        self.polls = 0
        self.deadlines = 0
        self.longest_poll = 1
        self.dropped = 0
        self.refused = 0
        self.peer_ip = PEER_IP
        self._ms = 0
        self._number = 0
        self._fences = 0
        self._is_quiet = False
        self._counts = {Way.TO_DUT: 0, Way.FROM_DUT: 0}

    def findings(self) -> list[Finding]:
        return Judge(self.device).see_all(self.events)

    def rules(self) -> list[str]:
        return [finding.rule for finding in self.findings()]

    @property
    def ms(self) -> int:
        """The held clock. To set it is to advance it."""
        return self._ms

    @ms.setter
    def ms(self, ms: int) -> None:
        self.advance(ms - self._ms)

    def advance(self, ms: int, *, deadlines: int = 0) -> None:
        self.shell(f"clock advance {ms}")
        self._ms += ms
        self.deadlines += deadlines
        self.says(f"@1= ok now={self._ms} held=1 next=none moved={ms} deadlines={deadlines} sent=0")

    # -- frames

    def raw(self, way: Way, data: bytes, *, is_fence: bool = False, unasked: bool = False) -> None:
        if way is Way.FROM_DUT and not is_fence and self._is_quiet and not unasked:
            self.shell("tcp 1")
        self._is_quiet = is_fence and way is Way.FROM_DUT
        self._number += 1
        self._counts[way] += not is_fence
        self.events.append(FrameEvent(self._number, way, self.ms, data, "a test", is_fence))

    def from_dut(self, packet: Packet, *, fill: bytes = b"\0") -> None:
        frame = packet if packet.haslayer(Ether) else Ether(src=DUT_MAC, dst=PEER_MAC) / packet
        self.raw(Way.FROM_DUT, bytes(frame).ljust(60, fill))

    def to_dut(self, packet: Packet) -> None:
        self.raw(Way.TO_DUT, bytes(Ether(src=PEER_MAC, dst=DUT_MAC) / packet).ljust(60, b"\0"))

    def dut(self, flags: str, seq: int, ack: int = 0, payload: bytes = b"", **fields: ScapyField) -> None:
        """SEQ and ACK count from the ISNs: SYN is 0."""
        fields.setdefault("window", 4096)
        ack = (IRS + ack) % 2**32 if "A" in flags else ack
        segment = TCP(sport=7, dport=9000, flags=flags, seq=(ISS + seq) % 2**32, ack=ack, **fields)
        self.from_dut(IP(src=DUT_IP, dst=self.peer_ip, flags="DF") / segment / payload)

    def peer(self, flags: str, seq: int, ack: int = 0, payload: bytes = b"", **fields: ScapyField) -> None:
        fields.setdefault("window", 8192)
        ack = (ISS + ack) % 2**32 if "A" in flags else ack
        segment = TCP(sport=9000, dport=7, flags=flags, seq=(IRS + seq) % 2**32, ack=ack, **fields)
        self.to_dut(IP(src=self.peer_ip, dst=DUT_IP) / segment / payload)

    # -- the bench

    def fence(self, *, waiting: int = 0, to: str = PEER_MAC, of: str = DUT_MAC, **lies: int) -> None:
        """A request and its answer, with the counters that this tape has shown so far, or others."""
        self.ask()
        self.answer(waiting=waiting, to=to, of=of, **lies)

    def ask(self, *, again: bool = False) -> None:
        self._fences += not again
        self.raw(Way.TO_DUT, encode_fence(self._fences, dst=DEVICE.mac, src=mac_bytes(PEER_MAC)), is_fence=True)

    def answer(self, *, waiting: int = 0, to: str = PEER_MAC, of: str = DUT_MAC, **lies: int) -> None:
        came, went = self._counts[Way.TO_DUT], self._counts[Way.FROM_DUT]
        answer = FenceAnswer(
            number=self._fences, ms=self.ms,
            frames_in=came - waiting - self.dropped, frames_out=went, frames_dropped=self.dropped,
            polls=self.polls, wakes=0, idles=self._fences, longest_poll=self.longest_poll, deadlines=self.deadlines,
            waiting=waiting, refused=self.refused,
        )  # fmt: skip
        told = replace(answer, **lies)
        self.raw(Way.FROM_DUT, encode_fence_answer(told, dst=mac_bytes(to), src=mac_bytes(of)), is_fence=True)

    def shell(self, command: str) -> None:
        self._is_quiet = False
        self.events.append(ShellEvent(Way.TO_DUT, self.ms, f"@1 {command}"))

    def says(self, line: str) -> None:
        self.events.append(ShellEvent(Way.FROM_DUT, self.ms, line))

    # -- conversations

    def opened(self, *, peer_mss: int | None = 1460, peer_window: int = 8192) -> Tape:
        """The peer connects; both are at 1."""
        options = [] if peer_mss is None else [("MSS", peer_mss)]
        self.peer("S", 0, options=options, window=peer_window)
        self.dut("SA", 0, 1, options=MSS)
        self.peer("A", 1, 1, window=peer_window)
        self.fence()
        return self
