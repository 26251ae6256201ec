# SPDX-License-Identifier: GPL-2.0-or-later
"""A UDP port of a peer."""

from __future__ import annotations

from collections.abc import Sequence

from plumbline.errors import HarnessError
from plumbline.match.layers import UDP, Packet
from plumbline.peer.arrival import Inbox
from plumbline.peer.bytes_frame import udp_frame
from plumbline.peer.host import Host, Ports
from plumbline.peer.medium import Medium
from plumbline.wire.addresses import ipv4_number
from plumbline.wire.decode import Frame
from plumbline.wire.fragments import take_apart

_UDP_HEADER = 8
_FRAGMENT = 1480  # octets of a packet that one frame carries


class UdpEnd:
    """`sport` is the peer's port, `dport` the device's; None takes what comes from any."""

    def __init__(self, peer: Host, medium: Medium, ports: Ports, at: str | None = None) -> None:
        """`at`: what it hears comes from there alone."""
        self._peer = peer
        self._at = None if at is None else ipv4_number(at)
        self.sport, self.dport = ports
        self._ident = self.sport  # of the packets it sends in fragments
        self.inbox = Inbox(f"{peer.name} udp {self.sport}", medium)

    def owns(self, frame: Frame) -> bool:
        """A fragment is the peer's until its packet is whole."""
        udp = frame.udp
        is_its_place = self._at is None or (frame.ip is not None and frame.ip.src == self._at)
        return udp is not None and udp.dport == self.sport and self.dport in (None, udp.sport) and is_its_place

    def send(self, datagram: Packet | bytes) -> None:
        """A UDP() with what is meant set, or just the payload, which goes in fragments if need be."""
        if isinstance(datagram, bytes):
            for frame in self._frames(datagram):
                self._peer.transmit_bytes(frame)
        else:
            self._peer.transmit(datagram, [UDP(sport=self.sport, dport=self._dut_port())])

    def fragments(self, datagram: Packet | bytes, sizes: Sequence[int], *, ident: int) -> list[bytes]:
        """The same, not sent but as frames: fragments that carry so many octets each, multiples of 8 of the UDP header
        and what follows; the last carries the rest."""
        if isinstance(datagram, bytes):
            return take_apart(self._frame(datagram), sizes, ident=ident)
        filled = self._peer.fill(datagram, [UDP(sport=self.sport, dport=self._dut_port())])
        return take_apart(bytes(filled), sizes, ident=ident)

    def expect(self, datagram: Packet | bytes, *, any_order: bool = False) -> Packet:
        """The next datagram must be this; bytes are a payload. Gives it from its UDP header on."""
        wanted = UDP() / datagram if isinstance(datagram, bytes) else datagram
        arrival, came = self.inbox.expect(wanted, any_order=any_order)
        if self.dport is None and arrival.frame.udp is not None:
            self.dport = arrival.frame.udp.sport
        return came

    def expect_nothing(self) -> None:
        self.inbox.expect_nothing()

    def payloads(self) -> list[bytes]:
        """Takes all that came, as bytes: for bulk."""
        return [arrival.frame.udp.payload for arrival in self.inbox.take() if arrival.frame.udp is not None]

    def _dut_port(self) -> int:
        if self.dport is None:
            raise HarnessError(f"{self._peer.name} knows no port of the device to send to: say dport")
        return self.dport

    def _frames(self, payload: bytes) -> list[bytes]:
        before_last = (_UDP_HEADER + len(payload) - 1) // _FRAGMENT
        if before_last == 0:
            return [self._frame(payload)]
        self._ident = self._ident + 1 & 0xFFFF
        return take_apart(self._frame(payload), [_FRAGMENT] * before_last, ident=self._ident)

    def _frame(self, payload: bytes) -> bytes:
        own = (self._peer.mac, ipv4_number(self._peer.ip), self.sport)
        return udp_frame(own, (self._peer.dut_mac, ipv4_number(self._peer.dut_ip), self._dut_port()), payload)
