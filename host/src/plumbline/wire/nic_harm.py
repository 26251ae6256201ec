# SPDX-License-Identifier: GPL-2.0-or-later
"""What a network port lost on the way to a board and back: the kernel counts it, so nobody has to look in time.

Asked of the kernel itself (rtnetlink): /sys shows the ports of the network that it was mounted in, maybe another.
What a board may cause by what it sends, frames of a wrong length, is not counted here.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator, Mapping

_REQUEST = struct.Struct("=IHHIIBxHiII")  # struct nlmsghdr and struct ifinfomsg
_HEADERS = 32
_GET_LINK, _NEW_LINK, _F_REQUEST = 18, 16, 1
_ATTRIBUTE = struct.Struct("=HH")
_STATS64, _CARRIER_DOWN_COUNT = 23, 48
_ANSWER_MAX = 65536
_AT = {"rx_errors": 4, "tx_errors": 5, "rx_length_errors": 10, "rx_crc_errors": 12, "rx_fifo_errors": 14,
       "rx_missed_errors": 15}  # fmt: skip
"""Of struct rtnl_link_stats64, in words of 64 bits."""
_LOST_LINK = "link_losses"


def harm_counts(interface: str) -> Mapping[str, int]:
    """Since the port came into being; what its kernel does not count is not there. OSError without the port."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as kernel:
        index = socket.if_nametoindex(interface)
        kernel.send(_REQUEST.pack(_REQUEST.size, _GET_LINK, _F_REQUEST, 1, 0, socket.AF_UNSPEC, 0, index, 0, 0))
        answer = kernel.recv(_ANSWER_MAX)
    return counts_of(answer)


def without_link(counts: Mapping[str, int]) -> Mapping[str, int]:
    """The rest of them."""
    return {name: count for name, count in counts.items() if name != _LOST_LINK}


def harm(interface: str, before: Mapping[str, int], now: Mapping[str, int]) -> str:
    """What came to the counts in `before` since, in words; empty when nothing did. Pure."""
    grown = {name: now[name] - count for name, count in before.items() if now.get(name, 0) > count}
    if lost := grown.pop(_LOST_LINK, 0):
        times = "once" if lost == 1 else f"{lost} times"
        return f"the network port {interface} lost its link {times} meanwhile: see to its cable; `plumb rig check`"
    if grown:
        told = ", ".join(f"{name}={count}" for name, count in grown.items())
        return f"the network port {interface} lost frames meanwhile ({told}): see to its cable, or take another adapter"
    return ""


def counts_of(answer: bytes) -> Mapping[str, int]:
    """Of the kernel's answer. Pure."""
    return dict(_counts(dict(_attributes(answer))))


def _counts(attributes: Mapping[int, bytes]) -> Iterator[tuple[str, int]]:
    """A kernel older than 4.16 does not count lost links."""
    if _CARRIER_DOWN_COUNT in attributes:
        yield _LOST_LINK, int(struct.unpack("=I", attributes[_CARRIER_DOWN_COUNT])[0])
    stats = attributes.get(_STATS64, b"")
    if len(stats) < 8 * (max(_AT.values()) + 1):
        return
    told = {name: int(struct.unpack_from("=Q", stats, 8 * at)[0]) for name, at in _AT.items()}
    of_length = told.pop("rx_length_errors")
    yield from {**told, "rx_errors": max(told["rx_errors"] - of_length, 0)}.items()


def _attributes(answer: bytes) -> Iterator[tuple[int, bytes]]:
    if struct.unpack_from("=IH", answer)[1] != _NEW_LINK:
        return
    at = _HEADERS
    while at + _ATTRIBUTE.size <= len(answer):
        length, kind = _ATTRIBUTE.unpack_from(answer, at)
        if length < _ATTRIBUTE.size:
            return
        yield kind, answer[at + _ATTRIBUTE.size : at + length]
        at += (length + 3) & ~3
