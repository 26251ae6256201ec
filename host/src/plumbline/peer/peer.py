# SPDX-License-Identifier: GPL-2.0-or-later
"""The lower tester: a host on the device's wire, with a MAC and an IP of its own."""

from __future__ import annotations

import random
from typing import TypeVar

from plumbline.match.fill import complete
from plumbline.match.layers import ARP, IP, Ether, Packet
from plumbline.peer.arrival import Arrival, Inbox
from plumbline.peer.medium import Medium
from plumbline.peer.tcp import TcpEnd
from plumbline.peer.udp import UdpEnd
from plumbline.wire.decode import Frame
from plumbline.wire.fragments import is_fragment, key_of, put_together

_FIRST_PORT = 49152  # of the dynamic ports (RFC 6335)
_E = TypeVar("_E", TcpEnd, UdpEnd)
_BROADCAST = "ff:ff:ff:ff:ff:ff"


class Peer:
    """Answers ARP for itself while `arp` is true. What comes for a connection end or a UDP end of its is theirs, all
    else its own. Fragments are put together like any host does it: the last one becomes the packet."""

    def __init__(
        self, medium: Medium, *, name: str, mac: bytes, ip: str, dut_mac: bytes, dut_ip: str, rng: random.Random
    ) -> None:
        self.arp = True
        self.calls: str | None = None  # the address its connections go to, where it is not the device's own
        self.mac = mac
        self.ip = ip
        self.dut_ip = dut_ip
        self.name = name
        self._dut_mac = dut_mac
        self._medium = medium
        self._rng = rng
        self._next_port = _FIRST_PORT
        self._ends: list[TcpEnd | UdpEnd] = []
        self._inbox = Inbox(name, medium)

    @property
    def called_ip(self) -> str:
        """Where its connections go."""
        return self.calls or self.dut_ip

    # -- ends

    def tcp(
        self, dport: int | None = None, sport: int | None = None, isn: int | None = None, at: str | None = None
    ) -> TcpEnd:
        """One end of a connection: from this peer's `sport` to the device's `dport`. Without `dport` it is the
        connection that the device opens to `sport`. `at`: another address that the device stands for."""
        ports = (self._port(sport), dport)
        at = at or (self.calls if dport is not None else None)
        host = self if at is None else At(self, at)
        end = TcpEnd(host, self._medium, ports, self._rng.getrandbits(32) if isn is None else isn, at)
        return self._adopt(end)

    def udp(self, dport: int | None = None, sport: int | None = None, at: str | None = None) -> UdpEnd:
        """Without `dport` it takes what comes to `sport` from any port of the device. `at` as for `tcp`."""
        host = self if at is None else At(self, at)
        return self._adopt(UdpEnd(host, self._medium, (self._port(sport), dport), at))

    # -- all else

    def send(self, packet: Packet) -> None:
        """ICMP, ARP, fragments, anything: layers below the given one, and unset addresses, are filled in."""
        self.transmit(packet, [])

    def expect(self, packet: Packet, *, any_order: bool = False) -> Packet:
        """The next frame for this peer must be this; what belongs to its ends does not count."""
        _, came = self._inbox.expect(packet, any_order=any_order)
        return came

    def expect_nothing(self) -> None:
        """Proves silence: the device has nothing to say to this peer."""
        self._inbox.expect_nothing()

    def frames(self) -> list[Frame]:
        """Takes all that came."""
        return [arrival.frame for arrival in self._inbox.take()]

    # -- for its ends and its network

    def transmit(self, packet: Packet, above: list[Packet], to: str | None = None) -> Packet:
        """Fills in, with `above` the transport's own layer, and sends. Gives what was sent. `to`: another address of
        the device's."""
        filled = self.fill(packet, above, to)
        self._medium.send(bytes(filled))
        return filled

    def fill(self, packet: Packet, above: list[Packet], to: str | None = None) -> Packet:
        return complete(packet, self._base(packet, above, to or self.dut_ip), self._rng)

    def transmit_bytes(self, frame: bytes) -> None:
        self._medium.send(frame)

    def hear(self, arrival: Arrival) -> None:
        whole = self._put_together(arrival)
        if whole is not None:
            arrival = whole
        end = next((end for end in self._ends if end.owns(arrival.frame)), None)
        (self._inbox if end is None else end.inbox).arrivals.append(arrival)

    def _put_together(self, arrival: Arrival) -> Arrival | None:
        """The packet whose last missing fragment came; the others are then no longer among what came."""
        ip = arrival.frame.ip
        if ip is None or not is_fragment(ip):
            return None
        others = [one for one in self._inbox.arrivals if one.frame.ip and key_of(one.frame.ip) == key_of(ip)]
        whole = put_together([*(one.frame for one in others), arrival.frame])
        if whole is None:
            return None
        for one in others:
            self._inbox.arrivals.remove(one)
        return Arrival(arrival.number, arrival.ms, whole)

    def forget_arrivals(self) -> None:
        for inbox in (self._inbox, *(end.inbox for end in self._ends)):
            inbox.arrivals.clear()

    @property
    def dut_mac(self) -> bytes:
        return self._dut_mac

    def _base(self, packet: Packet, above: list[Packet], to: str) -> list[Packet]:
        ether = Ether(src=self.mac.hex(":"), dst=self._dut_mac.hex(":"))
        question = packet.getlayer(ARP)
        if question is None:
            return [ether, IP(src=self.ip, dst=to), *above]
        if question.fields.get("op", 1) == 1:
            ether.dst = _BROADCAST
        hwdst = "00:00:00:00:00:00" if question.fields.get("op", 1) == 1 else self._dut_mac.hex(":")
        return [ether, ARP(hwsrc=self.mac.hex(":"), psrc=self.ip, hwdst=hwdst, pdst=to)]

    def _port(self, wanted: int | None) -> int:
        if wanted is not None:
            return wanted
        self._next_port += 1
        return self._next_port

    def _adopt(self, end: _E) -> _E:
        """What came for it before it was made is its own. A later end takes over the ports of an earlier one."""
        self._ends.insert(0, end)
        end.inbox.arrivals.extend(one for one in self._inbox.arrivals if end.owns(one.frame))
        for arrival in end.inbox.arrivals:
            self._inbox.arrivals.remove(arrival)
        return end


class At:
    """A peer that speaks to the device at another address."""

    def __init__(self, peer: Peer, address: str) -> None:
        self._peer = peer
        self.dut_ip = address
        self.name, self.ip, self.mac, self.dut_mac = peer.name, peer.ip, peer.mac, peer.dut_mac

    def transmit(self, packet: Packet, above: list[Packet]) -> Packet:
        return self._peer.transmit(packet, above, self.dut_ip)

    def fill(self, packet: Packet, above: list[Packet]) -> Packet:
        return self._peer.fill(packet, above, self.dut_ip)

    def transmit_bytes(self, frame: bytes) -> None:
        self._peer.transmit_bytes(frame)
