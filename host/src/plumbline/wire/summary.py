# SPDX-License-Identifier: GPL-2.0-or-later
"""A frame in one line, for ladders and logs."""

from __future__ import annotations

from plumbline.wire.addresses import ipv4_text, mac_text
from plumbline.wire.decode import ETHERTYPE_FENCE, Arp, Frame, Icmp, Ipv4, Tcp, Udp
from plumbline.wire.fence import describe_fence
from plumbline.wire.options import describe_options

_FLAG_LETTERS = "FSRPAUEC"
_ICMP_NAMES = {0: "echo reply", 3: "unreachable", 5: "redirect", 8: "echo request", 11: "time exceeded"}


def summary(frame: Frame, seq_base: int = 0, ack_base: int = 0) -> str:
    """One line. The bases are what SEQ and ACK are counted from: 0 shows them as they stand."""
    text = _body(frame, seq_base, ack_base)
    return f"{text} !! {frame.malformed}" if frame.malformed else text


def _body(frame: Frame, seq_base: int, ack_base: int) -> str:
    if frame.arp is not None:
        return _arp(frame.arp)
    if frame.ip is None:
        if frame.ethertype == ETHERTYPE_FENCE:
            return describe_fence(frame.data)
        return f"{mac_text(frame.src)} > {mac_text(frame.dst)} type {frame.ethertype:#06x} len={len(frame.data)}"
    if frame.tcp is not None:
        return _tcp(frame.ip, frame.tcp, seq_base, ack_base)
    if frame.udp is not None:
        return _udp(frame.ip, frame.udp)
    if frame.icmp is not None:
        return _icmp(frame.ip, frame.icmp)
    return _ip(frame.ip)


def flag_letters(flags: int) -> str:
    """As Scapy writes them: "SA" for SYN and ACK."""
    return "".join(letter for bit, letter in enumerate(_FLAG_LETTERS) if flags >> bit & 1)


def _arp(arp: Arp) -> str:
    if arp.op == 1:
        return f"ARP who has {ipv4_text(arp.target_ip)}? tell {ipv4_text(arp.sender_ip)}"
    if arp.op == 2:
        return f"ARP {ipv4_text(arp.sender_ip)} is at {mac_text(arp.sender_mac)}"
    return f"ARP op {arp.op} from {ipv4_text(arp.sender_ip)}"


def _tcp(ip: Ipv4, tcp: Tcp, seq_base: int, ack_base: int) -> str:
    seq = tcp.seq - seq_base & 0xFFFFFFFF
    ack = f" ack={tcp.ack - ack_base & 0xFFFFFFFF}" if tcp.flags & 0x10 else ""
    options = f" <{describe_options(tcp.options)}>" if tcp.options else ""
    urgent = f" urg={tcp.urgent}" if tcp.urgent else ""
    ends = f"{ipv4_text(ip.src)}:{tcp.sport} > {ipv4_text(ip.dst)}:{tcp.dport}"
    numbers = f"seq={seq}{ack} win={tcp.window} len={len(tcp.payload)}"
    return f"TCP {ends} [{flag_letters(tcp.flags)}] {numbers}{urgent}{options}"


def _udp(ip: Ipv4, udp: Udp) -> str:
    return f"UDP {ipv4_text(ip.src)}:{udp.sport} > {ipv4_text(ip.dst)}:{udp.dport} len={len(udp.payload)}"


def _icmp(ip: Ipv4, icmp: Icmp) -> str:
    name = _ICMP_NAMES.get(icmp.kind, f"type {icmp.kind}")
    code = f" code {icmp.code}" if icmp.code else ""
    return f"ICMP {ipv4_text(ip.src)} > {ipv4_text(ip.dst)} {name}{code} len={len(icmp.body)}"


def _ip(ip: Ipv4) -> str:
    piece = f" fragment at {ip.offset}{'+' if ip.flags & 1 else ''}" if ip.offset or ip.flags & 1 else ""
    return f"IP {ipv4_text(ip.src)} > {ipv4_text(ip.dst)} proto {ip.proto}{piece} len={ip.total_len}"
