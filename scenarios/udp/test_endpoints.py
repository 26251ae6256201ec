# SPDX-License-Identifier: GPL-2.0-or-later
"""One socket, many endpoints: who sent is told with each datagram, and each answer goes to its own."""

from __future__ import annotations

from collections.abc import Callable

from plumbline.scenario import Dut, Peer, UdpEnd, Wire, bound, introduce, scenario

MANY = 50


@scenario("AX-UDP-3", "AX-UDP-2", "RFC1122 U4")
def test_fifty_peers_are_told_apart_and_answered(dut: Dut, peers: Callable[[int], list[Peer]]) -> None:
    hosts = peers(MANY)
    udp = dut.udp(rx_slots=MANY)
    own = udp.bind(7)
    ends = [host.udp(own.port) for host in hosts]

    for number, end in enumerate(ends):
        end.send(b"question %d" % number)
    for number, (host, end) in enumerate(zip(hosts, ends, strict=True)):
        came = udp.recv()
        assert came.data == b"question %d" % number
        assert (came.from_.addr, came.from_.port) == (host.ip, end.sport)
        assert (came.to.addr, came.to.port) == (host.dut_ip, own.port)
        udp.send(came.from_.addr, came.from_.port, b"answer %d" % number)

    for number, end in enumerate(ends):
        end.expect(b"answer %d" % number)
        end.expect_nothing()


@scenario("AX-UDP-3", "RFC1122 A")
def test_more_peers_than_arp_entries_are_answered_round_after_round(
    dut: Dut, peers: Callable[[int], list[Peer]]
) -> None:
    udp = dut.udp()
    udp.bind(7)
    ends = [host.udp(7) for host in peers(dut.profile["arp_entries"] + 4)]
    dut.pump_udp_echo(udp)

    for number in range(3):
        for end in ends:
            end.send(b"round %d" % number)

    for end in ends:
        assert end.payloads() == [b"round %d" % number for number in range(3)]


@scenario("AX-UDP-3", "AX-UDP-2")
def test_an_echo_answers_fifty_ports_of_one_peer(dut: Dut, peer: Peer) -> None:
    first, udp = bound(dut, peer)
    ends = [first, *(peer.udp(7) for _ in range(MANY - 1))]
    dut.pump_udp_echo(udp)

    for end in ends:
        end.send(b"from %d" % end.sport)

    for end in ends:
        end.expect(b"from %d" % end.sport)
        end.expect_nothing()


@scenario("AX-UDP-2", "AX-UDP-3")
def test_receives_in_the_order_of_the_wire(dut: Dut, peers: Callable[[int], list[Peer]]) -> None:
    udp = dut.udp(rx_slots=40)
    udp.bind(7)
    ends = [host.udp(7) for host in peers(3)]

    for number in range(40):
        ends[number * number % 3].send(bytes([number]))

    assert [udp.recv().data for _ in range(40)] == [bytes([number]) for number in range(40)]
    assert not udp.state().can_recv


@scenario("AX-UDP-2", "AX-UDP-3")
def test_sends_in_the_order_of_the_calls(dut: Dut, peers: Callable[[int], list[Peer]], wire: Wire) -> None:
    hosts = peers(3)
    udp = dut.udp(tx_slots=40)
    udp.bind(7)
    for host in hosts:
        introduce(host)
    wire.frames()
    dut.poll_by_hand()

    for number in range(40):
        udp.send(hosts[number * number % 3], 9, bytes([number]))
    dut.poll(datagrams=40)

    sent = [frame.udp for frame in wire.frames() if frame.udp]
    assert [datagram.payload for datagram in sent] == [bytes([number]) for number in range(40)]


@scenario("AX-UDP-3", "AX-UDP-2")
def test_sockets_on_two_ports_do_not_mix(dut: Dut, peer: Peer) -> None:
    sockets = {port: dut.udp() for port in (7, 8)}
    ends: dict[int, UdpEnd] = {}
    for port, udp in sockets.items():
        udp.bind(port)
        ends[port] = peer.udp(port)

    for port, end in ends.items():
        end.send(b"to %d" % port)
        sockets[port].send(peer, end.sport, b"from %d" % port)

    for port, end in ends.items():
        assert sockets[port].recv().data == b"to %d" % port
        assert not sockets[port].state().can_recv
        end.expect(b"from %d" % port)
        end.expect_nothing()


@scenario("AX-UDP-12", "AX-FULL-9")
def test_an_overflow_leaves_the_socket_on_another_port_alone(dut: Dut, peer: Peer) -> None:
    flooded, udp = bound(dut, peer, port=7, rx=64, rx_slots=2)
    other_end, other = bound(dut, peer, port=8, rx=64, rx_slots=2)

    for number in range(20):
        flooded.send(b"flood %2d" % number)
    other_end.send(b"to the other")
    other.send(peer, other_end.sport, b"from the other")

    assert other.recv().data == b"to the other"
    other_end.expect(b"from the other")
    assert (udp.stats()["received"], udp.stats()["rx_dropped_slots"]) == (2, 18)
    assert (other.stats()["received"], other.stats()["rx_dropped_slots"]) == (1, 0)
    assert [udp.recv().data for _ in range(2)] == [b"flood  0", b"flood  1"]
