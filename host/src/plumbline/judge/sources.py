# SPDX-License-Identifier: GPL-2.0-or-later
"""The addresses a device may send from: its own, those of its proxy's prefix, and for the last words of what it had
there, one it has lost. What a DHCP server gives it is its own once it says so."""

from __future__ import annotations

import re

from plumbline.wire.decode import Frame

_NEW = re.compile(r"net (\d+)\.(\d+)\.(\d+)\.(\d+)\b")
_TOLD = re.compile(r"@\d+= ok addr=(\d+)\.(\d+)\.(\d+)\.(\d+)\b")
_REFUSED = re.compile(r"@\d+= err\b")
_PREFIX = re.compile(r"proxy start (\d+)\.(\d+)\.(\d+)\.(\d+) (\d+)\.(\d+)\.(\d+)\.(\d+)\b")

DHCP_SERVER, DHCP_CLIENT = 67, 68
_YOURS_AT, _OPTIONS_AT = 16, 240  # in a message of BOOTP
_ACKS = b"\x35\x01\x05"


class Sources:
    def __init__(self, address: int) -> None:
        self.current = address
        self._before: int | None = None  # while a change is not answered yet
        self.lost: set[int] = set()
        self.is_moving = False  # asked to, and what it sent meanwhile is not all read yet
        self._prefix: tuple[int, int] | None = None  # of the proxy: address and mask
        self._is_ending = False  # the proxy was stopped: it has its last words
        self._given: set[int] = set()  # by a DHCP server

    def has(self, address: int) -> bool:
        """Whether it is the device now who is there."""
        return address == self.current or self.is_proxied(address)

    def is_proxied(self, address: int) -> bool:
        return self._prefix is not None and address & self._prefix[1] == self._prefix[0]

    def given(self, frame: Frame) -> None:
        """A frame to the device, which may be an ACK of DHCP."""
        if frame.udp is not None and frame.udp.dport == DHCP_CLIENT and _ACKS in frame.udp.payload[_OPTIONS_AT:]:
            self._given.add(int.from_bytes(frame.udp.payload[_YOURS_AT : _YOURS_AT + 4], "big"))

    def used(self, address: int) -> None:
        """It has said that the address is its own."""
        if address in self._given:
            self._move(address)

    def asked(self, command: str) -> None:
        """A command to the device; what it sends on the way to its answer is from the new address already."""
        self._asked_of_proxy(command)
        wanted = _number(_NEW, command)
        self._before = None
        if wanted is not None:
            self._before = self.current
            self.is_moving = True
            self._move(wanted)

    def _asked_of_proxy(self, command: str) -> None:
        started = _PREFIX.match(command)
        if self._is_ending or started:
            self._prefix, self._is_ending = None, False
        if started:
            octets = bytes(int(octet) for octet in started.groups())
            address, mask = int.from_bytes(octets[:4], "big"), int.from_bytes(octets[4:], "big")
            self._prefix = (address, mask) if mask else None
        elif command == "proxy stop":
            self._is_ending = True

    def told(self, line: str) -> None:
        """A line of the device."""
        told = _number(_TOLD, line)
        if told is not None:
            self._move(told)
        elif self._before is not None and _REFUSED.match(line):
            self._move(self._before)

    def _move(self, address: int) -> None:
        if address != self.current:
            self.lost.add(self.current)
        self.lost.discard(address)
        self.current = address


def _number(pattern: re.Pattern[str], line: str) -> int | None:
    found = pattern.match(line)
    return int.from_bytes(bytes(int(octet) for octet in found.groups()), "big") if found else None
