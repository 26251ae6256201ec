# SPDX-License-Identifier: GPL-2.0-or-later
"""One end of a TCP connection, as a scenario plays it.

It keeps its numbers up to date from what it sends and from what was expected, and no more: it never sends by itself,
and a scenario may set any of them.
"""

from __future__ import annotations

from typing import Any

from plumbline.errors import HarnessError
from plumbline.match.layers import TCP, Packet
from plumbline.match.wanted import Where, has_flags
from plumbline.peer import bulk
from plumbline.peer.arrival import Arrival, Inbox
from plumbline.peer.bytes_frame import tcp_frame
from plumbline.peer.host import Host, Ports
from plumbline.peer.medium import Medium
from plumbline.shell.pattern import Pattern
from plumbline.wire.addresses import ipv4_number
from plumbline.wire.decode import ACK, PSH, SYN, Frame, Tcp, decode
from plumbline.wire.options import MSS, walk_options

PEER_MSS = 1460
_WINDOW = 65535
_MOD = 1 << 32


class TcpEnd:
    """Sequence numbers are whole, modulo 2^32. `dut_window` and `dut_acked` are what the device last said."""

    def __init__(self, peer: Host, medium: Medium, ports: Ports, isn: int, at: str | None = None) -> None:
        """`at`: what it hears comes from there alone."""
        self._peer = peer
        self._at = None if at is None else ipv4_number(at)
        self.sport, self.dport = ports
        self.isn = isn % _MOD
        self.snd_nxt = self.isn
        self.rcv_nxt = 0
        self.irs: int | None = None  # the device's ISN, once its SYN was expected
        self.window = _WINDOW
        self.dut_window = 0
        self.dut_acked = self.isn
        self.dut_mss = 536  # RFC 9293 3.7.1, until its SYN says another
        self._sent_syn = False
        self.medium = medium
        self.inbox = Inbox(f"{peer.name} tcp {self.sport}", medium)

    @property
    def connected(self) -> bool:
        """Both SYNs were seen here."""
        return self._sent_syn and self.irs is not None

    def owns(self, frame: Frame) -> bool:
        tcp = frame.tcp
        is_its_place = self._at is None or (frame.ip is not None and frame.ip.src == self._at)
        return tcp is not None and tcp.dport == self.sport and self.dport in (None, tcp.sport) and is_its_place

    # -- segments

    def send(self, segment: Packet | bytes) -> None:
        """A field that is set is meant. Unset: ports, SEQ and ACK as they stand, the window, the checksum; flags are
        ACK once connected. A segment that begins at snd_nxt moves it."""
        packet = TCP() / segment if isinstance(segment, bytes) else segment
        filled = self._peer.transmit(packet, [self._defaults(packet)])
        sent = decode(bytes(filled)).tcp
        if sent is not None:
            self._note_sent(sent)

    def expect(self, segment: Packet | bytes, *, any_order: bool = False) -> Packet:
        """The next segment must be this. Gives it from its TCP header on."""
        wanted = TCP() / segment if isinstance(segment, bytes) else segment
        arrival, came = self.inbox.expect(wanted, any_order=any_order)
        self.note_arrived(arrival)
        return came

    def expect_nothing(self) -> None:
        """Proves silence with a fence."""
        self.inbox.expect_nothing()

    def segments(self) -> list[Tcp]:
        """Takes all that came, as it is, into account: what would be acknowledged next."""
        return [self.note_arrived(arrival) for arrival in self.inbox.take()]

    # -- for scenarios that are about something else

    def handshake(self, **syn_fields: object) -> TcpEnd:
        """The peer connects: SYN, SYN-ACK, ACK. The fields are the SYN's; an MSS is offered unless they say options."""
        fields: dict[str, Any] = {"flags": "S", "options": [("MSS", PEER_MSS)], **syn_fields}
        self.send(TCP(**fields))
        self.expect(TCP(flags="SA", ack=self.snd_nxt))
        self.send(TCP(flags="A"))
        return self

    def accept(self, **syn_fields: object) -> TcpEnd:
        """The peer answers the device's SYN. The fields are the SYN-ACK's."""
        self.expect(TCP(flags="S"))
        fields: dict[str, Any] = {"flags": "SA", "options": [("MSS", PEER_MSS)], **syn_fields}
        self.send(TCP(**fields))
        self.expect(TCP(flags="A", seq=self.rcv_nxt, ack=self.snd_nxt))
        return self

    def close(self) -> None:
        """The peer ends its half, and the device acknowledges."""
        self.send(TCP(flags="FA"))
        self.expect(TCP(flags=has_flags("A", without="R"), ack=self.snd_nxt))

    def accept_close(self) -> None:
        """The device ends its half, and the peer acknowledges."""
        self.expect(TCP(flags=has_flags("FA"), seq=self.rcv_nxt))
        self.send(TCP(flags="A"))

    def reset(self) -> None:
        self.send(TCP(flags="R"))

    # -- on bytes, for bulk

    def send_pattern(self, seed: int, total: int, *, offset: int = 0, mss: int | None = None) -> None:
        """Sends so much of the pattern, within the device's window, until it is acknowledged."""
        bulk.stream(self, send=Pattern(seed, offset, total), mss=mss)

    def receive_pattern(
        self, seed: int, total: int, *, offset: int = 0, patience_ms: int = bulk.DELAYED_ACK_MAX_MS
    ) -> None:
        """Takes so much, acknowledges it, and checks that it is the pattern. The device may be silent for
        `patience_ms`; retransmissions take longer than the default."""
        bulk.stream(self, receive=Pattern(seed, offset, total), patience_ms=patience_ms)

    def echo_pattern(self, seed: int, total: int, *, offset: int = 0, mss: int | None = None) -> None:
        """Both at once, with a device that sends back what it receives."""
        pattern = Pattern(seed, offset, total)
        bulk.stream(self, send=pattern, receive=pattern, mss=mss)

    def send_data(self, payload: bytes, *, flags: int = ACK | PSH) -> None:
        """A segment at snd_nxt, built without Scapy; it moves snd_nxt."""
        if self.dport is None:
            raise HarnessError("nobody to send to: the device's port is not known yet")
        frame = tcp_frame(
            (self._peer.mac, ipv4_number(self._peer.ip), self.sport),
            (self._peer.dut_mac, ipv4_number(self._peer.dut_ip), self.dport),
            seq=self.snd_nxt, ack=self.rcv_nxt, flags=flags, window=self.window, payload=payload,
        )  # fmt: skip
        self._peer.transmit_bytes(frame)
        self.snd_nxt = (self.snd_nxt + len(payload)) % _MOD

    def note_arrived(self, arrival: Arrival) -> Tcp:
        """Takes a segment of the device into account: one that begins at rcv_nxt moves it."""
        tcp = arrival.frame.tcp
        assert tcp is not None
        self.dport = tcp.sport
        if tcp.flags & SYN and tcp.seq != self.irs:
            self.irs = self.rcv_nxt = tcp.seq
            self.dut_mss = _mss(tcp.options, self.dut_mss)
        if tcp.seq == self.rcv_nxt:
            self.rcv_nxt = (self.rcv_nxt + tcp.seg_len) % _MOD
        if tcp.flags & ACK:
            self.dut_acked, self.dut_window = tcp.ack, tcp.window
        return tcp

    def _defaults(self, packet: Packet) -> Packet:
        layer = packet.getlayer(TCP)
        if layer is not None and "flags" not in layer.fields and not self.connected:
            raise HarnessError(f"{self._peer.name} tcp {self.sport} is not connected: say which flags to send")
        if self.dport is None and (layer is None or "dport" not in layer.fields):
            raise HarnessError("nobody to send to: the device's port is not known yet")
        known = TCP(sport=self.sport, seq=self.snd_nxt, ack=self.rcv_nxt, window=self.window, flags="A")
        if self.dport is not None:
            known.dport = self.dport
        if layer is not None and "flags" in layer.fields and not _acknowledges(layer):
            known.ack = 0
        return known

    def _note_sent(self, sent: Tcp) -> None:
        self._sent_syn = self._sent_syn or bool(sent.flags & SYN)
        if sent.seq == self.snd_nxt:
            self.snd_nxt = (self.snd_nxt + sent.seg_len) % _MOD


def _mss(options: bytes, default: int) -> int:
    try:
        return next((int.from_bytes(body, "big") for kind, body in walk_options(options) if kind == MSS), default)
    except ValueError:
        return default


def _acknowledges(layer: Packet) -> bool:
    flags = layer.fields["flags"]
    return isinstance(flags, Where) or bool(int(flags) & ACK)
