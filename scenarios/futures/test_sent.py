# SPDX-License-Identifier: GPL-2.0-or-later
"""A datagram's way to the link as a future: done when it was sent, or given up."""

from __future__ import annotations

import pytest
from scapy.layers.l2 import ARP

from plumbline.scenario import Dut, Peer, StackClock, UdpSocket, bound, scenario, takes


def unanswered(dut: Dut, peer: Peer) -> UdpSocket:
    """A socket to send from, and a peer that does not answer ARP."""
    takes(dut, "neighbour_packets", 1)
    peer.arp = False
    udp = dut.udp()
    udp.bind(7)
    udp.follow()
    return udp


@scenario("AX-UDP-34", "AX-FUT-9")
def test_what_has_left_is_done_at_once(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer)
    udp.follow()
    id_ = udp.send(peer, end.sport, b"gone")

    future = dut.futures.sent(udp, id_)

    assert [ended.result for ended in future.told()] == [0]
    end.expect(b"gone")


@scenario("AX-UDP-34", "AX-FUT-9")
def test_it_is_done_once_it_was_sent(dut: Dut, peer: Peer) -> None:
    udp = unanswered(dut, peer)
    end = peer.udp(7)
    future = dut.futures.sent(udp, udp.send(peer, end.sport, b"awaited"))
    before = future.ended()

    peer.send(ARP(op="is-at", pdst="10.0.0.2"))

    end.expect(b"awaited")
    assert before is None
    assert [ended.result for ended in future.told()] == [0]


@scenario("AX-UDP-34", "AX-FUT-9")
def test_it_is_done_once_the_link_has_taken_it(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer)
    udp.follow()
    dut.fault_tx_full("all")
    future = dut.futures.sent(udp, udp.send(peer, end.sport, b"queued"))
    before = future.ended()

    dut.fault_tx_full("off")

    end.expect(b"queued")
    assert before is None
    assert [ended.result for ended in future.told()] == [0]


@pytest.mark.parametrize("waits_for", ["neighbour", "link"])
@scenario("AX-UDP-34", "AX-FUT-9")
def test_it_is_done_once_its_socket_was_closed(dut: Dut, peer: Peer, waits_for: str) -> None:
    udp = unanswered(dut, peer)
    dut.fault_tx_full("all" if waits_for == "link" else "off")
    future = dut.futures.sent(udp, udp.send(peer, 9, b"never sent"))
    before = future.ended()

    udp.close()

    assert (before, [ended.result for ended in future.told()]) == (None, ["state"])


@scenario("AX-UDP-34", "AX-FUT-9")
def test_of_an_id_that_nobody_knows_it_is_done_at_once(dut: Dut, peer: Peer) -> None:
    never_bound, followed = dut.udp(), unanswered(dut, peer)

    futures = [dut.futures.sent(udp, 1) for udp in (never_bound, followed)]

    assert [[ended.result for ended in future.told()] for future in futures] == [["state"], ["memory"]]


@scenario("AX-UDP-34", "AX-FUT-6", "AX-FUT-9")
def test_it_is_done_once_it_was_given_up(dut: Dut, peer: Peer, clock: StackClock) -> None:
    udp = unanswered(dut, peer)
    future = dut.futures.sent(udp, udp.send(peer, 9, b"in vain"))

    clock.advance(20_000)

    gone_ms = dut.profile["arp_tries"] * dut.profile["arp_every_ms"]
    assert [(ended.ms, ended.result) for ended in future.told()] == [(gone_ms, "unreachable")]


@scenario("AX-UDP-34", "AX-FUT-8")
def test_withdrawn_it_says_nothing(dut: Dut, peer: Peer, clock: StackClock) -> None:
    udp = unanswered(dut, peer)
    future = dut.futures.sent(udp, udp.send(peer, 9, b"nobody cares"))

    future.withdraw()
    clock.advance(20_000)

    assert future.told() == []
