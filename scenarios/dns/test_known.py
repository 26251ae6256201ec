# SPDX-License-Identifier: GPL-2.0-or-later
"""What is known is given without asking, for as long as its server said."""

from __future__ import annotations

import pytest

from plumbline.scenario import Dut, Peer, StackClock, Wire, scenario
from scenarios.dns.server import ADDR, CHAOS, NAME, NXDOMAIN, address, alias, found, octets, record, serving

WEEK_S = 7 * 86_400
REAL, OTHER = octets("real.example"), octets("other.example")
LIVES = {
    "a second": ([address(ttl=1)], 1),
    "a minute": ([address(ttl=60)], 60),
    "two hours": ([address(ttl=7200)], 7200),
    "a week": ([address(ttl=WEEK_S)], WEEK_S),
    "a week at most": ([address(ttl=WEEK_S + 1)], WEEK_S),
    "2^31 - 1": ([address(ttl=0x7FFFFFFF)], WEEK_S),
    "another name's": ([alias(REAL, ttl=10), address(owner=REAL, ttl=60)], 10),
    "the address's": ([alias(REAL, ttl=60), address(owner=REAL, ttl=10)], 10),
    "the least of three": ([alias(REAL, ttl=60), alias(OTHER, owner=REAL, ttl=5), address(owner=OTHER, ttl=9)], 5),
    "no other class's": ([address(class_=CHAOS, ttl=1), address(ttl=60)], 60),
    "no stranger's": ([record(b"\1a", kind=16, ttl=1), address(ttl=60)], 60),
}
NEVER = {
    "0": [address(ttl=0)],
    "2^31": [address(ttl=0x80000000)],
    "2^32 - 1": [address(ttl=0xFFFFFFFF)],
    "0 of another name": [alias(REAL, ttl=0), address(owner=REAL)],
    "2^31 of another name": [alias(REAL, ttl=0x80000000), address(owner=REAL)],
}


@pytest.mark.parametrize("case", LIVES)
@scenario("AX-DNS-3")
def test_it_is_known_until_its_last_millisecond(dut: Dut, peer: Peer, wire: Wire, clock: StackClock, case: str) -> None:
    server = serving(dut, peer, wire, clock)
    records, ttl_s = LIVES[case]
    future = dut.futures.dns(NAME)
    clock.advance(1500)
    server.answer(server.asked()[-1], *records)
    assert future.outcome().addr == ADDR

    clock.advance(ttl_s * 1000 - 1)
    known = found(dut)
    clock.advance(1)

    assert (known, found(dut)) == (True, False)
    server.expect()


@pytest.mark.parametrize("case", NEVER)
@scenario("AX-DNS-3")
def test_what_is_true_for_no_time_is_for_those_who_asked(
    dut: Dut, peer: Peer, wire: Wire, clock: StackClock, case: str
) -> None:
    server = serving(dut, peer, wire, clock)
    future, also = dut.futures.dns(NAME), dut.futures.dns(NAME)

    server.answer(server.expect(), *NEVER[case])

    assert (future.outcome().addr, also.outcome().addr) == (ADDR, ADDR)
    assert {dut.mem().levels[level] for level in ("names", "udp")} == {0}
    assert not found(dut)


@pytest.mark.parametrize("same", [NAME, NAME.upper(), NAME + "."])
@scenario("AX-DNS-3")
def test_it_is_the_same_name_in_other_letters(dut: Dut, peer: Peer, wire: Wire, clock: StackClock, same: str) -> None:
    server = serving(dut, peer, wire, clock)
    dut.futures.dns(NAME)
    server.answer(server.expect())

    assert found(dut, same)
    assert server.asked() == []


@pytest.mark.parametrize("other", ["host", "host.example.org", "host.exampl", "ost.example"])
@scenario("AX-DNS-3")
def test_a_part_of_it_is_another(dut: Dut, peer: Peer, wire: Wire, clock: StackClock, other: str) -> None:
    server = serving(dut, peer, wire, clock)
    dut.futures.dns(NAME)
    server.answer(server.expect())

    assert not found(dut, other)


@scenario("AX-DNS-3", "AX-TIME-17")
def test_nothing_ticks_meanwhile(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = serving(dut, peer, wire, clock)
    dut.futures.dns(NAME)
    server.answer(server.expect(), address(ttl=86_400))
    clock.advance(1_000_000)  # behind what is known of the neighbour
    before = dut.tasks().deadlines

    clock.advance(7_200_000)

    assert dut.tasks().deadlines == before
    assert dut.mem().levels["timers"] == 1


@scenario("AX-DNS-3")
def test_behind_its_end_nothing_is_left(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = serving(dut, peer, wire, clock)
    tasks = dut.mem().levels["tasks"]
    future = dut.futures.dns(NAME)
    server.answer(server.expect(), address(ttl=1000))
    future.withdraw()

    clock.advance(1_000_000)

    levels = dut.mem().levels
    assert (levels["names"], levels["udp"], levels["timers"], levels["tasks"]) == (0, 0, 0, tasks)


@scenario("AX-DNS-3")
def test_it_can_be_forgotten(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = serving(dut, peer, wire, clock)
    dut.futures.dns(NAME)
    server.answer(server.expect())

    dut.dns_forget()

    assert (dut.mem().levels["names"], found(dut)) == (0, False)


@scenario("AX-DNS-3")
def test_that_there_is_none_is_not_kept(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = serving(dut, peer, wire, clock)
    dut.futures.dns(NAME)
    server.refuse(server.expect(), NXDOMAIN)

    again = dut.futures.dns(NAME)

    server.answer(server.expect())
    assert again.outcome().addr == ADDR
