# SPDX-License-Identifier: GPL-2.0-or-later
"""Linux as the device's peer: connections and tools of its own, over a wire that may be bad.

echoed = linux.open(7, sends=data)
linux.wait(echoed)
echoed.expect(data)
page = linux.run("curl", "-sS", f"http://{linux.device}/")
"""

from __future__ import annotations

import selectors
import time
from collections.abc import Callable
from types import TracebackType

from plumbline.errors import Unexpected
from plumbline.kernel.bridge import Bridge, Fates
from plumbline.kernel.exchange import Exchange
from plumbline.kernel.impairment import Odds
from plumbline.kernel.namespace import Namespace, Place
from plumbline.kernel.tool import Ran, Tool
from plumbline.kernel.wire import RealTimeWire

WITHIN_S = 120.0  # what a wait may take at most; far above what any takes
LATE_S = 0.005  # without any frame: what is late has been overtaken enough
_SILENCE_S = 5.0  # without a frame of the device: it is asked by a fence whether it lives
_LOOK_S = 0.02  # between two looks at a condition
_TOLD = ("Tcp.RetransSegs", "Tcp.InErrs", "TcpExt.TCPTimeouts", "TcpExt.TCPOFOQueue")


class Linux:
    """Everything happens in the caller's thread, inside `wait`, `run` and `until`; between them the wire rests."""

    def __init__(self, wire: RealTimeWire, place: Place, device: str, seed: int) -> None:
        """`device` is its address."""
        self.device = device
        self.ip = place.address.partition("/")[0]
        self._wire = wire
        self._seed = seed
        self._namespace = Namespace(place)
        self._bridge = Bridge(wire, self._namespace.wire, seed)
        self._exchanges: list[Exchange] = []
        self._heard, self._heard_at = 0, time.monotonic()
        self._ready = selectors.DefaultSelector()
        self._watch(wire.fileno(), lambda _: self._bridge.take_from_device())
        self._watch(self._namespace.wire.fileno(), lambda _: self._bridge.take_from_linux())

    def impair(self, odds: Odds) -> None:
        """What becomes of frames from now on, both ways, by the bench's seed."""
        self._wire.note(f"the bridge, seed {self._seed}: {odds}")
        self._bridge.impair(odds)

    # -- connections and tools

    def open(self, port: int, sends: bytes = b"", takes: int | None = None) -> Exchange:
        """Begins a connection to the device: sends `sends` and ends its half, and reads to the end of the stream; or
        reads `takes` bytes and is closed then. To be waited for soon: nothing moves between two waits."""
        exchange = Exchange(self._namespace.tcp(), (self.device, port), sends, takes)
        self._exchanges.append(exchange)
        self._watch(exchange.sock.fileno(), lambda events: self._go_on(exchange, events), exchange.events)
        return exchange

    def wait(self, *exchanges: Exchange, within_s: float = WITHIN_S) -> None:
        """Until all are done. Unexpected when one fails."""
        self._until(lambda: all(one.is_done for one in exchanges), within_s, lambda: "\n".join(map(str, exchanges)))
        self._account(min(one.began for one in exchanges), sum(one.sent + len(one.received) for one in exchanges))

    def run(self, *command: str, stdin: bytes = b"", within_s: float = WITHIN_S) -> Ran:
        """Runs a program of this machine in the private network, to its end."""
        tool = Tool(self._namespace, command, stdin)
        ended: list[int] = []
        self._watch(tool.ended, ended.append)
        began = time.monotonic()
        try:
            self._until(lambda: bool(ended), within_s, lambda: tool.command)
        except BaseException:
            tool.close()
            raise
        finally:
            self._ready.unregister(tool.ended)
        ran = tool.ran()
        self._account(began, len(stdin) + len(ran.out))
        return ran

    def until(
        self,
        condition: Callable[[], bool],
        within_s: float = WITHIN_S,
        what: Callable[[], str] = lambda: "what was waited for",
    ) -> None:
        """Keeps the wire moving until the condition holds. It may ask the device. `what`, when it does not."""
        looked = 0.0
        held = False

        def look() -> bool:
            nonlocal looked, held
            if time.monotonic() - looked >= _LOOK_S:
                held, looked = condition(), time.monotonic()
            return held

        self._until(look, within_s, what)

    def fates(self) -> Fates:
        """What the bridge did to frames so far, each way."""
        return self._bridge.fates

    @property
    def overruns(self) -> int:
        """Frames of the device that Linux had no room for."""
        return self._bridge.overruns

    def counters(self) -> dict[str, int]:
        """Linux's own: "Tcp.RetransSegs", "Tcp.InCsumErrors", ...; "Frames.sent" and "Frames.received"."""
        return dict(self._namespace.counters())

    # -- the loop

    def _until(self, is_done: Callable[[], bool], within_s: float, what: Callable[[], str]) -> None:
        deadline = time.monotonic() + within_s
        while not is_done():
            self._turn()
            if time.monotonic() > deadline:
                self._wire.prove_rest()
                raise Unexpected(f"not done within {within_s:.0f} s, though the device answers fences:\n{what()}")

    def _turn(self) -> None:
        self._bridge.take_from_device()  # what came while the device was asked something
        ready = self._ready.select(LATE_S if self._bridge.holds else _LOOK_S)
        for key, events in ready:
            key.data(events)
        if not ready:
            self._bridge.release()
        self._look_after_the_device()

    def _look_after_the_device(self) -> None:
        now = time.monotonic()
        if self._bridge.from_device != self._heard:
            self._heard, self._heard_at = self._bridge.from_device, now
        elif now - self._heard_at > _SILENCE_S:
            self._wire.prove_rest()
            self._heard_at = now

    def _go_on(self, exchange: Exchange, events: int) -> None:
        exchange.go_on(events)
        if exchange.is_done:
            self._ready.unregister(exchange.sock)
            exchange.sock.close()
        elif self._ready.get_key(exchange.sock).events != exchange.events:
            self._ready.modify(exchange.sock, exchange.events, self._ready.get_key(exchange.sock).data)

    def _watch(self, fd: int, react: Callable[[int], object], events: int = selectors.EVENT_READ) -> None:
        self._ready.register(fd, events, react)

    def _account(self, began: float, moved: int) -> None:
        took = time.monotonic() - began
        counters = self._namespace.counters()
        own = ", ".join(f"{name} {counters[name]}" for name in _TOLD if counters.get(name))
        self._wire.note(
            f"{moved} bytes in {took:.2f} s, {moved * 8 / took / 1e6:.1f} Mbit/s; {self._bridge.account()}"
            f"{'; Linux: ' if own else ''}{own}"
        )

    def close(self) -> None:
        """Takes the network down, with every tool and connection in it."""
        self._bridge.close()
        for exchange in self._exchanges:
            exchange.sock.close()
        self._ready.close()
        self._namespace.close()

    def __enter__(self) -> Linux:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
