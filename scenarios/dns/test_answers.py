# SPDX-License-Identifier: GPL-2.0-or-later
"""What servers say: addresses, other names, none, less than there is, and that they cannot."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from plumbline.scenario import Dut, Peer, StackClock, Wire, scenario
from scenarios.dns.server import (
    ADDR,
    ASKED,
    CHAOS,
    CUT,
    NAME,
    NOTIMP,
    NXDOMAIN,
    REFUSED,
    SERVFAIL,
    TXT,
    address,
    alias,
    octets,
    of_length,
    record,
    said,
    serving,
)  # fmt: skip

REAL, LAST = octets("real.example"), octets("last.example")
ANY_TEXT = record(b"\x03any", kind=TXT)
ANSWERS = {
    "one": [address()],
    "the first of several": [address(), address("192.0.2.34")],
    "in full": [address(owner=octets(NAME))],
    "in other letters": [address(owner=octets(NAME.upper()))],
    "behind a name of 255": [of_length(255), address()],
    "behind a name of 255 by a pointer": [of_length(255, behind=ASKED), address()],
    "behind others": [ANY_TEXT, address(class_=CHAOS), address()],
    "of another name": [alias(REAL), address(owner=REAL)],
    "of another's other name": [alias(REAL), alias(LAST, owner=REAL), address(owner=LAST)],
    "by a pointer to it": [alias(REAL), address(owner=b"\xc0\x2a")],
    "of a name that is half a pointer": [alias(b"\x04real\xc0\x11"), address(owner=REAL)],
}
NO_ADDRESS = {
    "empty": [],
    "of other kinds": [ANY_TEXT],
    "a name alone": [alias(REAL)],
    "a name of itself": [alias(octets(NAME))],
    "names in a circle": [alias(REAL), alias(octets(NAME), owner=REAL)],
}


@pytest.mark.parametrize("case", ANSWERS)
@scenario("AX-DNS-5")
def test_the_first_address_on_the_way_is_it(dut: Dut, peer: Peer, wire: Wire, clock: StackClock, case: str) -> None:
    server = serving(dut, peer, wire, clock)
    future = dut.futures.dns(NAME)

    server.answer(server.expect(), *ANSWERS[case])

    ended = future.outcome()
    assert (ended.ms, ended.result, ended.addr) == (0, 0, ADDR)
    assert future.view().addr == ADDR
    assert dut.mem().levels["udp"] == 0


@pytest.mark.parametrize("case", NO_ADDRESS)
@scenario("AX-DNS-5")
def test_a_name_without_an_address_is_none(dut: Dut, peer: Peer, wire: Wire, clock: StackClock, case: str) -> None:
    server = serving(dut, peer, wire, clock)
    future = dut.futures.dns(NAME)
    question = server.expect()

    server.say(said(question, *NO_ADDRESS[case]), question)

    assert future.outcome().result == "no-name"
    assert (server.asked(), dut.mem().levels["names"]) == ([], 0)


@scenario("AX-DNS-5")
def test_where_one_knows_that_there_is_none_no_other_is_asked(
    dut: Dut, peers: Callable[[int], list[Peer]], wire: Wire, clock: StackClock
) -> None:
    one, other = peers(2)
    server = serving(dut, one, wire, clock, other)
    future = dut.futures.dns(NAME)

    server.refuse(server.expect(), NXDOMAIN)

    assert future.outcome().result == "no-name"
    clock.advance(20_000)
    assert server.asked() == []


@pytest.mark.parametrize("code", [SERVFAIL, NOTIMP, REFUSED])
@scenario("AX-DNS-5")
def test_one_that_cannot_say_is_followed_by_the_other(
    dut: Dut, peers: Callable[[int], list[Peer]], wire: Wire, clock: StackClock, code: int
) -> None:
    one, other = peers(2)
    server = serving(dut, one, wire, clock, other)
    future = dut.futures.dns(NAME)

    server.refuse(server.expect(), code)

    second = server.expect()
    assert (second.ms, second.destination, future.ended()) == (0, other.ip, None)
    assert [question.ms for question in server.asked_within(2000)] == [1000, 2000]
    server.answer(second)
    assert future.outcome().addr == ADDR


@pytest.mark.parametrize("code", [SERVFAIL, REFUSED])
@scenario("AX-DNS-5")
def test_when_none_can_say_there_is_no_answer(
    dut: Dut, peers: Callable[[int], list[Peer]], wire: Wire, clock: StackClock, code: int
) -> None:
    one, other = peers(2)
    server = serving(dut, one, wire, clock, other)
    future = dut.futures.dns(NAME)

    server.refuse(server.expect(), code)
    server.refuse(server.expect(), code)

    assert (future.outcome().result, dut.mem().levels["names"]) == ("no-answer", 0)


@scenario("AX-DNS-5")
def test_of_an_answer_that_was_cut_the_address_is_taken(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = serving(dut, peer, wire, clock)
    future = dut.futures.dns(NAME)

    server.answer(server.expect(), address(), flags=CUT)

    assert future.outcome().addr == ADDR


@scenario("AX-DNS-5")
def test_without_one_it_is_no_answer(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = serving(dut, peer, wire, clock)
    future = dut.futures.dns(NAME)
    question = server.expect()

    server.say(said(question, alias(REAL), flags=CUT), question)

    assert future.outcome().result == "no-answer"
