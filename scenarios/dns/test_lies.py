# SPDX-License-Identifier: GPL-2.0-or-later
"""Answers from somebody else, to something else, or that are none: whatever they say, the device goes on asking."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from plumbline.scenario import Dut, Peer, StackClock, Wire, scenario
from scenarios.dns.server import (
    ADDR,
    AGAIN_MS,
    ASKED,
    NAME,
    NXDOMAIN,
    SERVFAIL,
    Question,
    address,
    alias,
    octets,
    of_length,
    record,
    said,
    serving,
)  # fmt: skip

FALSE = "203.0.113.66"
LIE = address(FALSE)
OF_A, IN_CH = b"\0\x01\0\x01", b"\0\x01\0\x03"
STRANGERS = {
    "another": {"source": "10.0.0.99"},
    "from another port": {"sport": 54},
    "from ours": {"source": "10.0.0.2"},
}


def about(name: str) -> bytes:
    return octets(name) + OF_A


Lie = Callable[[Question], bytes]
LIES: dict[str, Lie] = {
    "another id": lambda asked: said(asked, LIE, id_=asked.id ^ 1),
    "a question": lambda asked: said(asked, LIE, flags=0x0180),
    "another opcode": lambda asked: said(asked, LIE, flags=0xA980),
    "no question": lambda asked: said(asked, LIE, section=b"", counts=(0, 1)),
    "two questions": lambda asked: said(asked, LIE, section=asked.section * 2, counts=(2, 1)),
    "a question that is not counted": lambda asked: said(asked, LIE, counts=(0, 1)),
    "a question that is counted twice": lambda asked: said(asked, LIE, counts=(2, 1)),
    "another name": lambda asked: said(asked, LIE, section=about("best.example")),
    "a longer name": lambda asked: said(asked, LIE, section=about(NAME + ".com")),
    "a shorter name": lambda asked: said(asked, LIE, section=about("host")),
    "no name": lambda asked: said(asked, LIE, section=b"\0" + OF_A),
    "a dot as a letter": lambda asked: said(asked, LIE, section=b"\x0c" + NAME.encode() + b"\0" + OF_A),
    "a letter as a dot": lambda asked: said(asked, LIE, section=b"\x03hos\x08.example\0" + OF_A),
    "a zero in the name": lambda asked: said(asked, LIE, section=b"\x0dhost.example\0\0" + OF_A),
    "a name by a pointer": lambda asked: said(asked, LIE, section=b"\xc0\x0c" + OF_A),
    "another kind": lambda asked: said(asked, LIE, section=octets(NAME) + b"\0\x1c\0\x01"),
    "another class": lambda asked: said(asked, LIE, section=octets(NAME) + IN_CH),
    "an address of another": lambda asked: said(asked, address(FALSE, owner=octets("best.example"))),
    "an address of the root": lambda asked: said(asked, address(FALSE, owner=b"\0")),
    "an address before its name": lambda asked: said(
        asked, address(FALSE, owner=octets("real.example")), alias(octets("real.example"))
    ),
    "an address of five": lambda asked: said(asked, record(b"\xcb\0\x71\x42\0")),
    "an address of three": lambda asked: said(asked, record(b"\xcb\0\x71")),
    "more answers than there are": lambda asked: said(asked, LIE, counts=(1, 2)),
    "65535 answers": lambda asked: said(asked, LIE, counts=(1, 0xFFFF)),
    "more octets than there are": lambda asked: said(asked, LIE[:10] + b"\xff\xff" + LIE[12:]),
    "a pointer to itself": lambda asked: said(asked, address(FALSE, owner=b"\xc0\x1e")),
    "a pointer ahead": lambda asked: said(asked, address(FALSE, owner=b"\xc0\x2e"), address(FALSE)),
    "a pointer beyond": lambda asked: said(asked, address(FALSE, owner=b"\xff\xff")),
    "a pointer to the header": lambda asked: said(asked, address(FALSE, owner=b"\xc0\x00")),
    "pointers in a circle": lambda asked: said(asked, alias(b"\x01a\xc0\x2a"), address(FALSE, owner=b"\xc0\x2a")),
    "a label that is none": lambda asked: said(asked, address(FALSE, owner=b"\x40" + b"a" * 64 + b"\0")),
    "a name of 256": lambda asked: said(asked, of_length(256), LIE),
    "a name of 256 by a pointer": lambda asked: said(asked, of_length(256, behind=ASKED), LIE),
    "a name that leads nowhere": lambda asked: said(asked, alias(b"\x04real"), LIE),
    "a name with more behind": lambda asked: said(asked, alias(octets("real.example") + b"\0"), LIE),
    "no such name, of another id": lambda asked: said(asked, flags=0x8180 | NXDOMAIN, id_=asked.id ^ 0x8000),
    "no such name, of no question": lambda asked: said(asked, flags=0x8180 | NXDOMAIN, counts=(0, 0)),
    "no such name, of two questions": lambda asked: said(asked, flags=0x8180 | NXDOMAIN, counts=(2, 0)),
    "no such name, of another name": lambda asked: said(asked, flags=0x8180 | NXDOMAIN, section=about("a.example")),
    "a failure, of another name": lambda asked: said(asked, flags=0x8180 | SERVFAIL, section=about("a.example")),
    "513 octets": lambda asked: said(asked, LIE) + b"\0" * (513 - len(said(asked, LIE))),
    "nothing": lambda asked: b"",
}  # fmt: skip


@pytest.mark.parametrize("case", LIES)
@scenario("AX-DNS-4")
def test_it_is_not_believed(dut: Dut, peer: Peer, wire: Wire, clock: StackClock, case: str) -> None:
    server = serving(dut, peer, wire, clock)
    future = dut.futures.dns(NAME)
    question = server.expect()

    server.say(LIES[case](question), question)

    assert future.ended() is None
    assert [again.ms for again in server.asked_within(4000)] == AGAIN_MS[1:]
    server.answer(question)
    assert future.outcome().addr == ADDR


@pytest.mark.parametrize("case", STRANGERS)
@scenario("AX-DNS-4")
def test_nobody_else_is_believed(dut: Dut, peer: Peer, wire: Wire, clock: StackClock, case: str) -> None:
    server = serving(dut, peer, wire, clock)
    future = dut.futures.dns(NAME)
    question = server.expect()

    server.say(said(question, LIE), question, **STRANGERS[case])  # type: ignore[arg-type]

    assert future.ended() is None
    server.answer(question)
    assert future.outcome().addr == ADDR


@scenario("AX-DNS-4")
def test_an_answer_at_the_port_of_another_question_is_not_believed(
    dut: Dut, peer: Peer, wire: Wire, clock: StackClock
) -> None:
    server = serving(dut, peer, wire, clock)
    future, _ = dut.futures.dns(NAME), dut.futures.dns("other.example")
    question, other = server.asked()

    server.say(said(question, LIE), question, dport=other.sport)

    assert future.ended() is None


@scenario("AX-DNS-4")
def test_the_first_server_is_not_believed_once_the_second_was_asked(
    dut: Dut, peers: Callable[[int], list[Peer]], wire: Wire, clock: StackClock
) -> None:
    one, other = peers(2)
    server = serving(dut, one, wire, clock, other)
    future = dut.futures.dns(NAME)
    first = server.expect()
    second = server.asked_within(7000)[-1]

    server.answer(first, LIE)

    assert (second.destination, future.ended()) == (other.ip, None)
    server.answer(second)
    assert future.outcome().addr == ADDR


@scenario("AX-DNS-4")
def test_no_beginning_of_an_answer_is_one(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = serving(dut, peer, wire, clock)
    future = dut.futures.dns(NAME)
    question = server.expect()
    whole = said(question, alias(octets("real.example")), address(owner=b"\xc0\x2a"))

    for length in range(len(whole)):
        server.say(whole[:length], question)

    assert future.ended() is None
    server.say(whole, question)
    assert future.outcome().addr == ADDR
