# SPDX-License-Identifier: GPL-2.0-or-later
"""A question is ended wherever it is on its way: at every point of it, by each of those who can."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from plumbline.scenario import Dut, Future, Peer, StackClock, Wire, scenario
from scenarios.dns.server import ADDR, AGAIN_MS, GIVEN_UP_MS, NAME, SERVFAIL, NameServer, address, serving

Point = Callable[[NameServer, StackClock, Peer], object]


def waits_for_the_neighbour(server: NameServer, clock: StackClock, peer: Peer) -> None:
    """The question has not left."""


def was_asked(ms: int) -> Point:
    def go(server: NameServer, clock: StackClock, peer: Peer) -> None:
        peer.arp = True
        server.asked_within(1000 + ms)

    return go


def was_refused(server: NameServer, clock: StackClock, peer: Peer) -> None:
    peer.arp = True
    server.refuse(server.asked_within(1000)[-1], SERVFAIL)


POINTS: dict[str, Point] = {
    "neighbour": waits_for_the_neighbour,
    "refused": was_refused,
    **{f"{ms} ms": was_asked(ms) for at in AGAIN_MS for ms in (at, at + 500)},
    **{f"other {ms} ms": was_asked(GIVEN_UP_MS + ms) for at in AGAIN_MS for ms in (at, at + 500)},
}


@pytest.mark.parametrize("point", POINTS)
@scenario("AX-DNS-6", "AX-FUT-8", "AX-TIME-2", "AX-TIME-3")
def test_nothing_is_left_of_it(
    dut: Dut, peers: Callable[[int], list[Peer]], wire: Wire, clock: StackClock, point: str
) -> None:
    one, other = peers(2)
    server = serving(dut, one, wire, clock, other)
    before = dut.mem().levels["tasks"]
    one.arp = False
    future = dut.futures.dns(NAME)
    POINTS[point](server, clock, one)
    assert future.ended() is None
    one.arp = True
    wire.frames()

    future.withdraw()

    levels = dut.mem().levels
    assert (levels["names"], levels["udp"], levels["tasks"], future.told()) == (0, 0, before, [])
    clock.advance(20_000)
    assert server.asked() == []


@pytest.mark.parametrize("ms", AGAIN_MS)
@scenario("AX-DNS-6", "AX-DNS-4")
def test_its_answer_is_nobodys(dut: Dut, peer: Peer, wire: Wire, clock: StackClock, ms: int) -> None:
    server = serving(dut, peer, wire, clock)
    future = dut.futures.dns(NAME)
    question = server.asked_within(ms)[-1]
    future.withdraw()

    server.answer(question, address("203.0.113.66"))

    assert dut.mem().levels["names"] == 0
    again = dut.futures.dns(NAME)
    fresh = next(asked for asked in server.asked())
    assert again.ended() is None
    assert (fresh.id, fresh.sport) != (question.id, question.sport)
    server.answer(fresh)
    assert again.outcome().addr == ADDR


@scenario("AX-DNS-6", "AX-FUT-7")
def test_of_two_the_one_that_is_found_first_ends_the_other(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = serving(dut, peer, wire, clock)
    parts: list[Future] = [dut.futures.dns(name, hold=True) for name in (NAME, "other.example")]
    select = dut.futures.select(*parts)
    _, question = server.asked()

    server.answer(question)

    assert (select.outcome().result, parts[0].view().result, parts[1].view().addr) == (1, "aborted", ADDR)
    assert (dut.dns()["asked"], server.asked_within(20_000)) == ("0", [])
