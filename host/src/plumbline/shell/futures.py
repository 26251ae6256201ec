# SPDX-License-Identifier: GPL-2.0-or-later
"""Futures of the device: operations, each polled by a task of its own until it is done or withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from plumbline.errors import Unexpected
from plumbline.shell.line import Data, Host, ShellLine, data_text, endpoint_text
from plumbline.shell.listener import Listener
from plumbline.shell.protocol import DutEvent, Fields
from plumbline.shell.tcp import TcpSocket
from plumbline.shell.udp import UdpSocket

if TYPE_CHECKING:
    from plumbline.shell.handles import Handles

Result = int | str
"""A count, or an error by name; "would-block" while it is not done."""


@dataclass(frozen=True)
class FutureView:
    """`done`: bytes it took so far. `data`: those it received, the first 200. `addr`: of a name that was found."""

    result: Result
    done: int
    data: bytes
    addr: str | None = None


@dataclass(frozen=True)
class Ended:
    """What the device said when it was done."""

    ms: int
    result: Result
    done: int
    addr: str | None = None


class Future:
    kind, key = "future", "future"  # of what the device says when it is done

    def __init__(self, line: ShellLine, handle: int, since: int) -> None:
        self._line = line
        self.handle = handle
        self._since = since
        self.until: int | None = None  # where the handle began to mean another future
        self.withdrawn = False

    def ended(self) -> Ended | None:
        """None while it is under way."""
        told = self.told()
        return told[0] if told else None

    def outcome(self) -> Ended:
        """How it came out: it is done, and was told of once."""
        told = self.told()
        if len(told) != 1:
            how = f"is told of {len(told)} times: {told}" if told else "is not done"
            raise Unexpected(f"{self.key} {self.handle} {how}")
        return told[0]

    def told(self) -> list[Ended]:
        """Every time that the device said so."""
        return [Ended(ms, view.result, view.done, view.addr) for ms, view in self._said()]

    def _said(self) -> list[tuple[int, FutureView]]:
        return [(event.ms, _view(event.fields)) for event in self._events()]

    def _events(self) -> list[DutEvent]:
        self._line.hear_out()
        return [
            event
            for event in self._line.dut_events[self._since : self.until]
            if event.kind == self.kind and event.fields.values.get(self.key) == str(self.handle)
        ]

    def view(self) -> FutureView:
        return _view(self._line.command(f"future {self.handle}", changes=False).fields)

    def withdraw(self) -> FutureView:
        """What became of it. The handle is the device's again."""
        fields = self._line.command(f"future withdraw {self.handle}").fields
        self.withdrawn = True
        return _view(fields)


_Begun = TypeVar("_Begun", bound=Future, covariant=True)


