# SPDX-License-Identifier: GPL-2.0-or-later
"""The upper tester: every call of the device's shell, typed. A refusal raises Refused."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Protocol

from plumbline.errors import HarnessError, Refused, Unsupported
from plumbline.shell.beyond import BoundedLine, why_beyond
from plumbline.shell.callbacks import Callbacks, CallbackServer
from plumbline.shell.driver import Driver
from plumbline.shell.futures import Futures
from plumbline.shell.handles import Handles
from plumbline.shell.line import Host, ShellLine, endpoint_text
from plumbline.shell.listener import Listener
from plumbline.shell.profile import Limits
from plumbline.shell.protocol import DutEvent, Reply
from plumbline.shell.proxied import ProxiedListener, ProxiedSocket
from plumbline.shell.proxy import Proxy
from plumbline.shell.pump import Pump
from plumbline.shell.reactor import Reactor
from plumbline.shell.server import Server
from plumbline.shell.tcp import TcpSocket
from plumbline.shell.udp import UdpSocket
from plumbline.shell.views import Identity, MemView, NetView, PollView, TasksView, mem_view, tasks_view
from plumbline.shell.watch import Watch
from plumbline.shell.ways import CORE, MASK, PREFIX, PROXY, WITH_DATAGRAMS

NEVER_MS = 2_147_483_647  # as far ahead as a deadline of the device may lie


class Cable(Protocol):
    """The switch beside the wire."""

    def plug(self, plugged: bool) -> None: ...


class Dut:
    """One device. It remembers what it was asked to open, so that the bench can give it all back."""

    def __init__(self, line: ShellLine, cable: Cable, way: str = CORE) -> None:
        """`way`: what its sockets go through unless they say otherwise."""
        self._line: ShellLine = BoundedLine(line, self._why_beyond)
        self._cable = cable
        self.way = way
        self.handles = Handles(self._line)

    @property
    def futures(self) -> Futures:
        """Operations with tasks of their own."""
        return Futures(self.handles)

    def begin_anew(self) -> None:
        """The device was started again: nothing is open, and its profile may be another."""
        self.handles = Handles(self._line)
        self.__dict__.pop("profile", None)

    def command(self, command: str) -> Reply:
        """Any command, as it stands in docs/bench-protocol.md."""
        if command.split()[:1] == ["reset"]:
            raise HarnessError("a device that resets does not reply: the fixture `restart` puts a new one in its place")
        return self._line.command(command)

    # Sockets

    def tcp(self, rx: int = 4096, tx: int = 4096, through: str | None = None) -> TcpSocket:
        handle = self._line.command(f"tcp open {rx} {tx}{self._through(through)}").fields.number("sock")
        kind = ProxiedSocket if (through or self.way) == PROXY else TcpSocket
        return self.handles.keep_tcp(kind(self._line, handle, rx + tx))

    def callbacks(self, sock: TcpSocket) -> Callbacks:
        """What the client of a socket that goes through callbacks is told from now on."""
        return Callbacks(self._line, sock)

    def serve_callbacks(self, port: int, policy: str = "reset") -> CallbackServer:
        """A server that calls back; its pool is lent to it socket by socket."""
        return CallbackServer(self._line, self.handles, port, policy)

    def driver(self, places: int) -> Driver:
        """A readiness driver, polled by hand. Its sockets go through no way of their own."""
        return Driver(self._line, self.handles, places)

    def reactor(self, places: int) -> Reactor:
        """A completion reactor. Its sockets go through no way of their own."""
        return Reactor(self._line, self.handles, places)

    def listen(self, port: int, policy: str = "reset", addr: str | None = None) -> Listener:
        """`policy` is "reset", "drop", or "hold=N": so many SYNs that find no socket are held, others dropped."""
        if self.way == PROXY:
            return self._listen_everywhere(port, policy, addr)
        reply = self._line.command(f"listen open {endpoint_text(addr, port)} {policy}")
        places = int(policy.partition("=")[2] or 0)
        return self.handles.keep_listener(Listener(self._line, reply.fields.number("listener"), port, places))

    def _listen_everywhere(self, port: int, policy: str, addr: str | None) -> Listener:
        """The proxy's listener, as one of that port; the first begins the proxy."""
        if not self.profile["proxy"]:
            raise Unsupported("the image has no proxy")
        proxy = self.handles.proxy or self.proxy(PREFIX, MASK, policy, tuples=0, handshake=NEVER_MS)
        if addr is not None or policy != proxy.policy:
            raise Unsupported("the proxy has one listener, for every address and port")
        return ProxiedListener(self._line, proxy.listener.handle, port, proxy.listener.places)

    def accept_on(self, port: int, rx: int = 4096, tx: int = 4096) -> TcpSocket:
        """A socket lent to a listener of its own: the next peer that connects there gets it."""
        sock = self.tcp(rx, tx)
        self.listen(port).lend(sock)
        return sock

    def udp(
        self, rx: int = 4096, rx_slots: int = 8, tx: int = 4096, tx_slots: int = 8, through: str | None = None
    ) -> UdpSocket:
        """Beside connections that go through a way without datagrams it makes its own calls."""
        way = through or self.way
        if through is None and way not in WITH_DATAGRAMS:
            if not self.handles.count("tcp_sockets") and self.handles.proxy is None:
                raise Unsupported(f"{way} has no datagrams, and no connection of it is beside this socket")
            way = CORE
        command = f"udp open {rx} {rx_slots} {tx} {tx_slots}{self._through(way)}"
        handle = self._line.command(command).fields.number("sock")
        return self.handles.keep_udp(UdpSocket(self._line, handle, rx + tx))

    def proxy(self, prefix: str = "0.0.0.0", mask: str = "0.0.0.0", policy: str = "reset", **options: int) -> Proxy:
        """The any-IP proxy, for the addresses of that prefix on the link, and for a packet device where `packets` says
        of how many slots. Options: `tcp_idle`, `udp_idle`, `handshake`, `keep` in ms; `tuples`, `ring`, `packets`."""
        words = [f"proxy start {prefix} {mask} {policy}", *(f"{key}={value}" for key, value in options.items())]
        handle = self._line.command(" ".join(words)).fields.number("listener")
        places = int(policy.partition("=")[2] or 0)
        return self.handles.keep_proxy(Proxy(self._line, Listener(self._line, handle, 0, places), policy))

    # Tasks of the device

    def serve(self, service: str, port: int, connections: int = 2, rx: int = 2920, tx: int = 2920) -> Server:
        """`service` is "echo", "discard", "chargen" or "http"; so many connections at once, each with such rings."""
        command = f"serve {service} {port} connections={connections} rx={rx} tx={tx}"
        return self._server(command, connections * (rx + tx))

    def serve_udp(self, service: str, port: int) -> Server:
        """The same for datagrams: "echo" or "discard"."""
        return self._server(f"serve udp-{service} {port}", 0)

    def _server(self, command: str, ring_bytes: int) -> Server:
        handle = self._line.command(command).fields.number("server")
        return self.handles.keep_server(Server(self._line, handle, ring_bytes))

    def watch(
        self,
        sock: TcpSocket | UdpSocket,
        interest: str,
        deadline_ms: int | None = None,
        again: bool = False,
        room: int | None = None,
    ) -> Watch:
        """`interest` is "readable", "writable", "both" or "released", which also outlives the socket's handle. UDP:
        writable is room for a datagram of `room` bytes."""
        kind = "tcp" if isinstance(sock, TcpSocket) else "udp"
        words = [f"watch {kind} {sock.handle} {interest}"]
        if deadline_ms is not None:
            words.append(f"deadline={deadline_ms}")
        if room is not None:
            words.append(f"room={room}")
        if again:
            words.append("again")
        return self.handles.start_watch(" ".join(words))

    def pump_source(self, sock: TcpSocket, seed: int, total: int) -> Pump:
        return self.handles.start_pump(f"pump source {sock.handle} {seed} {total}")

    def pump_sink(self, sock: TcpSocket, seed: int, total: int = 0) -> Pump:
        """`total` 0: until the end of the stream."""
        return self.handles.start_pump(f"pump sink {sock.handle} {seed} {total}")

    def pump_echo(self, sock: TcpSocket) -> Pump:
        return self.handles.start_pump(f"pump echo {sock.handle}")

    def pump_udp_source(self, udp: UdpSocket, peer: Host | str, port: int, seed: int, first: int, last: int) -> Pump:
        """One datagram of each length from `first` to `last`."""
        return self.handles.start_pump(
            f"pump udp-source {udp.handle} {endpoint_text(peer, port)} {seed} {first} {last}"
        )

    def pump_udp_sink(self, udp: UdpSocket, seed: int, count: int) -> Pump:
        return self.handles.start_pump(f"pump udp-sink {udp.handle} {seed} {count}")

    def pump_udp_echo(self, udp: UdpSocket) -> Pump:
        return self.handles.start_pump(f"pump udp-echo {udp.handle}")

    def events(self) -> Sequence[DutEvent]:
        """All that it said of itself, oldest first: what watches, pumps and futures tell, in one order."""
        self._line.hear_out()
        return self._line.dut_events

    # Polling by hand, and faults

    def poll_by_hand(self) -> None:
        self._line.command("poll hand")
        self.handles.undo_with("poll auto")

    def poll_auto(self) -> None:
        self._line.command("poll auto")

    def poll(self, frames: int = 0, datagrams: int = 0) -> PollView:
        """One poll by hand, of at most so many frames in and datagrams out."""
        fields = self._line.command(f"poll {frames} {datagrams}").fields
        return PollView(fields.number("waiting"), fields.number("frames"))

    def waiting(self) -> int:
        """Frames that wait for a poll by hand."""
        return self._line.command("poll", changes=False).fields.number("waiting")

    def fault_tx_full(self, count: int | str) -> None:
        """The next `count` sends find the transmit ring full; "all", "off"."""
        self._fault("tx-full", count)

    def fault_tx_room(self, frames: int | str) -> None:
        """The transmit ring takes so many frames more and is full then; "off"."""
        self._fault("tx-room", frames)

    def fault_rx_alloc(self, count: int | str) -> None:
        """The next `count` frames received find no buffer; "all", "off"."""
        self._fault("rx-alloc", count)

    def fault_rx_defer(self, defer: bool) -> None:
        """Frames received are not noticed until called with False."""
        self._fault("rx-defer", "on" if defer else "off")

    def cable(self, plugged: bool) -> None:
        """Pulls it or puts it back. The stack hears of it after debouncing, in stack time."""
        self._cable.plug(plugged)
        self.handles.cable_plugged = plugged

    # What it tells of itself

    def link(self) -> dict[str, int]:
        return self._line.command("link", changes=False).fields.numbers()

    def net(self, addr: str | None = None, mask: str = "255.255.255.0", gateway: str = "0.0.0.0") -> NetView:
        """With an address: changes it first."""
        command = "net" if addr is None else f"net {addr} {mask} {gateway}"
        fields = self._line.command(command, changes=addr is not None).fields
        return NetView(fields.text("addr"), fields.text("mask"), fields.text("gateway"), fields.text("mac"))

    def dhcp(self) -> dict[str, str]:
        """The DHCP client: `running`, `bound`, and its lease, as the device says them."""
        return dict(self._line.command("dhcp", changes=False).fields.values)

    def dhcp_release(self) -> None:
        self._line.command("dhcp release")

    def dns(self) -> dict[str, str]:
        """The resolver: `server`, `other_server`, and how many names are `asked` for and `known`."""
        return dict(self._line.command("dns", changes=False).fields.values)

    def dns_servers(self, server: Host | str, other: Host | str = "0.0.0.0") -> None:
        """Whom it asks, until the end of the scenario."""
        self.handles.undo_with("dns servers 0.0.0.0 0.0.0.0")
        servers = (one if isinstance(one, str) else one.ip for one in (server, other))
        self._line.command(f"dns servers {' '.join(servers)}")

    def dns_forget(self) -> None:
        self._line.command("dns forget")

    def mem(self) -> MemView:
        reply = self._line.command("mem", changes=False)
        return mem_view(reply.data, reply.fields)

    def tasks(self) -> TasksView:
        reply = self._line.command("tasks", changes=False)
        return tasks_view(reply.data, reply.fields)

    def identity(self) -> Identity:
        fields = self._line.command("id", changes=False).fields
        build, version, lwip, profile = (fields.text(name) for name in ("build", "version", "lwip", "profile"))
        return Identity(build, version, lwip, profile, fields.number("protocol"))

    @cached_property
    def profile(self) -> Limits:
        """The device's limits, as it says them."""
        data = self._line.command("profile", changes=False).data
        return Limits({one.text("name"): one.number("value") for one in data})

    @property
    def limits_asked(self) -> tuple[str, ...]:
        """Which of them were asked for, without asking the device."""
        profile = self.__dict__.get("profile")
        return tuple(sorted(profile.asked)) if isinstance(profile, Limits) else ()

    def _through(self, way: str | None) -> str:
        way = way or self.way
        return "" if way in (CORE, PROXY) else f" through={way}"

    def _why_beyond(self, refusal: Refused) -> str | None:
        return why_beyond(refusal, self.handles, lambda: self.profile)

    def _fault(self, kind: str, value: int | str) -> None:
        self._line.command(f"link fault {kind} {value}")
        self.handles.undo_with(f"link fault {kind} off")
