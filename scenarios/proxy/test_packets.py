# SPDX-License-Identifier: GPL-2.0-or-later
"""The packet device: the application's own packets, of any destination, in and out."""

from __future__ import annotations

import pytest
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.packet import Packet

from plumbline.scenario import Dut, Endpoint, Pattern, Peer, Proxy, StackClock, refused, scenario
from scenarios.proxy.place import THERE, proxied

HOST, SERVER = "192.0.2.9", "203.0.113.5"
SLOTS = 4


def push(proxy: Proxy, packet: Packet) -> None:
    proxy.push(bytes(IP(src=HOST, dst=SERVER) / packet))


def pulled(proxy: Proxy) -> IP:
    """The oldest packet, with its sums right."""
    packet = proxy.pull()
    assert packet is not None, "nothing was sent"
    made = IP(packet)
    for layer in (IP, TCP, UDP, ICMP):
        if layer in made:
            del made[layer].chksum
    assert bytes(made) == packet
    return IP(packet)


def connect(proxy: Proxy, sport: int = 5000) -> TCP:
    """Its SYN-ACK; acknowledged."""
    push(proxy, TCP(sport=sport, dport=80, flags="S", seq=100))
    answer: TCP = pulled(proxy)[TCP]
    push(proxy, TCP(sport=sport, dport=80, flags="A", seq=101, ack=answer.seq + 1))
    return answer


@scenario("AX-PROXY-1", "AX-PROXY-2", "AX-PROXY-14")
def test_a_connection_to_any_address(dut: Dut, peer: Peer) -> None:
    proxy = proxied(dut, peer, packets=SLOTS)
    sock = dut.tcp()
    proxy.listener.lend(sock)

    answer = connect(proxy)
    push(proxy, TCP(sport=5000, dport=80, flags="PA", seq=101, ack=answer.seq + 1) / b"there")
    assert sock.recv() == b"there"
    sock.send(b"and back")

    came = pulled(proxy)
    assert (came.src, came.dst, came[TCP].sport, came[TCP].dport) == (SERVER, HOST, 80, 5000)
    assert bytes(came[TCP].payload) == b"and back"
    assert (sock.state().local, sock.state().remote) == (Endpoint(SERVER, 80), Endpoint(HOST, 5000))
    peer.expect_nothing()


@scenario("AX-PROXY-6", "AX-PROXY-14")
def test_a_datagram_to_any_address(dut: Dut, peer: Peer) -> None:
    proxy = proxied(dut, peer, packets=SLOTS)

    push(proxy, UDP(sport=5000, dport=53) / b"ask")
    came = proxy.recv()
    proxy.send(came.to, HOST, 5000, b"answer")

    answer = pulled(proxy)
    assert (answer.src, answer.dst, bytes(answer[UDP].payload)) == (SERVER, HOST, b"answer")
    peer.expect_nothing()


@pytest.mark.parametrize("layer", [IP, TCP])
@scenario("AX-PROXY-12")
def test_a_wrong_sum_is_found_behind_a_frame_whose_sums_were_right(dut: Dut, peer: Peer, layer: type[Packet]) -> None:
    """A MAC may have looked at the frame's; at the packet's nobody has."""
    proxy = proxied(dut, peer, packets=SLOTS)
    peer.udp(53, at=THERE).send(b"a frame")
    assert proxy.recv().data == b"a frame"
    packet = IP(src=HOST, dst=SERVER) / TCP(sport=5000, dport=80, flags="S", seq=100)
    packet[layer].chksum = 0x1234

    proxy.push(bytes(packet))

    assert proxy.pull() is None
    peer.expect_nothing()
    push(proxy, TCP(sport=5000, dport=80, flags="S", seq=100))
    assert pulled(proxy)[TCP].flags == "RA"


