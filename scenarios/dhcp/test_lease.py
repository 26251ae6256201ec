# SPDX-License-Identifier: GPL-2.0-or-later
"""How an address comes: asked for, offered, requested, acknowledged, probed, announced, taken."""

from __future__ import annotations

from scapy.layers.l2 import ARP

from plumbline.scenario import Dut, Peer, StackClock, Wire, scenario
from scenarios.dhcp.server import ACK, DECLINE, DISCOVER, LEASE_S, MASK, OFFER, OFFERED, PROBES_MS, REQUEST, Server


def probes(wire: Wire) -> int:
    """Of the address that is offered, since the last look at the wire."""
    arps = [frame.arp for frame in wire.frames() if frame.arp]
    return sum((arp.op, arp.sender_ip, arp.target_ip) == (1, 0, 0x0A000032) for arp in arps)


@scenario("AX-DHCP-1")
def test_the_questions_are_those_of_rfc_2131(dut: Dut, peer: Peer, wire: Wire) -> None:
    server = Server(wire, peer)
    dut.futures.dhcp()

    discover = server.expect(DISCOVER)
    server.answer(discover, OFFER)
    request = server.expect(REQUEST)

    for asked in (discover, request):
        message = asked.message
        assert (message.op, message.htype, message.hlen, message.hops) == (1, 1, 6, 0)
        assert (message.ciaddr, message.yiaddr, message.giaddr) == ("0.0.0.0",) * 3
        assert message.chaddr[:6] == peer.dut_mac
        assert (asked.source, asked.destination) == ("0.0.0.0", "255.255.255.255")
        assert {1, 3, 6} <= asked.wants
    assert discover.message.xid == request.message.xid
    assert (request.options["requested_addr"], request.options["server_id"]) == (OFFERED, peer.ip)


@scenario("AX-DHCP-1", "AX-DHCP-2")
def test_it_is_taken_once_nobody_has_it(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = Server(wire, peer)
    future = dut.futures.dhcp()
    server.answer(server.expect(DISCOVER), OFFER)
    server.answer(server.expect(REQUEST), ACK, ("name_server", "10.0.0.1"))

    clock.advance(PROBES_MS)

    arps = [frame.arp for frame in wire.frames() if frame.arp and frame.arp.op == 1]
    senders = [arp.sender_ip for arp in arps if arp.target_ip == 0x0A000032]
    assert (senders[:3], set(senders[3:])) == ([0, 0, 0], {0x0A000032})
    assert [ended.result for ended in future.told()] == [0]
    net, lease = dut.net(), dut.dhcp()
    assert (net.addr, net.mask, net.gateway) == (OFFERED, MASK, peer.ip)
    assert (lease["bound"], lease["addr"], lease["server"], lease["dns"]) == ("1", OFFERED, peer.ip, "10.0.0.1")
    assert lease["seconds"] == str(LEASE_S)


@scenario("AX-DHCP-1")
def test_answers_to_the_offered_address_come_in_too(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = Server(wire, peer)
    dut.futures.dhcp()
    server.answer(server.expect(DISCOVER), OFFER, unicast=True)

    server.answer(server.expect(REQUEST), ACK, unicast=True)

    clock.advance(PROBES_MS)
    assert dut.dhcp()["bound"] == "1"


@scenario("AX-DHCP-2")
def test_an_address_that_somebody_has_is_declined(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = Server(wire, peer)
    dut.futures.dhcp()
    server.answer(server.expect(DISCOVER), OFFER)
    server.answer(server.expect(REQUEST), ACK)
    clock.advance(3000)
    wire.frames()

    peer.send(ARP(op="is-at", psrc=OFFERED, hwdst=peer.dut_mac.hex(":"), pdst="0.0.0.0"))

    declined = server.expect(DECLINE)
    assert declined.options["requested_addr"] == OFFERED
    assert declined.destination == "255.255.255.255"
    clock.advance(9_999)
    assert server.asked() == []
    clock.advance(1)
    server.expect(DISCOVER)
    assert (dut.net().addr, dut.dhcp()["bound"]) == ("0.0.0.0", "0")


@scenario("AX-DHCP-2", needs={"cable_switch"})
def test_behind_a_link_that_was_down_an_address_is_asked_for_and_probed_anew(
    dut: Dut, peer: Peer, wire: Wire, clock: StackClock
) -> None:
    server = Server(wire, peer)
    future = dut.futures.dhcp()
    server.answer(server.expect(DISCOVER), OFFER)
    server.answer(server.expect(REQUEST), ACK)
    clock.advance(1000)
    assert probes(wire) > 0

    for plugged in (False, True):
        dut.cable(plugged)
        clock.advance(dut.profile["link_debounce_ms"])
    anew = server.expect(DISCOVER)

    clock.advance(PROBES_MS)
    assert (probes(wire), dut.net().addr, future.told()) == (0, "0.0.0.0", [])
    server.answer(anew, OFFER)
    server.answer(server.expect(REQUEST), ACK)
    clock.advance(PROBES_MS)
    assert (probes(wire), dut.net().addr) == (3, OFFERED)
    assert [ended.result for ended in future.told()] == [0]
