# SPDX-License-Identifier: GPL-2.0-or-later
"""The client of a socket that goes through callbacks: what it is told, what is done in there, and its own calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbline.shell.line import Data, Host, ShellLine, data_text, endpoint_text
from plumbline.shell.protocol import DutEvent
from plumbline.shell.tcp import TcpSocket

if TYPE_CHECKING:
    from plumbline.shell.handles import Handles


@dataclass(frozen=True)
class Told:
    """One callback, in words ("packet 5", "ack 5", "timeout rx", "error reset"), its age where it tells one, and how
    many of its bytes are not those of the pattern."""

    ms: int
    what: str
    age_ms: int | None = None
    bad: int = 0


class Callbacks:
    """Each callback from now on. The handle of a socket that was destroyed may mean another."""

    def __init__(self, line: ShellLine, sock: TcpSocket) -> None:
        line.command(f"callback show {sock.handle}")
        self._line, self._sock = line, sock
        self._since = len(line.dut_events)

    def told(self) -> list[Told]:
        """All so far, oldest first: the device has nothing more to say."""
        self._line.hear_out()
        return [_told(one) for one in self._line.dut_events[self._since :] if self._is_about_it(one)]

    def words(self) -> list[str]:
        return [one.what for one in self.told()]

    def set_times(self, *, rx_ms: int = 0, ack_ms: int = 0, poll_ms: int = 0) -> None:
        self._line.command(f"callback times {self._sock.handle} rx={rx_ms} ack={ack_ms} poll={poll_ms}")

    def do(self, callback: str, act: str, other: TcpSocket | None = None) -> None:
        """Once, in the next such callback: "close", "abort" or "destroy" this socket, or another."""
        self._order(callback, act if other is None else f"{act} {other.handle}")

    def connect_in(self, callback: str, peer: Host | str, port: int) -> None:
        self._order(callback, f"connect {endpoint_text(peer, port)}")

    def be_busy_in(self, callback: str, ms: int) -> None:
        """In each such callback, while the clock runs."""
        self._order(callback, f"busy {ms}")

    def end_server_in(self, callback: str) -> None:
        """Once, in the next such callback."""
        self._order(callback, "unserve")

    def take_data(self, seed: int) -> None:
        """Of an idle client: what it receives is taken as it is told of, and compared with the pattern."""
        self._line.command(f"callback data {self._sock.handle} {seed}")

    def add(self, data: Data) -> int:
        return self._count(f"add {self._sock.handle} {data_text(data)}")

    def send(self) -> int:
        return self._count(f"send {self._sock.handle}")

    def space(self) -> int:
        return self._count(f"space {self._sock.handle}")

    def _order(self, callback: str, what: str) -> None:
        self._line.command(f"callback do {self._sock.handle} {callback} {what}")

    def _count(self, words: str) -> int:
        return self._line.command(f"callback {words}").fields.number("n")

    def _is_about_it(self, event: DutEvent) -> bool:
        return event.kind == "callback" and event.fields.values.get("sock") == str(self._sock.handle)


class CallbackServer:
    """One at a time; its pool is sockets that go through callbacks."""

    def __init__(self, line: ShellLine, handles: Handles, port: int, policy: str) -> None:
        line.command(f"callback serve {port} {policy}")
        handles.undo_with("callback unserve")
        self._line = line

    def lend(self, sock: TcpSocket) -> None:
        self._line.command(f"callback lend {sock.handle}")

    def set_no_delay(self, no_delay: bool) -> None:
        """Of all that are in the pool now."""
        self._line.command(f"callback no-delay {no_delay:d}")

    def status(self) -> dict[str, int]:
        """`listening`, `waiting`, `connected`, `released`, and the counters of its listener."""
        return self._line.command("callback status", changes=False).fields.numbers()

    def end(self) -> None:
        self._line.command("callback unserve")


def _told(event: DutEvent) -> Told:
    fields = event.fields.values
    about = next((fields[name] for name in ("n", "which", "err") if name in fields), None)
    age_ms = int(fields["ms"]) if "ms" in fields else None
    what = fields["on"] if about is None else f"{fields['on']} {about}"
    return Told(event.ms, what, age_ms, int(fields.get("bad", 0)))
