# SPDX-License-Identifier: GPL-2.0-or-later
"""Hand-made traffic for the judge: what a device and a peer say, in Scapy's words."""

from __future__ import annotations

from typing import Any

from scapy.layers.inet import IP, TCP
from scapy.layers.l2 import Ether
from scapy.packet import Packet

from plumbline.events import Event, FrameEvent, ShellEvent, Way
from plumbline.judge import Device, Finding, Judge
from plumbline.wire.addresses import ipv4_number, mac_bytes
from plumbline.wire.fence import FenceAnswer, encode_fence, encode_fence_answer

DUT_MAC, PEER_MAC = "02:00:00:00:00:02", "02:00:00:00:01:01"
DUT_IP, PEER_IP = "192.0.2.2", "192.0.2.101"
DEVICE = Device(mac_bytes(DUT_MAC), ipv4_number(DUT_IP), ipv4_number("255.255.255.0"))
ISS, IRS = 0xFFFFFF00, 5000  # the device's numbers wrap soon
MSS = [("MSS", 1460)]
ScapyField = Any  # whatever that field takes


class Tape:
    """Records as a bench would. `dut` and `peer` speak on one connection, device port 7, peer port 9000."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.ms = 0
        self.polls = 0
        self.longest_poll = 1
        self.dropped = 0
        self._number = 0
        self._counts = {Way.TO_DUT: 0, Way.FROM_DUT: 0}

    def findings(self) -> list[Finding]:
        return Judge(DEVICE).see_all(self.events)

    def rules(self) -> list[str]:
        return [finding.rule for finding in self.findings()]

    # -- frames

    def raw(self, way: Way, data: bytes, *, is_fence: bool = False) -> None:
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
        self.from_dut(IP(src=DUT_IP, dst=PEER_IP, flags="DF") / segment / payload)

    def peer(self, flags: str, seq: int, ack: int = 0, payload: bytes = b"", **fields: ScapyField) -> None:
        fields.setdefault("window", 8192)
        ack = (ISS + ack) % 2**32 if "A" in flags else ack
        segment = TCP(sport=9000, dport=7, flags=flags, seq=(IRS + seq) % 2**32, ack=ack, **fields)
        self.to_dut(IP(src=PEER_IP, dst=DUT_IP) / segment / payload)

    # -- the bench

    def fence(self, *, waiting: int = 0) -> None:
        """A request and its answer, with the counters that this tape has shown so far."""
        self.raw(Way.TO_DUT, encode_fence(1, dst=DEVICE.mac, src=mac_bytes(PEER_MAC)), is_fence=True)
        came, went = self._counts[Way.TO_DUT], self._counts[Way.FROM_DUT]
        answer = FenceAnswer(
            number=1, ms=self.ms, frames_in=came - waiting - self.dropped, frames_out=went, frames_dropped=self.dropped,
            polls=self.polls, wakes=0, idles=0, longest_poll=self.longest_poll, deadlines=0, waiting=waiting,
        )  # fmt: skip
        self.raw(Way.FROM_DUT, encode_fence_answer(answer, dst=mac_bytes(PEER_MAC), src=DEVICE.mac), is_fence=True)

    def shell(self, command: str) -> None:
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
