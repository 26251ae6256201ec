# SPDX-License-Identifier: GPL-2.0-or-later
"""The hosts on the device's wire: who they are, and whose each frame of the device is."""

from __future__ import annotations

import random
from dataclasses import dataclass

from plumbline.errors import HarnessError
from plumbline.events import FrameEvent
from plumbline.peer import arp
from plumbline.peer.arrival import Arrival
from plumbline.peer.medium import Medium
from plumbline.peer.peer import Peer
from plumbline.wire.addresses import ipv4_number, ipv4_text, mac_bytes
from plumbline.wire.decode import Frame

_MAC_PREFIX = bytes.fromhex("0200000000")
_HOSTS_MAX = 200


@dataclass(frozen=True)
class DutAddress:
    """Where the device is."""

    mac: bytes
    ip: str
    mask: str

    @classmethod
    def of(cls, mac: str, ip: str, mask: str) -> DutAddress:
        return cls(mac_bytes(mac), ip, mask)


class Network:
    """Peers are made in order and stay: the first is host 1 of the network, the device's own number is left out."""

    def __init__(self, medium: Medium, dut: DutAddress, seed: int) -> None:
        self._medium = medium
        self._dut = dut
        self._rng = random.Random(seed)
        self._peers: list[Peer] = []
        self._calls: str | None = None
        self._base = ipv4_number(dut.ip) & ipv4_number(dut.mask)
        medium.subscribe(self._hear)

    def peers(self, count: int) -> list[Peer]:
        """The first `count`; those not there yet are made."""
        if count > _HOSTS_MAX:
            raise HarnessError(f"{count} peers are more than {_HOSTS_MAX}")
        while len(self._peers) < count:
            self._peers.append(self._make())
        return self._peers[:count]

    def call(self, address: str | None) -> None:
        """Where the peers' connections go from now on; None: to the device's own address."""
        self._calls = address
        for peer in self._peers:
            peer.calls = address

    def forget_arrivals(self) -> None:
        """What came and was not looked at is of no interest any more."""
        self._medium.settle()
        for peer in self._peers:
            peer.forget_arrivals()

    def _make(self) -> Peer:
        own = ipv4_number(self._dut.ip) - self._base
        number = len(self._peers) + 1
        number += number >= own
        peer = Peer(
            self._medium,
            name="peer" if not self._peers else f"peer {number}",
            mac=_MAC_PREFIX + bytes([number]),
            ip=ipv4_text(self._base + number),
            dut_mac=self._dut.mac,
            dut_ip=self._dut.ip,
            rng=random.Random(self._rng.getrandbits(64)),
        )
        peer.calls = self._calls
        return peer

    def _hear(self, event: FrameEvent, frame: Frame) -> None:
        arrival = Arrival(event.number, event.ms, frame)
        if frame.arp is not None and self._hear_question(frame.arp.target_ip, arrival):
            return
        owner = next((peer for peer in self._peers if peer.mac == frame.dst), None)
        for peer in self._peers if owner is None else [owner]:
            peer.hear(arrival)

    def _hear_question(self, wanted_ip: int, arrival: Arrival) -> bool:
        """An ARP question for a peer is nobody else's. One that answers by itself does not look at it."""
        question = arrival.frame.arp
        asked = next((peer for peer in self._peers if ipv4_number(peer.ip) == wanted_ip), None)
        if question is None or question.op != arp.REQUEST or asked is None:
            return False
        if asked.arp:
            self._medium.post(arp.answer(question, mac=asked.mac))
        else:
            asked.hear(arrival)
        return True
