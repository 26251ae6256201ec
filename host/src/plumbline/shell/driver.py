# SPDX-License-Identifier: GPL-2.0-or-later
"""A readiness driver of the device, polled by hand: there is time for anything between an event and its clear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbline.errors import Refused
from plumbline.shell.line import ShellLine
from plumbline.shell.protocol import Fields
from plumbline.shell.tcp import TcpSocket
from plumbline.shell.udp import UdpSocket

if TYPE_CHECKING:
    from plumbline.shell.handles import Handles

INTERESTS = ("readable", "writable", "released")


@dataclass(frozen=True)
class Ready:
    """What is seen of a source: all of it, not only what is new."""

    source: int
    ready: frozenset[str]


class Source:
    def __init__(self, line: ShellLine, number: int) -> None:
        self._line = line
        self.number = number

    def is_seen(self, *interests: str) -> Ready:
        """The event that would tell of it."""
        return Ready(self.number, frozenset(interests))

    def look(self) -> Ready:
        return _ready(self._line.command(f"driver look {self.number}").fields)

    def clear(self, interest: str, *, older: bool = False) -> None:
        """What was told of it last, or the time before that."""
        self._line.command(f"driver clear {self.number} {interest}{' older' if older else ''}")

    def reregister(self, interest: str) -> None:
        self._line.command(f"driver reregister {self.number} {interest}")

    def deregister(self) -> None:
        self._line.command(f"driver deregister {self.number}")

    def is_released(self) -> bool:
        return self._line.command(f"driver released {self.number}", changes=False).fields.number("released") == 1


class Driver:
    """One at a time; it goes with the scenario."""

    def __init__(self, line: ShellLine, handles: Handles, places: int) -> None:
        self._line = line
        line.command(f"driver open {places}")
        handles.undo_with("driver stop")
        self._heard = self._wakes()

    def register(self, sock: TcpSocket | UdpSocket, interest: str = "both", room: int = 1) -> Source:
        """`interest` is "readable", "writable", "both", "released" or "any"; `room` is for datagrams."""
        kind, rest = ("tcp", "") if isinstance(sock, TcpSocket) else ("udp", f" {room}")
        reply = self._line.command(f"driver {kind} {sock.handle} {interest}{rest}")
        return Source(self._line, reply.fields.number("source"))

    def poll(self, at_most: int = 8) -> list[Ready] | None:
        """Events, none when it was unparked; None: it would block, and its task waits."""
        try:
            reply = self._line.command(f"driver poll {at_most}")
        except Refused as refusal:
            if refusal.name != "would-block":
                raise
            reply = None
        self._heard = self._wakes()
        return None if reply is None else [_ready(fields) for fields in reply.data]

    def was_woken(self) -> bool:
        """Whether its task was, since it polled or was last asked."""
        before, self._heard = self._heard, self._wakes()
        return self._heard != before

    def unpark(self) -> None:
        self._line.command("driver unpark")

    def _wakes(self) -> int:
        self._line.hear_out()
        return sum(event.kind == "driver" for event in self._line.dut_events)


def _ready(fields: Fields) -> Ready:
    return Ready(fields.number("source"), frozenset(name for name in INTERESTS if fields.number(name)))
