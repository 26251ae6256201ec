# SPDX-License-Identifier: GPL-2.0-or-later
"""When the device asks again, whom, and when it gives up: to the millisecond, and at no other time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from plumbline.scenario import Dut, Peer, StackClock, Wire, introduce, scenario
from scenarios.dns.server import ADDR, AGAIN_MS, GIVEN_UP_MS, NAME, address, serving

WRAP = 1 << 32


@scenario("AX-DNS-2")
def test_a_server_is_asked_four_times(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = serving(dut, peer, wire, clock)
    future = dut.futures.dns(NAME)

    asked = server.asked_within(100_000)

    assert [question.ms for question in asked] == AGAIN_MS
    assert len({(question.message, question.sport) for question in asked}) == 1
    ended = future.outcome()
    assert (ended.ms, ended.result) == (GIVEN_UP_MS, "no-answer")
    assert {dut.mem().levels[level] for level in ("names", "udp")} == {0}


@scenario("AX-DNS-2")
def test_the_second_one_is_asked_behind_the_first(
    dut: Dut, peers: Callable[[int], list[Peer]], wire: Wire, clock: StackClock
) -> None:
    one, other = peers(2)
    server = serving(dut, one, wire, clock, other)
    future = dut.futures.dns(NAME)

    asked = server.asked_within(100_000)

    first = [(ms, one.ip) for ms in AGAIN_MS]
    second = [(GIVEN_UP_MS + ms, other.ip) for ms in AGAIN_MS]
    assert [(question.ms, question.destination) for question in asked] == [*first, *second]
    ended = future.outcome()
    assert (ended.ms, ended.result) == (2 * GIVEN_UP_MS, "no-answer")


@pytest.mark.parametrize("behind", range(8))
@scenario("AX-DNS-2")
def test_any_of_the_questions_may_be_answered(
    dut: Dut, peers: Callable[[int], list[Peer]], wire: Wire, clock: StackClock, behind: int
) -> None:
    one, other = peers(2)
    server = serving(dut, one, wire, clock, other)
    future = dut.futures.dns(NAME)
    asked_ms = [*AGAIN_MS, *(GIVEN_UP_MS + ms for ms in AGAIN_MS)]
    question = server.asked_within(asked_ms[behind])[-1]

    server.answer(question)

    ended = future.outcome()
    assert (question.ms, ended.ms, ended.addr) == (asked_ms[behind], asked_ms[behind], ADDR)
    assert server.asked_within(20_000) == []


@scenario("AX-DNS-2", "AX-TIME-1")
def test_a_deadline_ends_it_and_nothing_is_left(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = serving(dut, peer, wire, clock)
    future = dut.futures.dns(NAME, within_ms=1500)

    asked = server.asked_within(20_000)

    assert [question.ms for question in asked] == [0, 1000]
    assert [(ended.ms, ended.result) for ended in future.told()] == [(1500, "timeout")]
    assert dut.mem().levels["names"] == 0


@scenario("AX-DNS-2")
def test_what_waits_for_the_neighbour_is_not_said_again(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = serving(dut, peer, wire, clock)
    peer.arp = False
    future = dut.futures.dns(NAME)
    clock.advance(2500)
    peer.arp = True

    clock.advance(500)

    server.answer(server.expect())
    assert future.outcome().addr == ADDR


@scenario("AX-DNS-2")
def test_what_waits_for_the_link_is_not_said_again(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = serving(dut, peer, wire, clock)
    introduce(peer)
    dut.fault_tx_full("all")
    future = dut.futures.dns(NAME)
    clock.advance(2500)

    dut.fault_tx_full("off")

    clock.advance(500)
    server.answer(server.expect())
    assert future.outcome().addr == ADDR


@scenario("AX-DNS-2")
def test_a_server_that_is_not_there_is_followed_by_the_other(
    dut: Dut, peers: Callable[[int], list[Peer]], wire: Wire, clock: StackClock
) -> None:
    one, other = peers(2)
    server = serving(dut, one, wire, clock, other)
    one.arp = False
    future = dut.futures.dns(NAME)

    question = server.asked_within(GIVEN_UP_MS)[-1]

    assert (question.ms, question.destination) == (GIVEN_UP_MS, other.ip)
    server.answer(question)
    assert future.outcome().addr == ADDR


@pytest.mark.parametrize("before_ms", [0, 1, 500, 1000, 1500, 3000, 6999, 7000])
@scenario("AX-DNS-2", "AX-TIME-15")
def test_the_clock_may_wrap_meanwhile(
    dut: Dut, peer: Peer, wire: Wire, clock: StackClock, restart: Callable[..., None], before_ms: int
) -> None:
    restart(held_at_ms=WRAP - 1 - before_ms)
    server = serving(dut, peer, wire, clock)
    began = clock.now
    future = dut.futures.dns(NAME)

    asked = server.asked_within(20_000)

    assert [(question.ms - began) % WRAP for question in asked] == AGAIN_MS
    assert (future.outcome().ms - began) % WRAP == GIVEN_UP_MS


@pytest.mark.parametrize("before_ms", [0, 1, 2999, 3000, 3001])
@scenario("AX-DNS-3", "AX-TIME-15")
def test_it_may_wrap_while_a_name_is_known(
    dut: Dut, peer: Peer, wire: Wire, clock: StackClock, restart: Callable[..., None], before_ms: int
) -> None:
    restart(held_at_ms=WRAP - 1 - before_ms)
    server = serving(dut, peer, wire, clock)
    dut.futures.dns(NAME)
    server.answer(server.expect(), address(ttl=3))

    clock.advance(2999)
    before = dut.dns()["known"]
    clock.advance(1)

    assert (before, dut.dns()["known"]) == ("1", "0")
