# SPDX-License-Identifier: GPL-2.0-or-later
"""Connects side by side to a neighbour that has not answered ARP yet: each is served, none pays for another."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP
from scapy.layers.l2 import ARP

from plumbline.scenario import Dut, Peer, StackClock, TcpEnd, TcpSocket, scenario, takes

PORT = 7


def wait_for_a_neighbour(dut: Dut, peer: Peer, count: int) -> list[tuple[TcpEnd, TcpSocket]]:
    """So many connects to ports of their own; one question was asked for all of them."""
    peer.arp = False
    pairs = []
    for number in range(count):
        sock, conn = dut.tcp(rx=100, tx=100), peer.tcp(sport=PORT + number)
        sock.connect(peer, PORT + number)
        pairs.append((conn, sock))
    peer.expect(ARP(op="who-has", pdst=peer.ip))
    peer.expect_nothing()
    return pairs


def answer(dut: Dut, peer: Peer) -> None:
    peer.send(ARP(op="is-at", psrc=peer.ip, pdst=dut.net().addr))


def completes(conn: TcpEnd, sock: TcpSocket) -> None:
    conn.accept()
    conn.expect_nothing()
    assert sock.state().state == "ESTABLISHED"


@pytest.mark.parametrize("count", [2, 4])
@scenario("RFC1122 A", "AX-TIME-4")
def test_all_are_served_when_the_neighbour_speaks(dut: Dut, peer: Peer, clock: StackClock, count: int) -> None:
    takes(dut, "neighbour_packets", count)
    pairs = wait_for_a_neighbour(dut, peer, count)
    before = clock.now

    answer(dut, peer)

    for conn, sock in pairs:
        completes(conn, sock)
    assert clock.now == before


@scenario("RFC1122 A", "AX-FULL-10")
def test_more_than_there_are_places_for_are_served_by_the_next_syn(dut: Dut, peer: Peer, clock: StackClock) -> None:
    places = dut.profile["neighbour_packets"]
    pairs = wait_for_a_neighbour(dut, peer, places + 1)

    answer(dut, peer)
    _, first = pairs[0]
    for conn, sock in pairs[1:]:
        completes(conn, sock)
    waits = first.state().state
    peer.arp = True
    clock.advance_to_frame(at_most_ms=dut.profile["rto_initial_ms"])

    assert waits == "SYN-SENT"
    completes(*pairs[0])


# Local and remote ports of two connects that differ in one of the two.
PORTS = {"another remote port": [(5000, 70), (5000, 71)], "another local port": [(5000, 70), (5001, 70)]}


def wait_with_ports(dut: Dut, peer: Peer, ports: list[tuple[int, int]]) -> list[TcpSocket]:
    """Connects with these ports, local and remote, to a neighbour that says nothing."""
    peer.arp = False
    socks = [dut.tcp(rx=100, tx=100) for _ in ports]
    for sock, (local, remote) in zip(socks, ports, strict=True):
        sock.connect(peer, remote, local=local)
    peer.expect(ARP(op="who-has", pdst=peer.ip))
    return socks


def syns(peer: Peer) -> list[tuple[int, int]]:
    return [(frame.tcp.sport, frame.tcp.dport) for frame in peer.frames() if frame.tcp is not None]


@pytest.mark.parametrize("differ", PORTS)
@scenario("RFC1122 A", "AX-TIME-4", "AX-TCP-34")
def test_one_port_is_enough_to_be_another_connection(dut: Dut, peer: Peer, differ: str) -> None:
    wait_with_ports(dut, peer, PORTS[differ])

    answer(dut, peer)

    assert syns(peer) == PORTS[differ]


@pytest.mark.parametrize("which", [0, 1], ids=["first", "second"])
@pytest.mark.parametrize("differ", PORTS)
@scenario("AX-TIME-2", "AX-TIME-3")
def test_one_that_is_withdrawn_is_known_by_both_its_ports(dut: Dut, peer: Peer, differ: str, which: int) -> None:
    socks = wait_with_ports(dut, peer, PORTS[differ])

    socks[which].abort()
    answer(dut, peer)

    assert syns(peer) == [PORTS[differ][1 - which]]


@pytest.mark.parametrize("withdraw", [TcpSocket.abort, TcpSocket.close, TcpSocket.destroy])
@pytest.mark.parametrize("which", [0, 1], ids=["first", "second"])
@scenario("AX-TIME-2", "AX-TIME-3", "AX-TCP-23")
def test_one_that_is_withdrawn_takes_only_itself_away(
    dut: Dut, peer: Peer, clock: StackClock, which: int, withdraw: Callable[[TcpSocket], None]
) -> None:
    pairs = wait_for_a_neighbour(dut, peer, 2)
    gone, sock = pairs.pop(which)

    withdraw(sock)
    answer(dut, peer)

    completes(*pairs[0])
    peer.arp = True
    clock.advance(10 * dut.profile["rto_initial_ms"])
    gone.expect_nothing()


@pytest.mark.parametrize("withdraw", [TcpSocket.abort, TcpSocket.close, TcpSocket.destroy])
@scenario("AX-TIME-2", "AX-TIME-3", "RFC9293 SA-40")
def test_one_that_is_withdrawn_behind_its_syn_takes_only_itself_away(
    dut: Dut, peer: Peer, clock: StackClock, withdraw: Callable[[TcpSocket], None]
) -> None:
    pairs = wait_for_a_neighbour(dut, peer, 2)
    answer(dut, peer)
    (gone, sock), (conn, other) = pairs
    gone.expect(TCP(flags="S"))

    withdraw(sock)

    completes(conn, other)
    peer.arp = True
    clock.advance(10 * dut.profile["rto_initial_ms"])
    gone.expect_nothing()


@scenario("AX-TCP-16", "AX-TIME-3", "AX-TCP-11")
def test_one_deadline_ends_one_of_them(dut: Dut, peer: Peer, clock: StackClock) -> None:
    peer.arp = False
    hasty, patient = dut.tcp(), dut.tcp()
    short, long = peer.tcp(sport=PORT), peer.tcp(sport=PORT + 1)
    hasty.connect(peer, PORT, timeout_ms=500)
    patient.connect(peer, PORT + 1)

    clock.advance(500)
    answer(dut, peer)

    assert (hasty.state().end, hasty.state().released) == ("connect-timeout", True)
    completes(long, patient)
    short.expect_nothing()
