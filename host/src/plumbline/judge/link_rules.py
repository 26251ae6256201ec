# SPDX-License-Identifier: GPL-2.0-or-later
"""Ethernet and ARP: who sends, to whom, and what fills a frame up."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.judge.rules import Complaint, Device
from plumbline.judge.sources import Sources
from plumbline.wire.addresses import ipv4_text, mac_text
from plumbline.wire.decode import ETHERTYPE_ARP, ETHERTYPE_IPV4, PROTO_UDP, Arp, Frame

BROADCAST = b"\xff" * 6
SHORTEST = 60  # a frame without FCS is filled up to this
REQUEST, REPLY = 1, 2


def check_ethernet(frame: Frame, device: Device) -> Iterator[Complaint]:
    if frame.src != device.mac:
        yield Complaint("eth-source", f"the source is {mac_text(frame.src)}, the device is {mac_text(device.mac)}")
    if frame.dst == device.mac:
        yield Complaint("eth-destination", "the device sent a frame to itself")
    if frame.ethertype not in (ETHERTYPE_ARP, ETHERTYPE_IPV4):
        yield Complaint("eth-type", f"EtherType 0x{frame.ethertype:04x}")


def check_padding(frame: Frame) -> Iterator[Complaint]:
    if any(frame.padding):
        at = next(index for index, octet in enumerate(frame.padding) if octet)
        yield Complaint(
            "eth-padding", f"octet {at} of {len(frame.padding)} behind the packet is 0x{frame.padding[at]:02x}"
        )
    if frame.padding and len(frame.data) > SHORTEST:
        yield Complaint("eth-padding", f"{len(frame.padding)} octets behind the packet of a frame of {len(frame.data)}")


def check_length(frame: Frame, device: Device) -> Iterator[Complaint]:
    if len(frame.data) < device.filled_to:
        yield Complaint("eth-runt", f"a frame of {len(frame.data)} bytes is not filled up to {device.filled_to}")


def check_broadcast(frame: Frame, device: Device) -> Iterator[Complaint]:
    if frame.dst != BROADCAST or frame.arp is not None:
        return
    if frame.ip is None or frame.ip.proto != PROTO_UDP or not _is_broadcast(frame.ip.dst, device):
        yield Complaint("eth-broadcast", "neither ARP nor UDP to a broadcast address")


def _is_broadcast(address: int, device: Device) -> bool:
    return address == 0xFFFFFFFF or address == (device.address | ~device.netmask & 0xFFFFFFFF)


def check_arp(frame: Frame, sources: Sources, device: Device) -> Iterator[Complaint]:
    arp = frame.arp
    if arp is None:
        return
    is_probe = arp.op == REQUEST and arp.sender_ip == 0
    is_proxied = arp.op == REPLY and sources.is_proxied(arp.sender_ip)
    if arp.sender_mac != device.mac or not (arp.sender_ip == sources.current or is_probe or is_proxied):
        yield Complaint("arp-sender", f"the sender is {mac_text(arp.sender_mac)} {ipv4_text(arp.sender_ip)}")
    yield from _check_arp_target(frame, arp)


def _check_arp_target(frame: Frame, arp: Arp) -> Iterator[Complaint]:
    if arp.op == REPLY:
        if frame.dst != arp.target_mac or arp.target_mac in (BROADCAST, bytes(6)):
            yield Complaint("arp-target", f"a reply for {mac_text(arp.target_mac)} went to {mac_text(frame.dst)}")
    elif arp.op != REQUEST:
        yield Complaint("arp-target", f"operation {arp.op}")
    elif frame.dst[0] & 1 and frame.dst != BROADCAST:
        yield Complaint("arp-target", f"a request went to {mac_text(frame.dst)}")


def teaches(frame: Frame, arp: Arp, device: Device) -> bool:
    """Whether the device can learn from it who has the sender's address."""
    is_ones = not arp.sender_mac[0] & 1 and arp.sender_mac not in (bytes(6), device.mac)
    return is_ones and arp.op in (REQUEST, REPLY) and frame.dst in (device.mac, BROADCAST)


class ArpRate:
    """Questions for one address, in stack time."""

    def __init__(self, device: Device) -> None:
        self._interval_ms = device.arp_interval_ms
        self._asked: dict[int, int] = {}

    def forget(self) -> None:
        """After a time that is not known exactly."""
        self._asked.clear()

    def hear(self, arp: Arp) -> None:
        """Who tells its address may be asked for anew: it may have been forgotten for want of room."""
        self._asked.pop(arp.sender_ip, None)

    def check(self, arp: Arp, ms: int) -> Iterator[Complaint]:
        """An announcement (of its own address, RFC 5227) asks nobody."""
        if arp.op != REQUEST or arp.target_ip == arp.sender_ip:
            return
        before = self._asked.get(arp.target_ip)
        self._asked[arp.target_ip] = ms
        if before is not None and (ms - before) % (1 << 32) < self._interval_ms:
            yield Complaint("arp-rate", f"{ipv4_text(arp.target_ip)} was asked for at {before} ms and again at {ms} ms")
