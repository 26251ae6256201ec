# SPDX-License-Identifier: GPL-2.0-or-later
"""The client is ended, or its future withdrawn, at every point of its way: nothing of it is left."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from plumbline.scenario import Dut, Future, Peer, StackClock, Wire, introduce, refused, scenario
from scenarios.dhcp.server import ACK, DISCOVER, OFFER, OFFERED, RELEASE, REQUEST, Server, bound

POINTS = ["begun", "offered", "probing", "announcing"]
Ends = Callable[[Dut, Future], object]


def withdraw(dut: Dut, future: Future) -> None:
    future.withdraw()


def release(dut: Dut, future: Future) -> None:
    dut.dhcp_release()


def go_to(point: str, server: Server, clock: StackClock) -> None:
    asked = server.expect(DISCOVER)
    if point == "begun":
        return
    server.answer(asked, OFFER)
    asked = server.expect(REQUEST)
    if point == "offered":
        return
    server.answer(asked, ACK)
    clock.advance(1000 if point == "probing" else 5000)


@pytest.mark.parametrize("ends", [withdraw, release])
@pytest.mark.parametrize("point", POINTS)
@scenario("AX-DHCP-6", "AX-FUT-8")
def test_nothing_is_left_of_it(dut: Dut, peer: Peer, wire: Wire, clock: StackClock, point: str, ends: Ends) -> None:
    server = Server(wire, peer)
    future = dut.futures.dhcp()
    go_to(point, server, clock)
    wire.frames()

    ends(dut, future)

    clock.advance(200_000)
    assert wire.frames() == []
    assert (dut.dhcp()["running"], dut.net().addr) == ("0", "0.0.0.0")
    assert dut.mem().levels["udp"] == 0
    assert [ended.result for ended in future.told()] == ([] if ends is withdraw else ["aborted"])


@scenario("AX-DHCP-6")
def test_a_lease_is_given_back(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server, _, _ = bound(dut, peer, wire, clock)
    peer.dut_ip = OFFERED
    peer.frames()
    introduce(peer)

    dut.dhcp_release()

    released = server.expect(RELEASE)
    assert (released.source, released.destination) == (OFFERED, peer.ip)
    assert (released.message.ciaddr, released.options["server_id"]) == (OFFERED, peer.ip)
    assert (dut.dhcp()["running"], dut.net().addr) == ("0", "0.0.0.0")


@scenario("AX-DHCP-6")
def test_behind_it_another_may_begin(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server, _, _ = bound(dut, peer, wire, clock)
    dut.dhcp_release()
    server.asked()

    future = dut.futures.dhcp()

    server.expect(DISCOVER)
    assert future.told() == []


@scenario("AX-DHCP-6", "AX-FUT-9")
def test_a_second_future_gets_the_same_lease_and_ends_nothing(
    dut: Dut, peer: Peer, wire: Wire, clock: StackClock
) -> None:
    server, _, _ = bound(dut, peer, wire, clock)

    second = dut.futures.dhcp()

    assert [ended.result for ended in second.told()] == [0]
    second.withdraw()
    assert (server.asked(), dut.dhcp()["bound"]) == ([], "1")


@scenario("AX-DHCP-6")
def test_its_port_is_taken_meanwhile(dut: Dut, peer: Peer, wire: Wire) -> None:
    dut.futures.dhcp()

    with refused("in-use"):
        dut.udp().bind(68)


@scenario("AX-DHCP-6")
def test_without_its_port_it_does_not_begin(dut: Dut) -> None:
    dut.udp().bind(68)

    future = dut.futures.dhcp()

    assert ([ended.result for ended in future.told()], dut.dhcp()["running"]) == (["in-use"], "0")
