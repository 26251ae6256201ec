# SPDX-License-Identifier: GPL-2.0-or-later
"""Initial sequence numbers: a clock plus a keyed function of the two ends (RFC 9293 3.4.1, RFC 6528)."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Peer, StackClock, scenario
from scenarios.sequence import SEQUENCES

PORT, PEER_PORT = 7, 50_000
TICKS_PER_MS = 250  # of 4 us
Restart = Callable[..., None]


def isn_of(peer: Peer, *, sport: int = PEER_PORT, dport: int = PORT) -> int:
    """The number of the device's SYN-ACK; the peer then gives up."""
    conn = peer.tcp(dport, sport=sport)
    conn.send(TCP(flags="S"))
    isn: int = conn.expect(TCP(flags="SA")).seq
    conn.send(TCP(flags="R"))
    conn.expect_nothing()
    return isn


def isn_and_port_of_connect(dut: Dut, peer: Peer) -> tuple[int, int]:
    sock, conn = dut.tcp(), peer.tcp(sport=PORT)
    sock.connect(peer, PORT)
    syn = conn.expect(TCP(flags="S"))
    return syn.seq, syn.sport


@pytest.mark.parametrize("ms", [1, 17, 1000, 123_457])
@scenario("RFC9293 MUST-8", "RFC6528 1")
def test_of_the_same_ends_moves_with_the_clock(dut: Dut, peer: Peer, clock: StackClock, ms: int) -> None:
    dut.accept_on(PORT)
    first = isn_of(peer)

    clock.advance(ms)

    assert (isn_of(peer) - first) % SEQUENCES == ms * TICKS_PER_MS


@scenario("RFC6528 1", "RFC9293 SHLD-1")
def test_of_other_ends_are_unrelated(dut: Dut, peers: Callable[[int], list[Peer]]) -> None:
    dut.accept_on(PORT)
    dut.accept_on(PORT + 1)
    one, other = peers(2)

    isns = [isn_of(one, sport=PEER_PORT + number) for number in range(12)]
    isns += [isn_of(other), isn_of(one, dport=PORT + 1)]

    between = {(later - earlier) % SEQUENCES for earlier, later in itertools.pairwise(isns)}
    assert len(set(isns)) == len(isns)
    assert len(between) == len(isns) - 1
    assert all(1 << 16 < step < SEQUENCES - (1 << 16) for step in between)


@scenario("AX-BENCH-5", "AX-BENCH-6", "RFC9293 MUST-9")
def test_another_key_gives_other_numbers_and_the_same_key_the_same(dut: Dut, peer: Peer, restart: Restart) -> None:
    isns = []

    for seed in (1, 2, 3, 1):
        restart(seed=seed)
        dut.accept_on(PORT)
        isns.append(isn_of(peer))

    assert isns[0] == isns[3]
    assert len(set(isns)) == 3


@scenario("AX-BENCH-5", "AX-BENCH-6", "AX-TCP-35")
def test_another_seed_gives_other_ephemeral_ports(dut: Dut, peer: Peer, restart: Restart) -> None:
    seen = []

    for seed in (1, 2, 3, 1):
        restart(seed=seed)
        seen.append(isn_and_port_of_connect(dut, peer))

    assert seen[0] == seen[3]
    assert len({isn for isn, _ in seen}) == len({port for _, port in seen}) == 3


@scenario("RFC9293 MUST-8", "AX-TIME-15")
def test_the_clock_of_the_number_wraps_with_the_stacks(
    dut: Dut, peer: Peer, clock: StackClock, restart: Restart
) -> None:
    restart(held_at_ms=SEQUENCES - 10)
    dut.accept_on(PORT)
    first = isn_of(peer)

    clock.advance(20)

    assert clock.now == 10
    assert (isn_of(peer) - first) % SEQUENCES == 20 * TICKS_PER_MS
