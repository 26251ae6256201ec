# SPDX-License-Identifier: GPL-2.0-or-later
"""A UDP port of a peer."""

from __future__ import annotations

from plumbline.errors import HarnessError
from plumbline.match.layers import UDP, Packet
from plumbline.peer.arrival import Inbox
from plumbline.peer.bytes_frame import udp_frame
from plumbline.peer.host import Host, Ports
from plumbline.peer.medium import Medium
from plumbline.wire.addresses import ipv4_number
from plumbline.wire.decode import Frame


class UdpEnd:
    """`sport` is the peer's port, `dport` the device's; None takes what comes from any."""

    def __init__(self, peer: Host, medium: Medium, ports: Ports) -> None:
        self._peer = peer
        self.sport, self.dport = ports
        self.inbox = Inbox(f"{peer.name} udp {self.sport}", medium)

    def owns(self, frame: Frame) -> bool:
        """A fragment is the peer's until its packet is whole."""
        udp = frame.udp
        return udp is not None and udp.dport == self.sport and self.dport in (None, udp.sport)

    def send(self, datagram: Packet | bytes) -> None:
        """A UDP() with what is meant set, or just the payload."""
        if self.dport is None:
            raise HarnessError(f"{self._peer.name} knows no port of the device to send to: say dport")
        if isinstance(datagram, bytes):
            self._peer.transmit_bytes(
                udp_frame(
                    (self._peer.mac, ipv4_number(self._peer.ip), self.sport),
                    (self._peer.dut_mac, ipv4_number(self._peer.dut_ip), self.dport),
                    datagram,
                )
            )
            return
        self._peer.transmit(datagram, [UDP(sport=self.sport, dport=self.dport)])

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