class Operations(Generic[_Begun]):
    """Each method is one operation of ax/tcp_future.h or ax/udp_future.h. `within_ms`: a deadline from now on. `hold`:
    nobody polls it, until a select or a join does."""

    def __init__(self, handles: Handles) -> None:
        self._handles = handles

    def connect(
        self, sock: TcpSocket, peer: Host | str, port: int, *, within_ms: int | None = None, hold: bool = False
    ) -> _Begun:
        return self._begin(f"connect {sock.handle} {endpoint_text(peer, port)}", within_ms, hold)

    def accept(
        self, listener: Listener, sock: TcpSocket, *, within_ms: int | None = None, hold: bool = False
    ) -> _Begun:
        return self._begin(f"accept {listener.handle} {sock.handle}", within_ms, hold)

    def recv(self, sock: TcpSocket, n: int = 200, *, within_ms: int | None = None, hold: bool = False) -> _Begun:
        return self._begin(f"recv {sock.handle} {n}", within_ms, hold)

    def read_exact(self, sock: TcpSocket, n: int, *, within_ms: int | None = None, hold: bool = False) -> _Begun:
        return self._begin(f"read-exact {sock.handle} {n}", within_ms, hold)

    def send(self, sock: TcpSocket, data: Data, *, within_ms: int | None = None, hold: bool = False) -> _Begun:
        return self._begin(f"send {sock.handle} {data_text(data)}", within_ms, hold)

    def write_all(self, sock: TcpSocket, data: Data, *, within_ms: int | None = None, hold: bool = False) -> _Begun:
        return self._begin(f"write-all {sock.handle} {data_text(data)}", within_ms, hold)

    def flush(self, sock: TcpSocket, *, within_ms: int | None = None, hold: bool = False) -> _Begun:
        return self._begin(f"flush {sock.handle}", within_ms, hold)

    def shutdown(self, sock: TcpSocket, *, within_ms: int | None = None, hold: bool = False) -> _Begun:
        return self._begin(f"shutdown {sock.handle}", within_ms, hold)

    def close(self, sock: TcpSocket, *, within_ms: int | None = None, hold: bool = False) -> _Begun:
        return self._begin(f"close {sock.handle}", within_ms, hold)

    def send_to(
        self,
        udp: UdpSocket,
        peer: Host | str,
        port: int,
        data: Data,
        *,
        within_ms: int | None = None,
        hold: bool = False,
    ) -> _Begun:
        words = f"send-to {udp.handle} {endpoint_text(peer, port)} {data_text(data)}"
        return self._begin(words, within_ms, hold)

    def recv_from(self, udp: UdpSocket, size: int = 200, *, within_ms: int | None = None, hold: bool = False) -> _Begun:
        return self._begin(f"recv-from {udp.handle} {size}", within_ms, hold)

    def _begin(self, words: str, within_ms: int | None, hold: bool) -> _Begun:
        raise NotImplementedError


class Futures(Operations[Future]):
    """Polled by tasks of their own; beside those of sockets what else ax/future.h and ax/stack_future.h have."""

    def sent(self, udp: UdpSocket, id_: int, *, within_ms: int | None = None, hold: bool = False) -> Future:
        return self._begin(f"sent {udp.handle} {id_}", within_ms, hold)

    def dhcp(self, *, within_ms: int | None = None, hold: bool = False) -> Future:
        """The client that it may start goes on behind it, until `dut.dhcp_release()` or the end of the scenario."""
        self._handles.undo_with("dhcp release")
        return self._begin("dhcp", within_ms, hold)

    def dns(self, name: bytes | str, *, within_ms: int | None = None, hold: bool = False) -> Future:
        """Bytes are any, text what a word of the shell can hold. What is known is forgotten at the scenario's end."""
        self._handles.undo_with("dns forget")
        words = f"text:{name}" if isinstance(name, str) else data_text(name)
        return self._begin(f"dns {words}", within_ms, hold)

    def until(self, what: str, *, within_ms: int | None = None, hold: bool = False) -> Future:
        """`what` is "link-up", "link-down", "address" or "address-lost"."""
        return self._begin(f"until {what}", within_ms, hold)

    def sleep(self, ms: int, *, within_ms: int | None = None, hold: bool = False) -> Future:
        return self._begin(f"sleep {ms}", within_ms, hold)

    def select(self, *parts: Future) -> Future:
        """The first that is done, by its place among them, from 0. They were held."""
        return self._begin(f"select {' '.join(str(part.handle) for part in parts)}", None, False)

    def join(self, *parts: Future) -> Future:
        return self._begin(f"join {' '.join(str(part.handle) for part in parts)}", None, False)

    def _begin(self, words: str, within_ms: int | None, hold: bool) -> Future:
        deadline = [] if within_ms is None else [f"within={within_ms}"]
        return self._handles.start_future(" ".join(["future", words, *deadline, *(["hold"] if hold else [])]))


def _view(fields: Fields) -> FutureView:
    data = bytes.fromhex(fields.values.get("hex", ""))
    return FutureView(_result(fields), fields.number("done"), data, fields.values.get("addr"))


def _result(fields: Fields) -> Result:
    text = fields.text("result")
    return int(text) if text.isdecimal() else text