@scenario("AX-PROXY-7")
def test_a_ping_to_any_address(dut: Dut, peer: Peer) -> None:
    proxy = proxied(dut, peer, packets=SLOTS)

    push(proxy, ICMP(type="echo-request", id=7, seq=1) / b"ping")

    answer = pulled(proxy)
    assert (answer.src, answer.dst, answer[ICMP].type) == (SERVER, HOST, 0)
    peer.expect_nothing()


@scenario("AX-PROXY-14", "AX-PROXY-5")
def test_the_link_and_the_application_are_two_ways(dut: Dut, peer: Peer) -> None:
    proxy = proxied(dut, peer, sockets=2, packets=SLOTS)

    peer.tcp(80, at=THERE).handshake()
    connect(proxy)

    assert proxy.pull() is None
    peer.expect_nothing()
    assert proxy.listener.stats()["accepted"] == 2


@scenario("AX-PROXY-14")
def test_what_finds_no_room_waits_in_its_socket(dut: Dut, peer: Peer) -> None:
    proxy = proxied(dut, peer, packets=SLOTS)
    sock = dut.tcp()
    proxy.listener.lend(sock)
    connect(proxy)
    for _ in range(SLOTS):
        push(proxy, ICMP(type="echo-request") / b"ping")

    sock.send(b"later")

    assert proxy.stats()["packets_full"] == 1
    for _ in range(SLOTS):
        assert ICMP in pulled(proxy)
    assert bytes(pulled(proxy)[TCP].payload) == b"later"
    assert proxy.pull() is None


@pytest.mark.parametrize(("length", "fragments"), [(1472, 1), (1473, 2), (1480, 2), (1481, 2)])
@scenario("AX-PROXY-14", "AX-PROXY-12")
def test_a_datagram_waits_whole_until_all_its_fragments_have_room(
    dut: Dut, peer: Peer, length: int, fragments: int
) -> None:
    proxy = proxied(dut, peer, packets=2)
    push(proxy, UDP(sport=5000, dport=53) / b"ask")
    push(proxy, ICMP(type="echo-request") / b"ping")

    proxy.send(proxy.recv().to, HOST, 5000, Pattern(1, 0, length))
    sent = [proxy.stats()["packets_sent"]]
    assert ICMP in pulled(proxy)
    sent.append(proxy.stats()["packets_sent"])

    assert sent == ([2, 2] if fragments == 1 else [1, 3])
    peer.expect_nothing()


@scenario("AX-PROXY-14")
def test_it_goes_on_without_cable_and_address(dut: Dut, peer: Peer, clock: StackClock) -> None:
    proxy = proxied(dut, peer, sockets=1, packets=SLOTS)
    sock = dut.tcp()
    answer = connect(proxy)
    dut.net("0.0.0.0", "0.0.0.0")

    push(proxy, TCP(sport=5000, dport=80, flags="PA", seq=101, ack=answer.seq + 1) / b"there")
    clock.advance(dut.profile["delayed_ack_ms"])
    assert pulled(proxy)[TCP].ack == 106
    proxy.listener.lend(sock)
    connect(proxy, sport=5001)

    assert (sock.state().state, proxy.listener.stats()["accepted"]) == ("ESTABLISHED", 2)
    dut.net(peer.dut_ip)


@scenario("AX-PROXY-14")
def test_without_a_packet_device_there_is_nothing_to_push_to(dut: Dut, peer: Peer) -> None:
    proxy = proxied(dut, peer)

    with refused("state"):
        push(proxy, ICMP())
    with refused("state"):
        proxy.pull()


@scenario("AX-PROXY-14")
def test_more_packets_than_one_poll_takes_are_all_taken(dut: Dut, peer: Peer) -> None:
    many = 3 * dut.profile["poll_frames"] + 3
    proxy = proxied(dut, peer, packets=many)
    dut.poll_by_hand()
    for number in range(many):
        push(proxy, ICMP(type="echo-request", id=7, seq=number) / b"ping")

    dut.poll_auto()

    assert proxy.stats()["packets_sent"] == many
    assert [pulled(proxy)[ICMP].seq for _ in range(many)] == list(range(many))
