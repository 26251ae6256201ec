# SPDX-License-Identifier: GPL-2.0-or-later
"""Whatever is timed, a deadline is one poll of the network task: no timer wakes it twice, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import pytest
from scapy.layers.inet import ICMP, IP, UDP

from plumbline.scenario import Dut, FenceAnswer, Given, Peer, StackClock, introduce, reach, scenario

MINUTE_MS = 60_000
POLLS_BESIDE = 3  # the end of the advance, where frames may wait; the fence behind it, taken in and answered
DATAGRAMS = 100


class Lines(Protocol):
    def fence(self) -> FenceAnswer: ...


class Bench(Protocol):
    lines: Lines


def _neighbour(dut: Dut, peer: Peer) -> None:
    introduce(peer)


def _half_a_packet(dut: Dut, peer: Peer) -> None:
    introduce(peer)
    peer.send(IP(id=1, flags="MF") / UDP(sport=9, dport=9, len=24) / bytes(8))


def _connection(state: str) -> Callable[[Dut, Peer], None]:
    def reached(dut: Dut, peer: Peer) -> None:
        reach(dut, peer, state)

    return reached


def _full_ring(dut: Dut, peer: Peer) -> None:
    reached = reach(dut, peer, "ESTABLISHED", Given(tx_full=True))
    dut.fault_tx_full("all")
    reached.conn.send(b"cannot be acknowledged")


def _deferred(dut: Dut, peer: Peer) -> None:
    reached = reach(dut, peer, "ESTABLISHED")
    dut.fault_rx_defer(True)
    reached.conn.send(b"not noticed")


HELD: dict[str, Callable[[Dut, Peer], None]] = {
    "a neighbour": _neighbour,
    "half a packet": _half_a_packet,
    "a connection": _connection("ESTABLISHED"),
    "a connection in FIN-WAIT-2": _connection("FIN-WAIT-2"),
    "a connection in TIME-WAIT": _connection("TIME-WAIT"),
    "a full transmit ring": _full_ring,
    "frames that are not noticed": _deferred,
}


@scenario("AX-TIME-5", "AX-TIME-14", "AX-BENCH-9")
@pytest.mark.parametrize("held", HELD)
def test_a_deadline_is_one_poll(dut: Dut, peer: Peer, clock: StackClock, held: str) -> None:
    HELD[held](dut, peer)
    before = dut.tasks()

    view = dut.command(f"clock advance {MINUTE_MS}").fields
    after = dut.tasks()

    deadlines = after.deadlines - before.deadlines
    assert deadlines == view.number("deadlines") > POLLS_BESIDE
    assert after.by_name["network"] - before.by_name["network"] <= deadlines + POLLS_BESIDE


@scenario("AX-BENCH-1", "AX-TIME-4")
def test_a_fence_is_answered_behind_the_last_of_many_datagrams(bench: Bench, dut: Dut, peer: Peer) -> None:
    introduce(peer)
    udp = dut.udp(tx=DATAGRAMS, tx_slots=DATAGRAMS)
    udp.bind(9)
    dut.poll_by_hand()
    for number in range(DATAGRAMS):
        udp.send(peer, 9, bytes([number]))
    peer.frames()
    before = bench.lines.fence()

    dut.poll_auto()
    first, second = bench.lines.fence(), bench.lines.fence()

    assert (first.frames_out - before.frames_out, second.frames_out) == (DATAGRAMS, first.frames_out)
    assert len(peer.frames()) == DATAGRAMS


@scenario("AX-TIME-7", "AX-BENCH-2")
def test_a_fence_tells_what_a_full_transmit_ring_refused(bench: Bench, dut: Dut, peer: Peer) -> None:
    introduce(peer)
    before = bench.lines.fence().refused
    dut.fault_tx_full(2)

    peer.send(IP() / ICMP(type="echo-request"))
    peer.send(IP() / ICMP(type="echo-request"))

    assert bench.lines.fence().refused - before == dut.link()["tx_full"] == 2
