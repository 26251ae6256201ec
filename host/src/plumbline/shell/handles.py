# SPDX-License-Identifier: GPL-2.0-or-later
"""What was opened on the device and not given back yet."""

from __future__ import annotations

from plumbline.errors import Refused
from plumbline.shell.futures import Future
from plumbline.shell.line import ShellLine
from plumbline.shell.listener import Listener
from plumbline.shell.proxy import Proxy
from plumbline.shell.pump import Pump
from plumbline.shell.server import Server
from plumbline.shell.tcp import TcpSocket
from plumbline.shell.udp import UdpSocket
from plumbline.shell.watch import Watch

AT_MOST_EACH = 512  # bytes of a socket itself, its slots and the arena's own


class Handles:
    """A handle that ended is used again by the device: the list keeps what each one means now."""

    def __init__(self, line: ShellLine) -> None:
        self._line = line
        self.cable_plugged = True
        self._tcp: list[TcpSocket] = []
        self._listeners: list[Listener] = []
        self._udp: list[UdpSocket] = []
        self._watches: dict[int, Watch] = {}
        self._pumps: dict[int, Pump] = {}
        self._servers: list[Server] = []
        self._proxies: list[Proxy] = []
        self._futures: dict[int, Future] = {}
        self._undo: dict[str, None] = {}  # commands, each once, in the order first needed

    def asked_bytes(self) -> int:
        """What all that is open takes of the arena, sockets reckoned large."""
        open_now = [
            *(sock.ring_bytes for sock in self._tcp if not sock.destroyed),
            *(udp.ring_bytes for udp in self._udp if not udp.closed),
            *(server.ring_bytes for server in self._servers if not server.stopped),
            *(AT_MOST_EACH * one.places for one in self._listeners if not one.closed),
        ]
        return sum(open_now) + AT_MOST_EACH * len(open_now)

    def count(self, table: str) -> int:
        """How many are open of what that limit of the profile bounds."""
        return {
            "tcp_sockets": sum(not sock.destroyed for sock in self._tcp),
            "listeners": sum(not listener.closed for listener in self._listeners),
            "udp_sockets": sum(not udp.closed for udp in self._udp),
            "watches": sum(watch.waits for watch in self._watches.values()),
            "pumps": sum(pump.runs for pump in self._pumps.values()),
            "futures": sum(not future.withdrawn for future in self._futures.values()),
            "servers": sum(not server.stopped for server in self._servers),
        }[table]

    def keep_tcp(self, sock: TcpSocket) -> TcpSocket:
        self._tcp.append(sock)
        return sock

    def keep_listener(self, listener: Listener) -> Listener:
        self._listeners.append(listener)
        return listener

    def keep_udp(self, udp: UdpSocket) -> UdpSocket:
        self._udp.append(udp)
        return udp

    def keep_server(self, server: Server) -> Server:
        self._servers.append(server)
        return server

    @property
    def proxy(self) -> Proxy | None:
        """The one that runs."""
        return next((proxy for proxy in self._proxies if not proxy.stopped), None)

    def keep_proxy(self, proxy: Proxy) -> Proxy:
        self._proxies.append(proxy)
        return proxy

    def start_watch(self, command: str) -> Watch:
        since = self._said()
        handle = self._line.command(command).fields.number("watch")
        if handle in self._watches:
            self._watches[handle].until = since
        self._watches[handle] = Watch(self._line, handle, since, goes_on=command.endswith(" again"))
        return self._watches[handle]

    def start_pump(self, command: str) -> Pump:
        since = self._said()
        handle = self._line.command(command).fields.number("pump")
        if handle in self._pumps:
            self._pumps[handle].until = since
        self._pumps[handle] = Pump(self._line, handle, since)
        return self._pumps[handle]

    def start_future(self, command: str) -> Future:
        since = self._said()
        handle = self._line.command(command).fields.number("future")
        if handle in self._futures:
            self._futures.pop(handle).until = since
        self._futures[handle] = Future(self._line, handle, since)
        return self._futures[handle]

    def undo_with(self, command: str) -> None:
        """`command` takes back what a scenario did to the device as a whole."""
        self._undo[command] = None

    def give_back(self) -> None:
        """Destroys and closes all of it. What ended by itself is refused, and that is fine."""
        commands = [
            *self._undo,
            *(f"future withdraw {one.handle}" for one in reversed(self._futures.values()) if not one.withdrawn),
            *(f"watch stop {one.handle}" for one in self._watches.values() if not one.stopped),
            *(f"pump stop {one.handle}" for one in self._pumps.values() if not one.stopped),
            *(f"serve stop {one.handle}" for one in self._servers if not one.stopped),
            *(f"listen close {one.handle}" for one in self._listeners if not one.closed),
            *(f"udp close {one.handle}" for one in self._udp if not one.closed),
            *(f"tcp destroy {one.handle}" for one in self._tcp if not one.destroyed),
            *("proxy stop" for one in self._proxies if not one.stopped),
        ]
        for command in commands:
            self._try(command)

    def _said(self) -> int:
        """How much the device has said of itself, with nothing more to come."""
        self._line.hear_out()
        return len(self._line.dut_events)

    def _try(self, command: str) -> None:
        try:
            self._line.command(command)
        except Refused as refusal:
            if refusal.name != "no-such":
                raise
