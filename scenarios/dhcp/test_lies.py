# SPDX-License-Identifier: GPL-2.0-or-later
"""Answers that are not for this device, not to its question, broken, or of addresses that cannot be."""

from __future__ import annotations

from typing import Any

import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

from plumbline.scenario import Dut, Peer, StackClock, Wire, refused, scenario
from scenarios.dhcp.server import (
    ACK,
    DISCOVER,
    NAK,
    OFFER,
    OFFERED,
    PROBES_MS,
    REQUEST,
    Option,
    Server,
    asked_at,
)

STRAY: dict[str, dict[str, Any]] = {
    "another question": {"xid": 0x12345678},
    "another device": {"chaddr": b"\x02\x00\x00\x00\x00\x09"},
    "a question itself": {"op": 1},
}
PROBED_MS = 6_500  # three probes, and the silence behind them, as lwIP times them (RFC 5227 2.1.1)
REFUSED_MS = 10_000  # RFC 2131 3.1
IMPOSSIBLE = ["0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255", "10.0.0.255"]


@pytest.mark.parametrize("stray", STRAY)
@scenario("AX-DHCP-5")
def test_an_offer_that_is_not_for_us_is_none(dut: Dut, peer: Peer, wire: Wire, stray: str) -> None:
    server = Server(wire, peer)
    dut.futures.dhcp()

    server.answer(server.expect(DISCOVER), OFFER, **STRAY[stray])

    assert server.asked() == []


@pytest.mark.parametrize("stray", STRAY)
@pytest.mark.parametrize("kind", [ACK, NAK])
@scenario("AX-DHCP-5")
def test_an_answer_to_a_request_that_is_not_for_us_is_none(
    dut: Dut, peer: Peer, wire: Wire, clock: StackClock, kind: int, stray: str
) -> None:
    server = Server(wire, peer)
    dut.futures.dhcp()
    server.answer(server.expect(DISCOVER), OFFER)

    server.answer(server.expect(REQUEST), kind, **STRAY[stray])

    assert server.asked() == []
    clock.advance(2000)
    server.expect(REQUEST)


@pytest.mark.parametrize("option", [("server_id", None), ("message-type", None), ("message-type", 9)], ids=str)
@scenario("AX-DHCP-5")
def test_an_offer_without_what_it_must_have_is_none(dut: Dut, peer: Peer, wire: Wire, option: Option) -> None:
    server = Server(wire, peer)
    dut.futures.dhcp()
    asked = server.expect(DISCOVER)

    server.answer(asked, OFFER, replaced=option)

    assert server.asked() == []


@pytest.mark.parametrize("addr", IMPOSSIBLE)
@scenario("AX-DHCP-5")
def test_an_address_that_cannot_be_is_not_taken(dut: Dut, peer: Peer, wire: Wire, clock: StackClock, addr: str) -> None:
    server = Server(wire, peer)
    future = dut.futures.dhcp()
    server.answer(server.expect(DISCOVER), OFFER, yiaddr=addr)
    for asked in server.asked():
        server.answer(asked, ACK, yiaddr=addr)

    clock.advance(PROBES_MS)

    assert (dut.net().addr, dut.dhcp()["bound"], future.told()) == ("0.0.0.0", "0", [])
    clock.advance(130_000)
    assert DISCOVER in [asked.kind for asked in server.asked()]


@scenario("AX-DHCP-5", "AX-DHCP-3")
def test_behind_an_address_that_cannot_be_it_waits_before_it_asks_again(
    dut: Dut, peer: Peer, wire: Wire, clock: StackClock
) -> None:
    server = Server(wire, peer)
    dut.futures.dhcp()
    server.answer(server.expect(DISCOVER), OFFER, yiaddr="127.0.0.1")
    server.answer(server.expect(REQUEST), ACK, yiaddr="127.0.0.1")

    times = asked_at(clock, server, 30_000)

    assert times[0] == (PROBED_MS + REFUSED_MS, DISCOVER)


@pytest.mark.parametrize("to", ["255.255.255.255", OFFERED])
@scenario("AX-DHCP-5")
def test_without_an_address_nobody_elses_datagram_comes_in(dut: Dut, peer: Peer, wire: Wire, to: str) -> None:
    server = Server(wire, peer)
    dut.futures.dhcp()
    server.answer(server.expect(DISCOVER), OFFER)
    server.expect(REQUEST)
    udp = dut.udp()
    udp.bind(7)
    wire.frames()

    ours = Ether(src=peer.mac.hex(":"), dst=peer.dut_mac.hex(":")) / IP(src=peer.ip, dst=to)
    for port in (7, 9):  # of a socket, and of none
        wire.send(ours / UDP(sport=67, dport=port) / b"to nobody")

    with refused("would-block"):
        udp.recv(100)
    assert (wire.frames(), dut.net().addr) == ([], "0.0.0.0")


@scenario("AX-DHCP-5")
def test_a_mask_that_cannot_be_is_not_taken(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = Server(wire, peer)
    dut.futures.dhcp()
    server.answer(server.expect(DISCOVER), OFFER)
    server.answer(server.expect(REQUEST), ACK, ("subnet_mask", "255.0.255.0"))

    clock.advance(PROBES_MS + 10_000)

    assert (dut.net().addr, dut.dhcp()["bound"]) == ("0.0.0.0", "0")
    assert DISCOVER in [asked.kind for asked in server.asked()]


@scenario("AX-DHCP-5", "RFC9293 MUST-2")
def test_a_spoiled_answer_is_none(dut: Dut, peer: Peer, wire: Wire) -> None:
    server = Server(wire, peer)
    dut.futures.dhcp()

    server.answer(server.expect(DISCOVER), OFFER, checksum=1)

    assert server.asked() == []
