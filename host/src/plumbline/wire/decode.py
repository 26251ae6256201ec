# SPDX-License-Identifier: GPL-2.0-or-later
"""A small, fast decoder of Ethernet frames, for the judge, bulk traffic and one-line summaries.

It reads what is there and never raises: a field that lies beyond the frame is None or empty, and
`Segment.malformed` or `Frame.malformed` says what is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

ETHERTYPE_IPV4 = 0x0800
ETHERTYPE_ARP = 0x0806
ETHERTYPE_FENCE = 0x88B5

FIN, SYN, RST, PSH, ACK, URG, ECE, CWR = (1 << bit for bit in range(8))


@dataclass(frozen=True, slots=True)
class Arp:
    op: int
    sender_mac: bytes
    sender_ip: int
    target_mac: bytes
    target_ip: int


@dataclass(frozen=True, slots=True)
class Ipv4:
    src: int
    dst: int
    proto: int
    ttl: int
    tos: int
    ident: int
    flags: int  # 3 bits: reserved, DF, MF
    offset: int  # of the fragment, in bytes
    header: bytes  # options included
    total_len: int


@dataclass(frozen=True, slots=True)
class Tcp:
    sport: int
    dport: int
    seq: int
    ack: int
    flags: int
    window: int
    urgent: int
    reserved: int
    checksum: int
    options: bytes  # as they stand, padding included
    payload: bytes

    @property
    def seg_len(self) -> int:
        """SEG.LEN of RFC 9293: payload, and one each for SYN and FIN."""
        return len(self.payload) + bool(self.flags & SYN) + bool(self.flags & FIN)


@dataclass(frozen=True, slots=True)
class Udp:
    sport: int
    dport: int
    length: int
    checksum: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Icmp:
    kind: int
    code: int
    checksum: int
    body: bytes  # behind the checksum


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame. At most one of `arp` and `ip` is set, and at most one of `tcp`, `udp`, `icmp`."""

    data: bytes
    dst: bytes
    src: bytes
    ethertype: int
    arp: Arp | None = None
    ip: Ipv4 | None = None
    tcp: Tcp | None = None
    udp: Udp | None = None
    icmp: Icmp | None = None
    padding: bytes = b""  # behind the IP packet or the ARP body
    malformed: str = ""
