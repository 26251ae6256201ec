# SPDX-License-Identifier: GPL-2.0-or-later
"""With nothing to do the device sleeps, and nothing that goes wrong makes it spin. Polls are counted, not timed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import pytest
from scapy.layers.inet import ICMP, IP

from plumbline.scenario import (
    Dut,
    FenceAnswer,
    Given,
    Peer,
    StackClock,
    connected,
    introduce,
    reach,
    scenario,
    takes,
)

PORT = 7
SHELL_POLLS = 4  # what one command may cost: the shell's own, and a wake of the network task
DEADLINE_POLLS = 4  # what one deadline may cost
MINUTE_MS = 60_000


class Lines(Protocol):
    def fence(self) -> FenceAnswer: ...


class Bench(Protocol):
    lines: Lines


def network_polls(dut: Dut) -> int:
    return dut.tasks().by_name["network"]


def _cable_out(dut: Dut, peer: Peer) -> None:
    reach(dut, peer, "ESTABLISHED", Given(tx_full=True))
    dut.cable(False)


def _transmit_ring_full(dut: Dut, peer: Peer) -> None:
    sock = reach(dut, peer, "ESTABLISHED").sock
    dut.fault_tx_full("all")
    sock.send(b"stuck")
    udp = dut.udp()
    udp.bind(9)
    udp.send(peer, 9, b"stuck too")


def _arp_unanswered(dut: Dut, peer: Peer) -> None:
    peer.arp = False
    udp = dut.udp()
    udp.bind(9)
    udp.send("10.0.0.99", 9, b"to nobody")


def _receive_ring_deferred(dut: Dut, peer: Peer) -> None:
    conn, _ = connected(dut, peer)
    dut.fault_rx_defer(True)
    conn.send_data(b"not noticed")


TROUBLES: dict[str, Callable[[Dut, Peer], None]] = {
    "cable out with a timer due": _cable_out,
    "transmit ring full": _transmit_ring_full,
    "ARP unanswered": _arp_unanswered,
    "receive event deferred": _receive_ring_deferred,
}


@scenario("AX-TIME-5", "AX-TIME-10")
def test_an_idle_device_polls_nothing(dut: Dut, peer: Peer) -> None:
    first = dut.tasks()

    second = dut.tasks()
    peer.expect_nothing()  # a fence is answered behind an idle entry

    shell = second.by_name["shell"] - first.by_name["shell"]
    assert second.by_name["network"] == first.by_name["network"]
    assert second.polls - first.polls == shell
    assert shell <= SHELL_POLLS + len("@9999 tasks\n")  # where a serial line wakes it by bytes
    assert dut.tasks().idles > first.idles


@scenario("AX-TIME-6", "AX-TIME-7", "AX-TIME-8", "AX-TIME-5")
@pytest.mark.parametrize("trouble", TROUBLES)
def test_no_trouble_makes_it_spin(dut: Dut, peer: Peer, clock: StackClock, trouble: str) -> None:
    TROUBLES[trouble](dut, peer)
    before = dut.tasks()

    at_rest = dut.tasks()
    clock.advance(MINUTE_MS)
    after = dut.tasks()

    assert at_rest.by_name["network"] == before.by_name["network"]
    deadlines = after.deadlines - at_rest.deadlines
    assert deadlines > 0
    assert after.by_name["network"] - at_rest.by_name["network"] <= DEADLINE_POLLS * deadlines
    dut.fault_tx_full("off")
    dut.fault_rx_defer(False)


@scenario("AX-TIME-9")
def test_a_flood_is_taken_in_bounded_polls(bench: Bench, dut: Dut, peer: Peer) -> None:
    flood, bound = dut.profile["rx_queue"], dut.profile["poll_frames"]
    takes(dut, "rx_queue", 2 * bound)  # what one poll takes shows nothing
    introduce(peer)
    dut.fault_rx_defer(True)
    for number in range(flood):
        peer.send(IP() / ICMP(type="echo-request", id=1, seq=number))
    before = network_polls(dut)

    dut.fault_rx_defer(False)
    answers = peer.frames()

    assert [frame.icmp is not None for frame in answers] == [True] * flood
    assert bench.lines.fence().longest_poll == bound
    assert flood // bound <= network_polls(dut) - before <= flood // bound + SHELL_POLLS


@scenario("AX-TIME-4")
def test_a_call_is_carried_out_at_once(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)

    sock.send(b"now")

    conn.expect(b"now")
    assert clock.now == 0
