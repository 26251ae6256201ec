# SPDX-License-Identifier: GPL-2.0-or-later
"""Several names, several who ask for one, and one too many."""

from __future__ import annotations

from plumbline.scenario import Dut, Peer, StackClock, Wire, scenario, takes
from scenarios.dns.server import ADDR, NAME, address, found, octets, said, serving

TASKS = 32


def names(dut: Dut, more: int = 0) -> list[str]:
    """As many as there are places for."""
    return [f"h{number}.example" for number in range(dut.profile["dns_names"] + more)]


@scenario("AX-DNS-7")
def test_each_has_its_own_answer(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = serving(dut, peer, wire, clock)
    futures = [dut.futures.dns(name) for name in names(dut)]
    asked = server.asked()

    for number, question in reversed(list(enumerate(asked))):
        server.answer(question, address(f"192.0.2.{number}"))

    assert [future.outcome().addr for future in futures] == [f"192.0.2.{number}" for number in range(len(futures))]
    assert len({question.id for question in asked}) == len({question.sport for question in asked}) == len(futures)


@scenario("AX-DNS-7")
def test_one_too_many_is_refused_at_the_call(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = serving(dut, peer, wire, clock)
    futures = [dut.futures.dns(name) for name in names(dut, more=1)]

    asked = server.asked()

    assert futures[-1].outcome().result == "memory"
    assert [future.ended() for future in futures[:-1]] == [None] * len(asked)
    for question in asked:
        server.answer(question)
    assert {future.outcome().addr for future in futures[:-1]} == {ADDR}


@scenario("AX-DNS-7")
def test_when_one_is_withdrawn_there_is_room_at_once(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = serving(dut, peer, wire, clock)
    futures = [dut.futures.dns(name) for name in names(dut)]
    server.asked()

    futures[0].withdraw()
    future = dut.futures.dns(NAME)

    server.answer(server.expect())
    assert future.outcome().addr == ADDR


@scenario("AX-DNS-7")
def test_what_is_known_longest_makes_room(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = serving(dut, peer, wire, clock)
    for name in names(dut, more=1):
        dut.futures.dns(name)
        server.answer(server.expect())

    first, *others = names(dut, more=1)

    assert all(found(dut, name) for name in others)
    assert not found(dut, first)


@scenario("AX-DNS-7")
def test_without_a_socket_it_is_refused_at_the_call(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = serving(dut, peer, wire, clock)
    sockets = [dut.udp() for _ in range(dut.profile["udp_sockets"])]
    for number, udp in enumerate(sockets):
        udp.bind(7000 + number)

    future = dut.futures.dns(NAME)

    assert (future.outcome().result, server.asked(), dut.mem().levels["names"]) == ("memory", [], 0)
    sockets[0].close()
    again = dut.futures.dns(NAME)
    server.answer(server.expect())
    assert again.outcome().addr == ADDR


@scenario("AX-DNS-7", "AX-FUT-10")
def test_without_a_task_slot_it_is_refused_at_the_call(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = serving(dut, peer, wire, clock)
    free = TASKS - dut.tasks().tasks
    takes(dut, "futures", free + 1)
    sleeps = [dut.futures.sleep(1000) for _ in range(free - 1)]

    future = dut.futures.dns(NAME)

    assert (future.outcome().result, server.asked(), dut.mem().levels["names"]) == ("memory", [], 0)
    sleeps[0].withdraw()
    again = dut.futures.dns(NAME)
    server.answer(server.expect())
    assert again.outcome().addr == ADDR


@scenario("AX-DNS-6")
def test_those_who_ask_for_the_same_share_one_question(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = serving(dut, peer, wire, clock)
    futures = [dut.futures.dns(name) for name in (NAME, NAME.upper())]
    question = server.expect()
    clock.advance(500)
    futures.append(dut.futures.dns(NAME + "."))

    server.answer(question)

    assert server.asked() == []
    assert [(future.outcome().ms, future.outcome().addr) for future in futures] == [(500, ADDR)] * 3


@scenario("AX-DNS-6")
def test_they_share_its_end(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    serving(dut, peer, wire, clock)
    first = dut.futures.dns(NAME)
    clock.advance(6999)
    last = dut.futures.dns(NAME)

    clock.advance(1)

    assert [(one.outcome().ms, one.outcome().result) for one in (first, last)] == [(7000, "no-answer")] * 2


@scenario("AX-DNS-6")
def test_one_who_gives_up_leaves_it_to_the_others(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = serving(dut, peer, wire, clock)
    futures = [dut.futures.dns(NAME) for _ in range(3)]
    question = server.expect()

    for future in (futures[1], futures[0]):
        future.withdraw()

    assert [again.ms for again in server.asked_within(1000)] == [1000]
    server.answer(question)
    assert futures[2].outcome().addr == ADDR


@scenario("AX-DNS-6", "AX-DNS-4")
def test_a_second_answer_changes_nothing(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = serving(dut, peer, wire, clock)
    future, other = dut.futures.dns(NAME), dut.futures.dns("other.example")
    question, of_other = server.asked()
    server.answer(question)

    server.answer(question, address("203.0.113.66"))
    server.say(said(of_other, address("203.0.113.66"), section=octets(NAME) + b"\0\x01\0\x01"), of_other)

    assert (future.outcome().addr, other.ended(), found(dut)) == (ADDR, None, True)
