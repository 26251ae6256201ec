# SPDX-License-Identifier: GPL-2.0-or-later
"""A socket and its wire, driven by Hypothesis, against a pure model of the contract. It shrinks what it finds.

In the suite the search is the same every time; `make explore` searches at random and prints its seed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Protocol

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Peer, Refused, StackClock, connected, scenario
from scenarios.readiness.connection_model import ConnectionModel, Said

RX, TX = 300, 200
STEPS = 30
COMMAND_MAX = 200  # bytes that one command carries
SYNCHRONIZED_WITHOUT_PEER_FIN = {"ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2"}
FIN = 1

sizes = st.integers(min_value=0, max_value=COMMAND_MAX)


class Bench(Protocol):
    dut: Dut
    peer: Peer
    clock: StackClock

    def begin_example(self) -> None: ...

    def end_example(self) -> None: ...


class SocketMachine(RuleBasedStateMachine):
    """`segments` are those of the device that the peer has not acknowledged: where each ends, and whether with FIN."""

    bench: ClassVar[Bench]

    def __init__(self) -> None:
        super().__init__()
        bench = self.bench
        bench.begin_example()
        self.clock = bench.clock
        self.conn, self.sock = connected(bench.dut, bench.peer, rx=RX, tx=TX)
        self.model = ConnectionModel(RX, TX)
        self.first = self.conn.rcv_nxt
        self.sent = 0  # bytes the peer sent, so that each is another
        self.arrived = bytearray()
        self.fin_arrived = False
        self.acked = 0
        self.peer_gone = False

    def teardown(self) -> None:
        self.bench.end_example()

    # the application

    @rule(n=sizes)
    def send(self, n: int) -> None:
        data = bytes((len(self.model.taken) + i) % 251 for i in range(n))
        assert self.said(lambda: self.sock.send(data)) == self.model.send(data)

    @rule(n=sizes)
    def recv(self, n: int) -> None:
        assert self.said(lambda: self.sock.recv(n)) == self.model.recv(n)

    @rule()
    def close(self) -> None:
        assert self.said(self.sock.close) == self.model.close()

    @rule()
    def abort(self) -> None:
        self.sock.abort()
        self.model.abort()
        self.peer_gone = True

    # the peer

    @precondition(lambda self: self.model.state in SYNCHRONIZED_WITHOUT_PEER_FIN and not self.peer_gone)
    @rule(n=st.integers(min_value=1, max_value=2 * RX))
    def peer_sends(self, n: int) -> None:
        data = bytes((self.sent + i) % 239 for i in range(min(n, self.shown())))
        if data:
            self.conn.send(TCP(flags="PA", ack=self.una()) / data)
            self.model.received(data)
            self.sent += len(data)

    @precondition(lambda self: not self.peer_gone)
    @rule()
    def peer_acks_all(self) -> None:
        self.take()
        self.ack(len(self.arrived), fin=self.fin_arrived)

    @precondition(lambda self: not self.peer_gone)
    @rule()
    def peer_acks_again(self) -> None:
        self.conn.send(TCP(flags="A", ack=self.una()))

    @precondition(lambda self: self.model.state in SYNCHRONIZED_WITHOUT_PEER_FIN and not self.peer_gone)
    @rule()
    def peer_closes(self) -> None:
        if self.shown() > 0:  # a FIN takes room in the window, like an octet
            self.conn.send(TCP(flags="FA", ack=self.una()))
            self.model.fin_received()

    @precondition(lambda self: not self.peer_gone)
    @rule()
    def peer_resets(self) -> None:
        self.conn.send(TCP(flags="R"))
        self.model.reset_received()
        self.peer_gone = self.model.state == "CLOSED"

    # time

    @rule(ms=st.integers(min_value=1, max_value=3000))
    def time_passes(self, ms: int) -> None:
        self.clock.advance(ms)

    # what always holds

    @invariant()
    def predicates_are_the_models(self) -> None:
        view = self.sock.state()
        assert (view.state, view.end) == (self.model.state, self.model.end)
        assert (view.may_send, view.can_send, view.may_recv, view.can_recv) == self.model.predicates
        assert view.rx == len(self.model.unread)

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        self.take()
        assert self.arrived == self.model.taken[: len(self.arrived)]

    def take(self) -> None:
        """Puts what the device sent together; what was sent before is compared where it overlaps."""
        for segment in self.conn.segments():
            at = (segment.seq - self.first) % (1 << 32)
            if segment.payload and at <= len(self.arrived):
                known = self.arrived[at : at + len(segment.payload)]
                assert segment.payload[: len(known)] == known
                self.arrived += segment.payload[len(known) :]
            if segment.flags & FIN and at + len(segment.payload) == len(self.arrived):
                self.fin_arrived = True

    def shown(self) -> int:
        """What the device's window takes now."""
        self.take()
        return (self.conn.dut_acked + self.conn.dut_window - self.conn.snd_nxt) % (1 << 32)

    def una(self) -> int:
        """What the peer has acknowledged so far."""
        return (self.first + self.acked) % (1 << 32)

    def ack(self, count: int, *, fin: bool) -> None:
        self.acked = count + fin
        self.conn.send(TCP(flags="A", ack=self.una()))
        self.model.acked(count)
        if fin:
            self.model.fin_acked()

    @staticmethod
    def said(call: Callable[[], Said | None]) -> Said:
        try:
            value = call()
        except Refused as refusal:
            return refusal.name
        return "ok" if value is None else value


@pytest.mark.explore
@scenario("AX-PRED-1", "AX-PRED-12", "AX-TCP-8", "AX-TCP-11")
def test_a_socket_is_what_the_contract_says(bench: Bench) -> None:
    class OnThisBench(SocketMachine):
        pass

    OnThisBench.bench = bench
    run_state_machine_as_test(OnThisBench, settings=settings(stateful_step_count=STEPS))
