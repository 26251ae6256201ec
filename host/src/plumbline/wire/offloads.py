# SPDX-License-Identifier: GPL-2.0-or-later
"""What a network port does to frames, or the host's own stack with them, asked of the kernel by ioctl, and in /proc.

Every kernel since 2.6.37 answers these alike, and no program's output has to be read. To look needs no right; to switch
needs CAP_NET_ADMIN.
"""

from __future__ import annotations

import array
import errno
import fcntl
import socket
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from plumbline.errors import BenchError

_SIOCETHTOOL, _SIOCGIFFLAGS, _SIOCGIFADDR = 0x8946, 0x8913, 0x8915
_GET_FLAGS = 0x25
_RUNNING, _NO_ARP = 0x40, 0x80
_IPV6 = Path("/proc/sys/net/ipv6/conf")


@dataclass(frozen=True)
class _Asked:
    command: int
    mask: int = 0xFFFFFFFF


_HARMFUL: Mapping[str, _Asked] = {"gro": _Asked(0x2B), "lro": _Asked(_GET_FLAGS, 1 << 15)}
"""By ethtool's names: both make one frame of several, longer than the wire carries. Others do no harm: what a packet
socket sends goes out as it is, and VLAN tags are put back (`nic_port.py`)."""


def harmful_offloads(interface: str) -> tuple[str, ...]:
    """Which are on. BenchError for a port that is not there."""
    with _asking() as sock:
        return tuple(name for name, asked in _HARMFUL.items() if _get(sock, interface, asked.command) & asked.mask)


def switch_off(interface: str, names: Sequence[str]) -> str:
    """The command that switches them off."""
    return f"ethtool -K {interface} " + " ".join(f"{name} off" for name in names)


def has_link(interface: str) -> bool:
    """Whether it is up, has a carrier, and sends what it is given: the kernel takes a moment from one to the next."""
    with _asking() as sock:
        answer = _ask(sock, interface, _SIOCGIFFLAGS, bytes(24))
    return bool(struct.unpack_from("H", answer, 16)[0] & _RUNNING)


def own_words(interface: str) -> tuple[str, ...]:
    """What the host's own stack says there without an address: it answers ARP for any address of the machine, and of
    IPv6 it sends solicitations."""
    with _asking() as sock:
        answer = _ask(sock, interface, _SIOCGIFFLAGS, bytes(24))
    arp = () if struct.unpack_from("H", answer, 16)[0] & _NO_ARP else ("ARP",)
    return (*arp, *(("IPv6",) if _has_ipv6(interface) else ()))


def _has_ipv6(interface: str) -> bool:
    """Not where the kernel has none."""
    try:
        return (_IPV6 / interface / "disable_ipv6").read_text().strip() == "0"
    except FileNotFoundError:
        return False


def host_address(interface: str) -> str | None:
    """The IPv4 address that the host's own stack answers to there."""
    with _asking() as sock:
        try:
            answer = _ask(sock, interface, _SIOCGIFADDR, bytes(24))
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                return None
            raise
    return socket.inet_ntoa(answer[20:24])


def _asking() -> socket.socket:
    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def _get(sock: socket.socket, interface: str, command: int) -> int:
    """0 for what this port has not."""
    value = array.array("B", struct.pack("II", command, 0))
    try:
        _ask(sock, interface, _SIOCETHTOOL, struct.pack("P", value.buffer_info()[0]))
    except OSError as error:
        if error.errno == errno.EOPNOTSUPP:
            return 0
        raise
    return int(struct.unpack("II", value.tobytes())[1])


def _ask(sock: socket.socket, interface: str, request: int, rest: bytes) -> bytes:
    """struct ifreq."""
    try:
        return fcntl.ioctl(sock, request, struct.pack("16s", interface.encode()) + rest)
    except OSError as error:
        if error.errno == errno.ENODEV:
            raise BenchError(f"there is no network port {interface}") from None
        raise
