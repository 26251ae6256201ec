# SPDX-License-Identifier: GPL-2.0-or-later
"""The harness's end of a real wire: a packet socket on a network port that is the board's alone.

It needs CAP_NET_RAW and no other right: whoever sets up the machine has taken the port from the host's own stack before
(`plumb rig check` says how). Addresses are the peers' own, so the port listens to all frames.
"""

from __future__ import annotations

import errno
import fcntl
import select
import socket
import struct
import sys
import termios
import time
from types import TracebackType

from plumbline.errors import BenchError, Unsupported
from plumbline.wire.nic_harm import harm, harm_counts, without_link
from plumbline.wire.offloads import harmful_offloads, has_link, host_address, own_words
from plumbline.wire.port import Stamped, WireClosed

_FRAME_MAX = 65536
BUFFER_BYTES = 4 << 20  # as much of it as the machine allows (net.core.rmem_max)
_ETH_P_ALL = 3
_SOL_PACKET = 263
_ADD_MEMBERSHIP, _STATISTICS, _AUXDATA, _IGNORE_OUTGOING = 1, 6, 8, 23
_PROMISCUOUS = 1
_SO_TIMESTAMPNS = 35
_VLAN_VALID, _VLAN_TPID_VALID = 1 << 4, 1 << 6
_DOT1Q = 0x8100
_MACS = 12  # bytes before a tag
_ANCILLARY = socket.CMSG_SPACE(16) + socket.CMSG_SPACE(20)
_RTMGRP_LINK = 1


class NicPort:
    """Moves frames as `WirePort` does. BenchError when the port cannot be had, or is not the board's alone."""

    def __init__(self, interface: str) -> None:
        _check_alone(interface)
        self.interface = self.named = interface
        self._sock = _opened()
        try:
            _set_up(self._sock, interface)
            self._counted = harm_counts(interface)
        except OSError as error:
            self._sock.close()
            raise BenchError(f"network port {interface}: {error.strerror}") from error

    def fileno(self) -> int:
        return self._sock.fileno()

    def has_link(self) -> bool:
        """What is sent without one is lost."""
        return has_link(self.interface)

    def wait_for_link(self, *, within_s: float) -> bool:
        """A board that is reset drops it for as long as it takes to negotiate."""
        until = time.monotonic() + within_s
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as news:
            news.bind((0, _RTMGRP_LINK))
            while not self.has_link():
                left = until - time.monotonic()
                if left <= 0 or not select.select([news], [], [], left)[0]:
                    return self.has_link()
                news.recv(_FRAME_MAX)
        return True

    def watch(self) -> None:
        try:
            self._counted = harm_counts(self.interface)
        except OSError as error:
            raise BenchError(f"network port {self.interface}: {error.strerror}") from error

    def expect_no_link(self) -> None:
        self._counted = without_link(self._counted)

    def trouble(self) -> str:
        try:
            now = harm_counts(self.interface)
        except OSError as error:
            return f"the network port {self.interface} is gone ({error.strerror}): see to its adapter"
        return harm(self.interface, self._counted, now)

    def send(self, frame: bytes, *, within_s: float) -> bool:
        """False when the port made no room for it in that time. Unsupported for a frame longer than it sends."""
        self._sock.settimeout(within_s)
        try:
            self._sock.send(frame)
        except TimeoutError:
            return False
        except OSError as error:
            if error.errno == errno.ENOBUFS:
                return False
            if error.errno == errno.EMSGSIZE:
                raise Unsupported(f"{self.interface} sends no frame of {len(frame)} bytes: see to its MTU") from error
            raise WireClosed(str(error)) from error
        return True

    def sent_is_taken(self) -> bool:
        """Whether all that was sent has left the machine."""
        waiting = fcntl.ioctl(self._sock, termios.TIOCOUTQ, bytes(4))
        return int.from_bytes(waiting, sys.byteorder) == 0

    def receive(self, *, within_s: float) -> bytes | None:
        """The next frame, None when there is none for that long."""
        stamped = self.receive_stamped(within_s=within_s)
        return stamped.frame if stamped else None

    def receive_stamped(self, *, within_s: float) -> Stamped | None:
        self._sock.settimeout(within_s)
        try:
            frame, ancillary, _, _ = self._sock.recvmsg(_FRAME_MAX, _ANCILLARY)
        except (TimeoutError, BlockingIOError):
            self._check_lost()
            return None
        except OSError as error:
            raise WireClosed(f"{self.interface}: {error.strerror}") from error
        return _whole(frame, ancillary)

    def drain(self, most: int) -> list[bytes]:
        """What is there now, at most so many frames, without waiting. A closed wire ends the list."""
        frames: list[bytes] = []
        try:
            while len(frames) < most and (frame := self.receive(within_s=0)) is not None:
                frames.append(frame)
        except WireClosed:
            pass
        return frames

    def close(self) -> None:
        self._sock.close()

    def _check_lost(self) -> None:
        """The kernel counts what found no room in the socket. Nothing is known about the device then."""
        _, lost = struct.unpack("II", self._sock.getsockopt(_SOL_PACKET, _STATISTICS, 8))
        if lost:
            raise BenchError(f"{lost} frames from {self.interface} were lost in this machine: it was too slow for them")

    def __enter__(self) -> NicPort:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _check_alone(interface: str) -> None:
    way_out = "`plumb rig check --mend` sees to it"
    if address := host_address(interface):
        raise BenchError(f"{interface} has the address {address}, so this machine's own stack answers there: {way_out}")
    if words := own_words(interface):
        raise BenchError(f"this machine's own stack speaks on {interface} ({', '.join(words)} is on there): {way_out}")
    if on := harmful_offloads(interface):
        raise BenchError(f"{interface} changes frames on their way ({', '.join(on)} is on): {way_out}")


def _opened() -> socket.socket:
    try:
        return socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    except PermissionError:
        way_out = "`plumb rig check` shows the command that gives it"
        raise BenchError(f"this process may not open packet sockets: it needs CAP_NET_RAW; {way_out}") from None


def _set_up(sock: socket.socket, interface: str) -> None:
    """Bound last: nothing is heard before all is set."""
    member = struct.pack("iHH8x", socket.if_nametoindex(interface), _PROMISCUOUS, 0)
    sock.setsockopt(_SOL_PACKET, _ADD_MEMBERSHIP, member)
    sock.setsockopt(_SOL_PACKET, _IGNORE_OUTGOING, 1)
    sock.setsockopt(_SOL_PACKET, _AUXDATA, 1)
    sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER_BYTES)
    sock.bind((interface, _ETH_P_ALL))


def _whole(frame: bytes, ancillary: list[tuple[int, int, bytes]]) -> Stamped:
    """The kernel takes a VLAN tag out of a frame before any socket sees it, and tells it beside."""
    at_ns = 0
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, _SO_TIMESTAMPNS):
            seconds, rest = struct.unpack_from("ll", data)
            at_ns = seconds * 1_000_000_000 + rest
        elif (level, kind) == (_SOL_PACKET, _AUXDATA):
            status, _, _, _, _, tag, tpid = struct.unpack_from("IIIHHHH", data)
            if status & _VLAN_VALID:
                kind_of_tag = tpid if status & _VLAN_TPID_VALID else _DOT1Q
                frame = frame[:_MACS] + struct.pack("!HH", kind_of_tag, tag) + frame[_MACS:]
    return Stamped(frame, at_ns)
