# SPDX-License-Identifier: GPL-2.0-or-later
"""A device with a listener, connections both ways and a UDP socket, and a host beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from hypothesis import strategies as st

from plumbline.scenario import Dut, Pattern, Peer, Refused, StackClock, TcpSocket, Wire
from scenarios.hostile.conversation import Conversation
from scenarios.hostile.frames import Way

LISTENED, BOUND = 7, 9  # ports of the device
CALLED = 80  # the first port of the peer that the device calls
PASSIVE, ACTIVE = 3, 1  # connections
SEED = 5
TEXT = bytes(Pattern(SEED, 0, 2000))

_LARGEST = 0  # as large as the largest window
_sizes = st.sampled_from([4096, 100, 1, 1460, _LARGEST])


class Bench(Protocol):
    dut: Dut
    peer: Peer
    clock: StackClock
    wire: Wire

    def begin_example(self) -> None: ...

    def end_example(self) -> None: ...


@dataclass(frozen=True)
class Furniture:
    """What an application has opened at first; the sizes are those of each socket's rings, 0 for a window's largest."""

    policy: str
    rx: Sequence[int]
    tx: Sequence[int]


_rings = st.tuples(*[_sizes] * (PASSIVE + ACTIVE))
furniture = st.builds(Furniture, policy=st.sampled_from(["reset", "drop"]), rx=_rings, tx=_rings)


class Scene:
    def __init__(self, bench: Bench, furniture: Furniture) -> None:
        self.dut, self.peer, self.clock = bench.dut, bench.peer, bench.clock
        self.send = bench.wire.send
        self.way = Way.of(self.peer)
        self._furniture = furniture
        self._listener = self.dut.listen(LISTENED, furniture.policy)
        self.udp = self.dut.udp(3000, 4, 3000, 4)
        self.udp.bind(BOUND)
        self.conns = [self._begin(number) for number in range(PASSIVE + ACTIVE)]

    def _begin(self, number: int) -> Conversation:
        ports = (40000 + number, LISTENED) if number < PASSIVE else (CALLED + number, 1024 + number)
        conn = Conversation(self.peer, self.send, ports, self._socket(number))
        self.offer(conn)
        return conn

    def renew(self, number: int) -> None:
        """The application destroys the socket and opens another in its place."""
        conn = self.conns[number]
        conn.sock.destroy()
        conn.sock = self._socket(number)
        self.offer(conn)

    def offer(self, conn: Conversation) -> None:
        """It lends the socket to the listener, or connects it."""
        remote, local = conn.ports
        if local == LISTENED:
            self.ask(lambda: self._listener.lend(conn.sock))
        else:
            self.ask(lambda: conn.sock.connect(self.peer, remote, local=local))

    def ask(self, call: Callable[[], object]) -> None:
        """The device may refuse it."""
        try:
            call()
        except Refused:
            return

    def _socket(self, number: int) -> TcpSocket:
        largest = self.dut.profile["window_max"]
        return self.dut.tcp(self._furniture.rx[number] or largest, self._furniture.tx[number] or largest)
