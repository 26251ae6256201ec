# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames from numbers, nearly right: wrong only where they are told to be. Scapy would take twenty times as long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypedDict

from plumbline.scenario import Peer, checksum

ICMP, TCP, UDP = 1, 6, 17
IPV4, ARP = 0x0800, 0x0806
MORE = 1 << 13  # fragments
_TTL = 64
_SUM_AT = {ICMP: 2, TCP: 16, UDP: 6}  # where the checksum stands in the body
_FLAGS = "FSRPAUEC"

Ports = tuple[int, int]
"""Source and destination."""


class Odd(TypedDict, total=False):
    """What is strange about a packet. Its checksums are right for what it then is; what is flipped or cut is so behind
    them."""

    src: str
    dst: str
    mac: str  # whom the frame is for
    ttl: int
    ip_options: bytes
    words: int  # that its IP header says it has
    total: int  # octets that it says it has
    pieces: int  # octets that each of its fragments carries
    flip: int  # a bit of the frame
    cut: int  # octets that are left of the frame
    longer: int  # octets behind the packet


@dataclass(frozen=True)
class Way:
    """Between a host on the wire and the device: addresses as octets."""

    src_mac: bytes
    dst_mac: bytes
    src: bytes
    dst: bytes

    @classmethod
    def of(cls, peer: Peer) -> Way:
        return cls(peer.mac, peer.dut_mac, address(peer.ip), address(peer.dut_ip))

    def back(self) -> Way:
        return Way(self.dst_mac, self.src_mac, self.dst, self.src)

    def packet(self, proto: int, body: bytes, odd: Odd | None, *, ident: int = 1) -> Iterator[bytes]:
        """Its frames: one, or as many as it comes in."""
        odd = odd or {}
        way = self._strange(odd)
        body = way._summed(proto, body)
        size = odd.get("pieces", 0) or len(body) or 1
        for at in range(0, len(body) or 1, size):
            more = MORE if at + size < len(body) else 0
            yield way.piece(proto, body[at : at + size], odd, ident=ident, fragment=at >> 3 | more)

    def piece(self, proto: int, body: bytes, odd: Odd | None, *, ident: int, fragment: int) -> bytes:
        """One frame with what may be a fragment, whatever is in it."""
        odd = odd or {}
        way = self._strange(odd)
        return way.frame(IPV4, way.header(proto, len(body), odd, ident, fragment) + body, odd)

    def header(self, proto: int, length: int, odd: Odd | None = None, ident: int = 1, fragment: int = 0) -> bytes:
        odd = odd or {}
        options = odd.get("ip_options", b"")
        words, total = odd.get("words", 5 + len(options) // 4), odd.get("total", 20 + len(options) + length)
        first = bytes([0x40 | words, 0]) + _two(total) + _two(ident) + _two(fragment)
        second = bytes([odd.get("ttl", _TTL), proto])
        rest = self.src + self.dst + options
        return first + second + _two(checksum(first + second + bytes(2) + rest)) + rest

    def frame(self, kind: int, body: bytes, odd: Odd | None) -> bytes:
        odd = odd or {}
        whole = bytearray(self.dst_mac + self.src_mac + _two(kind) + body + bytes(odd.get("longer", 0)))
        if "flip" in odd:
            bit = odd["flip"] % (8 * len(whole))
            whole[bit >> 3] ^= 1 << (bit & 7)
        return bytes(whole[: odd.get("cut", len(whole))])

    def _strange(self, odd: Odd) -> Way:
        return Way(
            self.src_mac,
            bytes.fromhex(odd["mac"]) if "mac" in odd else self.dst_mac,
            address(odd["src"]) if "src" in odd else self.src,
            address(odd["dst"]) if "dst" in odd else self.dst,
        )

    def _summed(self, proto: int, body: bytes) -> bytes:
        at = _SUM_AT[proto]
        pseudo = b"" if proto == ICMP else self.src + self.dst + bytes([0, proto]) + _two(len(body))
        return body[:at] + _two(checksum(pseudo + body)) + body[at + 2 :]


@dataclass(frozen=True)
class Segment:
    """Of TCP. `words`: the length that its header tells, when it is not its own."""

    flags: str
    seq: int = 0
    ack: int = 0
    window: int = 65535
    text: bytes = b""
    options: bytes = b""
    words: int | None = None

    def numbered(self, seq: int, ack: int) -> Segment:
        return replace(self, seq=seq, ack=ack)

    @property
    def length(self) -> int:
        """SEG.LEN of RFC 9293."""
        return len(self.text) + ("S" in self.flags) + ("F" in self.flags)

    def octets(self, ports: Ports) -> bytes:
        """Its checksum comes with the packet."""
        flags = sum(1 << _FLAGS.index(flag) for flag in self.flags)
        words = 5 + len(self.options) // 4 if self.words is None else self.words
        numbers = self.seq.to_bytes(4, "big") + self.ack.to_bytes(4, "big")
        rest = bytes([words << 4, flags]) + _two(self.window) + bytes(4)
        return _two(ports[0]) + _two(ports[1]) + numbers + rest + self.options + self.text


def datagram(ports: Ports, text: bytes, *, says: int | None = None) -> bytes:
    """Of UDP, that says it has so many octets."""
    return _two(ports[0]) + _two(ports[1]) + _two(8 + len(text) if says is None else says) + bytes(2) + text


def address(text: str) -> bytes:
    return bytes(map(int, text.split(".")))


def _two(number: int) -> bytes:
    return number.to_bytes(2, "big")
