# SPDX-License-Identifier: GPL-2.0-or-later
"""The link comes and goes, the address changes, and the servers are those of a lease."""

from __future__ import annotations

import pytest

from plumbline.scenario import Dut, Peer, StackClock, Wire, refused, scenario, takes
from scenarios.dhcp.server import ACK, DISCOVER, OFFER, OFFERED, PROBES_MS, REQUEST, bound
from scenarios.dns.server import ADDR, GIVEN_UP_MS, NAME, NameServer, found, serving

NONE, NEW = "0.0.0.0", "10.0.0.77"


@scenario("AX-DNS-8", needs={"cable_switch"})
def test_a_link_that_comes_back_in_time_ends_nothing(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = serving(dut, peer, wire, clock)
    future = dut.futures.dns(NAME)
    server.expect()
    dut.cable(False)
    clock.advance(3000)
    meanwhile = server.asked()
    dut.cable(True)

    asked = server.asked_within(1000)

    assert (meanwhile, [question.ms for question in asked], future.ended()) == ([], [4000], None)
    server.answer(asked[0])
    assert future.outcome().addr == ADDR


@scenario("AX-DNS-8", needs={"cable_switch"})
def test_without_a_link_it_ends_at_its_time(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    serving(dut, peer, wire, clock)
    future = dut.futures.dns(NAME)
    dut.cable(False)

    clock.advance(20_000)

    assert (future.outcome().ms, future.outcome().result) == (GIVEN_UP_MS, "no-answer")


@scenario("AX-DNS-8", needs={"cable_switch"})
def test_what_is_known_stays_so_without_a_link(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = serving(dut, peer, wire, clock)
    dut.futures.dns(NAME)
    server.answer(server.expect())

    dut.cable(False)
    clock.advance(1000)

    assert found(dut)


@pytest.mark.parametrize("to", [NONE, NEW])
@scenario("AX-DNS-8")
def test_another_address_ends_all(dut: Dut, peer: Peer, wire: Wire, clock: StackClock, to: str) -> None:
    server = serving(dut, peer, wire, clock)
    dut.futures.dns("known.example")
    server.answer(server.expect())
    futures = [dut.futures.dns(NAME), dut.futures.dns(NAME)]
    server.expect()

    dut.net(to)

    assert [future.outcome().result for future in futures] == ["address-lost"] * 2
    levels = dut.mem().levels
    assert (levels["names"], levels["udp"]) == (0, 0)
    clock.advance(20_000)
    assert server.asked() == []


@scenario("AX-DNS-8")
def test_another_gateway_ends_nothing(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = serving(dut, peer, wire, clock)
    future = dut.futures.dns(NAME)

    dut.net("10.0.0.2", gateway="10.0.0.3")

    server.answer(server.expect())
    assert future.outcome().addr == ADDR


@scenario("AX-DNS-8")
def test_without_an_address_nobody_is_asked(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    serving(dut, peer, wire, clock)
    dut.net(NONE)

    future = dut.futures.dns(NAME)

    assert future.outcome().result == "unreachable"


@scenario("AX-DNS-8")
def test_a_server_without_a_way_to_it_is_asked_for_in_vain(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    takes(dut, "dns_names", 1)
    dut.dns_servers("192.0.2.53")
    future = dut.futures.dns(NAME)

    clock.advance(20_000)

    assert (future.outcome().ms, future.outcome().result) == (GIVEN_UP_MS, "no-answer")


@pytest.mark.parametrize("server", ["127.0.0.1", "0.0.0.1", "224.0.0.251", "255.255.255.255"])
@scenario("AX-DNS-9")
def test_what_is_no_host_is_no_server(dut: Dut, server: str) -> None:
    takes(dut, "dns_names", 1)

    with refused("arg"):
        dut.dns_servers(server)

    assert dut.dns()["server"] == "0.0.0.0"


@scenario("AX-DNS-9", "AX-DHCP-1")
def test_the_servers_are_those_of_the_lease(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    takes(dut, "dns_names", 1)
    bound(dut, peer, wire, clock, ("name_server", peer.ip, "10.0.0.53"))
    peer.dut_ip = OFFERED
    server = NameServer(wire, peer, clock)
    future = dut.futures.dns(NAME)

    question = server.expect()

    assert (question.source, question.destination, dut.dns()["other_server"]) == (OFFERED, peer.ip, "10.0.0.53")
    server.answer(question)
    assert future.outcome().addr == ADDR


@scenario("AX-DNS-9")
def test_those_set_by_hand_are_asked_instead(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    takes(dut, "dns_names", 1)
    bound(dut, peer, wire, clock, ("name_server", "10.0.0.53", "10.0.0.54"))
    peer.dut_ip = OFFERED

    dut.dns_servers(peer)
    by_hand = dut.dns()
    dut.dns_servers(NONE)

    assert (by_hand["server"], by_hand["other_server"]) == (peer.ip, NONE)
    assert (dut.dns()["server"], dut.dns()["other_server"]) == ("10.0.0.53", "10.0.0.54")


@scenario("AX-DNS-9", "AX-DHCP-4")
def test_those_of_a_lease_that_ended_are_not_those_of_the_next(
    dut: Dut, peer: Peer, wire: Wire, clock: StackClock
) -> None:
    takes(dut, "dns_names", 1)
    server, _, since = bound(dut, peer, wire, clock, ("lease_time", 600), ("name_server", peer.ip))
    clock.advance(since + 600_000 - clock.now)
    ended = dut.dns()["server"]

    server.answer(server.asked()[-1], OFFER)
    server.answer(server.expect(REQUEST), ACK)
    clock.advance(PROBES_MS)

    assert (ended, dut.dns()["server"], dut.dhcp()["bound"]) == (NONE, NONE, "1")


@scenario("AX-DNS-9")
def test_where_only_the_second_is_set_it_is_the_first(dut: Dut, peer: Peer) -> None:
    takes(dut, "dns_names", 1)

    dut.dns_servers(NONE, peer)

    assert (dut.dns()["server"], dut.dns()["other_server"]) == (peer.ip, NONE)


@scenario("AX-DNS-8", "AX-DNS-9", "AX-DHCP-6")
def test_with_the_lease_its_servers_and_questions_go(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    takes(dut, "dns_names", 1)
    server, _, _ = bound(dut, peer, wire, clock, ("name_server", peer.ip))
    peer.dut_ip = OFFERED
    future = dut.futures.dns(NAME)

    dut.dhcp_release()

    assert (future.outcome().result, dut.dns()["server"]) == ("address-lost", NONE)
    dut.futures.dhcp()
    assert [asked.kind for asked in server.asked()][-1] == DISCOVER
