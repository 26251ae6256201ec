# SPDX-License-Identifier: GPL-2.0-or-later
"""Sockets of different sizes, served one behind the other: each shows its own window, whoever came before."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Peer, StackClock, TcpEnd, TcpSocket, connected, scenario

SEED = 56
SMALL, LARGE = 100, 4096

Pair = tuple[TcpEnd, TcpSocket]


@pytest.fixture
def small(dut: Dut, peer: Peer) -> Pair:
    return connected(dut, peer, port=20, rx=SMALL)


@pytest.fixture
def large(dut: Dut, peer: Peer) -> Pair:
    return connected(dut, peer, port=21, rx=LARGE)


@scenario("AX-TCP-6", "AX-TCP-3", "AX-TCP-4", "AX-FULL-10")
def test_read_empty_in_one_poll_each_opens_wholly(dut: Dut, small: Pair, large: Pair) -> None:
    sizes = [(small, SMALL), (large, LARGE)]
    for (conn, _), size in sizes:
        conn.send_pattern(SEED, size)
    dut.poll_by_hand()

    for (_, sock), size in sizes:
        sock.recv_pattern(size, SEED)
    dut.poll_auto()

    for (conn, _), size in sizes:
        conn.expect(TCP(flags="A", ack=conn.snd_nxt, window=size))
        conn.expect_nothing()


@pytest.mark.parametrize("order", [[0, 1], [1, 0]], ids=["small-first", "large-first"])
@scenario("AX-TCP-6", "AX-TCP-3", "RFC9293 MUST-40")
def test_delayed_acks_show_their_own(dut: Dut, clock: StackClock, small: Pair, large: Pair, order: list[int]) -> None:
    ends = [(small[0], SMALL), (large[0], LARGE)]

    for which in order:
        ends[which][0].send(b"ten octets")
    clock.advance(dut.profile["delayed_ack_ms"])

    for conn, size in ends:
        conn.expect(TCP(flags="A", ack=conn.snd_nxt, window=size - 10))
        conn.expect_nothing()


@scenario("AX-TCP-6", "AX-TCP-3", "RFC9293 MUST-18")
def test_what_is_sent_again_shows_its_own(dut: Dut, clock: StackClock, small: Pair, large: Pair) -> None:
    for _, sock in (small, large):
        sock.send(b"lost")

    clock.advance(dut.profile["rto_initial_ms"])

    for (conn, _), size in ((small, SMALL), (large, LARGE)):
        for _ in range(2):
            conn.expect(TCP(flags="PA", window=size) / b"lost")
        conn.expect_nothing()


@scenario("AX-TCP-6", "AX-TIME-7")
def test_what_waited_for_the_link_shows_its_own(dut: Dut, small: Pair, large: Pair) -> None:
    dut.fault_tx_full("all")
    for _, sock in (small, large):
        sock.send(b"waits")

    dut.fault_tx_full("off")

    for (conn, _), size in ((small, SMALL), (large, LARGE)):
        conn.expect(TCP(flags="PA", window=size) / b"waits")
        conn.expect_nothing()
