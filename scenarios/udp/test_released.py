# SPDX-License-Identifier: GPL-2.0-or-later
"""When a UDP socket's memory is its owner's again: said once, after close, when the stack is done with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from plumbline.scenario import Dut, Pattern, Peer, UdpSocket, Watch, bound, introduce, scenario, takes


def idle(dut: Dut, peer: Peer, udp: UdpSocket) -> None:
    introduce(peer)


def datagrams_not_sent(dut: Dut, peer: Peer, udp: UdpSocket) -> None:
    introduce(peer)
    dut.poll_by_hand()
    for _ in range(3):
        udp.send(peer, 9, b"not sent")


def datagrams_not_read(dut: Dut, peer: Peer, udp: UdpSocket) -> None:
    peer.udp(7).send(b"not read")


def waiting_for_arp(dut: Dut, peer: Peer, udp: UdpSocket) -> None:
    takes(dut, "neighbour_packets", 3)
    peer.arp = False
    udp.send(peer, 9, Pattern(1, 0, 4000))


def broken_off(dut: Dut, peer: Peer, udp: UdpSocket) -> None:
    introduce(peer)
    dut.fault_tx_room(1)
    udp.send(peer, 9, Pattern(1, 0, 4000))


def refused_by_the_link(dut: Dut, peer: Peer, udp: UdpSocket) -> None:
    introduce(peer)
    dut.fault_tx_full("all")
    udp.send(peer, 9, b"refused")


GIVENS: dict[str, Callable[[Dut, Peer, UdpSocket], None]] = {
    "idle": idle,
    "datagrams not sent": datagrams_not_sent,
    "datagrams not read": datagrams_not_read,
    "waiting for ARP": waiting_for_arp,
    "broken off": broken_off,
    "refused by the link": refused_by_the_link,
}


def told(watch: Watch) -> list[tuple[str, bool]]:
    return [(event.kind, event.released) for event in watch.events()]


@pytest.mark.parametrize("given", GIVENS)
@scenario("AX-TIME-2", "AX-BENCH-7", "AX-WAKE-2")
def test_it_is_said_when_the_stack_has_let_go_and_not_at_the_call(dut: Dut, peer: Peer, given: str) -> None:
    udp = dut.udp()
    udp.bind(7)
    GIVENS[given](dut, peer, udp)
    watch = dut.watch(udp, "released")
    dut.poll_by_hand()

    udp.close()
    assert told(watch) == []
    dut.poll()

    assert told(watch) == [("wake", True)]
    assert dut.mem().pools["neighbour_packets"].used == 0


@scenario("AX-TIME-2", "AX-TIME-4")
def test_a_socket_closed_before_the_stack_knew_it_is_released_too(dut: Dut, peer: Peer) -> None:
    udp = dut.udp()
    dut.poll_by_hand()
    udp.bind(7)
    watch = dut.watch(udp, "released")
    assert told(watch) == []

    udp.close()
    assert told(watch) == []
    dut.poll()

    assert told(watch) == [("wake", True)]
    peer.expect_nothing()


@pytest.mark.parametrize("given", ["broken off", "refused by the link", "waiting for ARP"])
@scenario("AX-TIME-2", "AX-UDP-1", "AX-BENCH-7")
def test_nothing_of_it_is_sent_from_memory_that_is_anothers(dut: Dut, peer: Peer, given: str) -> None:
    udp, other = dut.udp(), peer.udp(8, sport=10)
    udp.bind(7)
    GIVENS[given](dut, peer, udp)
    peer.frames()

    udp.close()
    heir = dut.udp()
    heir.bind(8)
    heir.send(peer, 10, Pattern(9, 0, 4000))
    for fault in (dut.fault_tx_full, dut.fault_tx_room):
        fault("off")
    introduce(peer)

    assert heir.handle == udp.handle
    other.expect(bytes(Pattern(9, 0, 4000)))
    peer.expect_nothing()


@scenario("AX-WAKE-2", "AX-TIME-2")
def test_traffic_releases_nothing(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer)
    watch = dut.watch(udp, "released")

    end.send(b"in")
    udp.recv()
    udp.send(peer, end.sport, b"out")
    end.expect(b"out")

    assert told(watch) == []
    end.expect_nothing()
