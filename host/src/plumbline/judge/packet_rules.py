# SPDX-License-Identifier: GPL-2.0-or-later
"""IP, ICMP, UDP and the TCP header: what one packet shows by itself."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.judge import sums
from plumbline.judge.options import check_options
from plumbline.judge.rules import Complaint, Device
from plumbline.wire.addresses import ipv4_text
from plumbline.wire.decode import FIN, PROTO_TCP, RST, SYN, Frame, Ipv4, Tcp, Udp

_MORE, _RESERVED = 1, 4


def check_packet(frame: Frame, device: Device) -> Iterator[Complaint]:
    if frame.ip is None:
        return
    yield from _check_ip_header(frame.ip)
    yield from _check_ip_destination(frame.ip, device)
    if is_fragment(frame.ip):
        yield from _check_fragment(frame.ip)
    elif frame.tcp is not None:
        yield from _check_tcp(frame, frame.tcp)
    elif frame.udp is not None:
        yield from check_datagram(frame, frame.udp)
    elif frame.icmp is not None and not sums.is_right(sums.packet_payload(frame)):
        yield Complaint("icmp-checksum", f"0x{frame.icmp.checksum:04x} is wrong")


def is_fragment(ip: Ipv4) -> bool:
    return bool(ip.flags & _MORE or ip.offset)


def _check_ip_header(ip: Ipv4) -> Iterator[Complaint]:
    if ip.ttl == 0:
        yield Complaint("ip-header", "TTL is 0")
    if ip.flags & _RESERVED:
        yield Complaint("ip-header", "the reserved flag is set")
    if not sums.is_right(ip.header):
        yield Complaint("ip-checksum", f"0x{ip.header[10:12].hex()} is wrong")


def _check_ip_destination(ip: Ipv4, device: Device) -> Iterator[Complaint]:
    if ip.dst in (0, device.address) or ip.dst >> 24 == 127:
        yield Complaint("ip-destination", f"sent to {ipv4_text(ip.dst)}")


def _check_fragment(ip: Ipv4) -> Iterator[Complaint]:
    octets = ip.total_len - len(ip.header)
    if ip.proto == PROTO_TCP:
        yield Complaint("ip-fragment", f"a fragment of TCP at {ip.offset}")
    if ip.flags & _MORE and (octets % 8 or not octets):
        yield Complaint("ip-fragment", f"{octets} octets, and more follow")
    if ip.offset + octets > 0xFFFF - len(ip.header):
        yield Complaint("ip-fragment", f"the packet ends at {ip.offset + octets}")


def check_datagram(frame: Frame, udp: Udp) -> Iterator[Complaint]:
    """UDP that came whole, or was put together."""
    carried = len(sums.packet_payload(frame))
    if udp.length != carried:
        yield Complaint("udp-length", f"LEN is {udp.length}, the packet carries {carried}")
    if udp.checksum == 0:
        yield Complaint("udp-checksum", "the checksum is 0: none was made")
    elif not sums.transport_is_right(frame):
        yield Complaint("udp-checksum", f"0x{udp.checksum:04x} is wrong")


def _check_tcp(frame: Frame, tcp: Tcp) -> Iterator[Complaint]:
    if not sums.transport_is_right(frame):
        yield Complaint("tcp-checksum", f"0x{tcp.checksum:04x} is wrong")
    if tcp.reserved:
        yield Complaint("tcp-header", f"the reserved bits are {tcp.reserved:#x}")
    if not tcp.dport or not (tcp.sport or tcp.flags & RST):  # what came to port 0 is reset from there
        yield Complaint("tcp-header", f"ports {tcp.sport} and {tcp.dport}")
    if (tcp.flags & SYN and tcp.flags & (FIN | RST)) or (tcp.flags & FIN and tcp.flags & RST):
        yield Complaint("tcp-header", f"flags 0x{tcp.flags:02x}")
    yield from check_options(tcp)
