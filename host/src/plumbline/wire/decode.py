# SPDX-License-Identifier: GPL-2.0-or-later
"""A small, fast decoder of Ethernet frames, for the judge, bulk traffic and one-line summaries.

It reads what is there and never raises: a field that lies beyond the frame is None or empty, and
`Frame.malformed` says what is wrong.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

ETHERTYPE_IPV4 = 0x0800
ETHERTYPE_ARP = 0x0806
ETHERTYPE_FENCE = 0x88B5

PROTO_ICMP, PROTO_TCP, PROTO_UDP = 1, 6, 17

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


_ETHER = struct.Struct("!6s6sH")
_ARP = struct.Struct("!HHBBH6sI6sI")
_IPV4 = struct.Struct("!BBHHHBBHII")
_TCP = struct.Struct("!HHIIHHHH")
_UDP = struct.Struct("!HHHH")
_ICMP = struct.Struct("!BBH")

_ARP_FOR_IPV4 = (1, ETHERTYPE_IPV4, 6, 4)  # hardware, protocol, and the lengths of both addresses


def decode(data: bytes) -> Frame:
    """What is in the frame. Layers are filled in as far as they can be told; the rest is `malformed`."""
    if len(data) < _ETHER.size:
        return Frame(data, data[:6], data[6:12], 0, malformed="shorter than an Ethernet header")
    dst, src, ethertype = _ETHER.unpack_from(data)
    if ethertype == ETHERTYPE_IPV4:
        return _decode_ipv4(data, dst, src)
    if ethertype == ETHERTYPE_ARP:
        return _decode_arp(data, dst, src)
    return Frame(data, dst, src, ethertype)


def _decode_arp(data: bytes, dst: bytes, src: bytes) -> Frame:
    end = _ETHER.size + _ARP.size
    if len(data) < end:
        return Frame(data, dst, src, ETHERTYPE_ARP, malformed="ARP shorter than its body")
    *kind, op, sender_mac, sender_ip, target_mac, target_ip = _ARP.unpack_from(data, _ETHER.size)
    arp = Arp(op, sender_mac, sender_ip, target_mac, target_ip)
    malformed = "" if tuple(kind) == _ARP_FOR_IPV4 else "ARP for other than Ethernet and IPv4"
    return Frame(data, dst, src, ETHERTYPE_ARP, arp=arp, padding=data[end:], malformed=malformed)


def _decode_ipv4(data: bytes, dst: bytes, src: bytes) -> Frame:
    start = _ETHER.size
    if len(data) < start + _IPV4.size:
        return Frame(data, dst, src, ETHERTYPE_IPV4, malformed="IPv4 shorter than its header")
    first, tos, total_len, ident, fragment, ttl, proto, _, ip_src, ip_dst = _IPV4.unpack_from(data, start)
    header_len = (first & 0xF) * 4
    ip = Ipv4(
        ip_src, ip_dst, proto, ttl, tos, ident, fragment >> 13, (fragment & 0x1FFF) * 8,
        data[start : start + max(header_len, _IPV4.size)], total_len,
    )  # fmt: skip
    wrong = _ipv4_fault(first, header_len, total_len, len(data) - start)
    if wrong:
        return Frame(data, dst, src, ETHERTYPE_IPV4, ip=ip, malformed=wrong)
    return _decode_transport(
        data, dst, src, ip, data[start + header_len : start + total_len], data[start + total_len :]
    )


def _ipv4_fault(first: int, header_len: int, total_len: int, room: int) -> str:
    if first >> 4 != 4:
        return f"IP version {first >> 4}"
    if header_len < _IPV4.size:
        return f"IPv4 header length {header_len}"
    if total_len < header_len:
        return f"IPv4 total length {total_len} below its header"
    if total_len > room:
        return f"IPv4 total length {total_len} beyond the frame"
    return ""


def _decode_transport(data: bytes, dst: bytes, src: bytes, ip: Ipv4, body: bytes, padding: bytes) -> Frame:
    """A fragment that is not the whole packet is left as IP: its ports may lie elsewhere."""
    tcp: Tcp | None = None
    udp: Udp | None = None
    icmp: Icmp | None = None
    malformed = ""
    if ip.offset or ip.flags & 1:
        pass
    elif ip.proto == PROTO_TCP:
        tcp, malformed = _decode_tcp(body)
    elif ip.proto == PROTO_UDP:
        udp, malformed = _decode_udp(body)
    elif ip.proto == PROTO_ICMP:
        icmp, malformed = _decode_icmp(body)
    return Frame(data, dst, src, ETHERTYPE_IPV4, None, ip, tcp, udp, icmp, padding, malformed)


def _decode_tcp(body: bytes) -> tuple[Tcp | None, str]:
    if len(body) < _TCP.size:
        return None, "TCP shorter than its header"
    sport, dport, seq, ack, bits, window, checksum, urgent = _TCP.unpack_from(body)
    header_len = (bits >> 12) * 4
    malformed = ""
    if not _TCP.size <= header_len <= len(body):
        malformed, header_len = f"TCP data offset {header_len}", _TCP.size
    options, payload = body[_TCP.size : header_len], body[header_len:]
    return Tcp(
        sport, dport, seq, ack, bits & 0xFF, window, urgent, bits >> 8 & 0xF, checksum, options, payload
    ), malformed


def _decode_udp(body: bytes) -> tuple[Udp | None, str]:
    if len(body) < _UDP.size:
        return None, "UDP shorter than its header"
    sport, dport, length, checksum = _UDP.unpack_from(body)
    fits = _UDP.size <= length <= len(body)
    payload = body[_UDP.size : length] if fits else body[_UDP.size :]
    return Udp(sport, dport, length, checksum, payload), "" if fits else f"UDP length {length}"


def _decode_icmp(body: bytes) -> tuple[Icmp | None, str]:
    if len(body) < _ICMP.size:
        return None, "ICMP shorter than its header"
    kind, code, checksum = _ICMP.unpack_from(body)
    return Icmp(kind, code, checksum, body[_ICMP.size :]), ""
