# SPDX-License-Identifier: GPL-2.0-or-later
"""Connections side by side that differ in one thing only: none hears of the other."""

from __future__ import annotations

from collections.abc import Callable

from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Peer, has_flags, scenario

PORT, PEER_PORT, ISN = 7, 50_000, 1000
Peers = Callable[[int], list[Peer]]


@scenario("AX-LISTEN-1", "RFC9293 MUST-45")
def test_two_peers_with_the_same_port_and_numbers_connect_at_once(dut: Dut, peers: Peers) -> None:
    listener, socks = dut.listen(PORT), [dut.tcp(), dut.tcp()]
    for sock in socks:
        listener.lend(sock)
    one, other = (peer.tcp(PORT, sport=PEER_PORT, isn=ISN) for peer in peers(2))

    one.send(TCP(flags="S"))
    other.send(TCP(flags="S"))
    one.expect(TCP(flags="SA", ack=ISN + 1))
    other.expect(TCP(flags="SA", ack=ISN + 1))
    other.send(TCP(flags="PA") / b"from the other")
    one.send(TCP(flags="PA") / b"from the one")

    assert [sock.recv() for sock in socks] == [b"from the one", b"from the other"]
    one.expect_nothing()
    other.expect_nothing()


@scenario("RFC9293 SA-18")
def test_a_reset_ends_its_own_connection_only(dut: Dut, peers: Peers) -> None:
    listener, socks = dut.listen(PORT), [dut.tcp(), dut.tcp()]
    for sock in socks:
        listener.lend(sock)
    one, other = (peer.tcp(PORT, sport=PEER_PORT, isn=ISN).handshake() for peer in peers(2))

    one.send(TCP(flags="R"))

    assert [sock.state().state for sock in socks] == ["CLOSED", "ESTABLISHED"]
    socks[1].send(b"data")
    other.expect(TCP(flags="PA") / b"data")
    one.expect_nothing()


@scenario("RFC9293 SA-05")
def test_the_acknowledgement_of_one_is_nothing_to_the_other(dut: Dut, peers: Peers) -> None:
    listener, socks = dut.listen(PORT), [dut.tcp(), dut.tcp()]
    for sock in socks:
        listener.lend(sock)
    one, other = (peer.tcp(PORT, sport=PEER_PORT, isn=ISN) for peer in peers(2))
    one.send(TCP(flags="S"))
    one.expect(TCP(flags="SA"))

    other.send(TCP(flags="A", seq=ISN + 1, ack=one.rcv_nxt))

    other.expect(TCP(flags=has_flags("R", without="SF"), seq=one.rcv_nxt))
    other.expect_nothing()
    one.expect_nothing()
    assert [sock.state().state for sock in socks] == ["SYN-RECEIVED", "LISTEN"]


@scenario("AX-TCP-6", "AX-TCP-3")
def test_two_ports_of_one_peer_have_windows_of_their_own(dut: Dut, peer: Peer) -> None:
    listener = dut.listen(PORT)
    for rx in (100, 3000):
        listener.lend(dut.tcp(rx=rx))
    small, large = peer.tcp(PORT), peer.tcp(PORT)

    small.send(TCP(flags="S"))
    large.send(TCP(flags="S"))

    small.expect(TCP(flags="SA", window=100))
    large.expect(TCP(flags="SA", window=3000))
    small.expect_nothing()
    large.expect_nothing()


@scenario("AX-TCP-35")
def test_the_device_connects_twice_to_the_same_port(dut: Dut, peer: Peer) -> None:
    one, other = dut.tcp(), dut.tcp()
    first = peer.tcp(sport=PORT)
    one.connect(peer, PORT)
    first.accept()
    second = peer.tcp(sport=PORT)
    other.connect(peer, PORT)
    second.accept()

    one.send(b"one")
    other.send(b"other")

    first.expect(TCP(flags="PA") / b"one")
    second.expect(TCP(flags="PA") / b"other")
    first.expect_nothing()
    second.expect_nothing()
