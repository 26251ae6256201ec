# SPDX-License-Identifier: GPL-2.0-or-later
"""What the application does meanwhile, and time that passes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st

from plumbline.scenario import Pattern, TcpSocket
from scenarios.hostile.scene import SEED, Scene
from scenarios.hostile.steps import Step
from scenarios.hostile.traffic import connections

_ALL = 70_000  # more than any ring holds

_CALLS: dict[str, Callable[[TcpSocket], object]] = {
    "read": lambda sock: sock.recv_pattern(_ALL, SEED),
    "read one": lambda sock: sock.recv(1),
    "close": TcpSocket.close,
    "abort": TcpSocket.abort,
    "no delay": lambda sock: sock.option(no_delay=1),
    "keep alive": lambda sock: sock.option(keepalive_ms=1000, keepalive_every_ms=500),
    "give up soon": lambda sock: sock.option(user_timeout_ms=5000),
}


@dataclass(frozen=True, repr=False)
class Calls(Step):
    conn: int
    what: str

    def run(self, scene: Scene) -> None:
        scene.ask(lambda: _CALLS[self.what](scene.conns[self.conn].sock))


@dataclass(frozen=True, repr=False)
class Writes(Step):
    conn: int
    length: int

    def run(self, scene: Scene) -> None:
        scene.ask(lambda: scene.conns[self.conn].sock.send(Pattern(SEED, 0, self.length)))


@dataclass(frozen=True, repr=False)
class Offers(Step):
    conn: int
    anew: bool = False

    def run(self, scene: Scene) -> None:
        if self.anew:
            scene.renew(self.conn)
        else:
            scene.offer(scene.conns[self.conn])


@dataclass(frozen=True, repr=False)
class WritesDatagram(Step):
    length: int
    host: str = "10.0.0.1"

    def run(self, scene: Scene) -> None:
        scene.ask(lambda: scene.udp.send(self.host, 5000, Pattern(SEED, 0, self.length)))


@dataclass(frozen=True, repr=False)
class ReadsDatagram(Step):
    def run(self, scene: Scene) -> None:
        scene.ask(lambda: scene.udp.recv_pattern(_ALL, SEED))


@dataclass(frozen=True, repr=False)
class Passes(Step):
    """Time."""

    ms: int

    def run(self, scene: Scene) -> None:
        scene.clock.advance(self.ms)


steps: list[st.SearchStrategy[Step]] = [
    st.builds(Calls, connections, st.sampled_from(sorted(_CALLS))),
    st.builds(Writes, connections, st.sampled_from([100, 1, 1000, 4000])),
    st.builds(Offers, connections, st.booleans()),
    st.builds(WritesDatagram, st.sampled_from([1, 0, 100, 1472, 3000]), st.sampled_from(["10.0.0.1", "10.0.0.77"])),
    st.builds(ReadsDatagram),
    st.builds(Passes, st.sampled_from([250, 1, 500, 3000, 20_000, 100_000, 240_000])),
]
