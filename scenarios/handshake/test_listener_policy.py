# SPDX-License-Identifier: GPL-2.0-or-later
"""More peers than sockets, under both policies: who is served, what the others hear, what is counted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import NO_OPTIONS, NO_PAYLOAD, Dut, Listener, Peer, TcpSocket, has_flags, scenario
from scenarios.sequence import off

PORT = 7
COUNTS = [0, 1, 2, 5]
Peers = Callable[[int], list[Peer]]


def listening(dut: Dut, policy: str, count: int) -> tuple[Listener, list[TcpSocket]]:
    """A listener with so many sockets lent."""
    listener, socks = dut.listen(PORT, policy), [dut.tcp() for _ in range(count)]
    for sock in socks:
        listener.lend(sock)
    return listener, socks


def counted(listener: Listener) -> tuple[int, ...]:
    stats = listener.stats()
    return tuple(stats[name] for name in ("lent", "syns", "accepted", "returned", "reset", "dropped"))


@pytest.mark.parametrize("count", COUNTS)
@scenario("AX-LISTEN-4", "AX-LISTEN-5", "AX-LISTEN-8")
def test_the_peer_that_is_too_many_is_reset(dut: Dut, peers: Peers, count: int) -> None:
    listener, socks = listening(dut, "reset", count)
    *served, other = peers(count + 1)
    for peer in served:
        peer.tcp(PORT).handshake()
    conn = other.tcp(PORT)

    conn.send(TCP(flags="S", options=[("MSS", 1460)]))

    conn.expect(TCP(flags="RA", seq=0, ack=conn.snd_nxt, options=NO_OPTIONS) / NO_PAYLOAD)
    conn.expect_nothing()
    assert counted(listener) == (0, count, count, 0, 1, 0)
    assert all(sock.state().state == "ESTABLISHED" for sock in socks)


@pytest.mark.parametrize("count", COUNTS)
@scenario("AX-LISTEN-4", "AX-LISTEN-6", "AX-LISTEN-8")
def test_the_peer_that_is_too_many_hears_nothing(dut: Dut, peers: Peers, count: int) -> None:
    listener, socks = listening(dut, "drop", count)
    *served, other = peers(count + 1)
    for peer in served:
        peer.tcp(PORT).handshake()
    conn = other.tcp(PORT)

    conn.send(TCP(flags="S"))

    conn.expect_nothing()
    assert counted(listener) == (0, count, count, 0, 0, 1)
    assert all(sock.state().state == "ESTABLISHED" for sock in socks)


@pytest.mark.parametrize("policy", ["reset", "drop"])
@scenario("AX-LISTEN-6", "AX-LISTEN-1")
def test_a_syn_sent_again_finds_the_socket_lent_meanwhile(dut: Dut, peer: Peer, policy: str) -> None:
    listener, _ = listening(dut, policy, 0)
    conn = peer.tcp(PORT)
    conn.send(TCP(flags="S"))
    if policy == "reset":
        conn.expect(TCP(flags="RA"))
    sock = dut.tcp()
    listener.lend(sock)

    conn.send(TCP(flags="S", seq=conn.isn))

    conn.expect(TCP(flags="SA", ack=conn.snd_nxt))
    conn.send(TCP(flags="A"))
    conn.expect_nothing()
    assert sock.state().state == "ESTABLISHED"
    assert counted(listener)[:3] == (0, 1, 1)


@pytest.mark.parametrize(("flags", "length"), [("S", 1), ("SF", 2), ("SP", 9), ("SFP", 10)])
@scenario("AX-LISTEN-5", "RFC9293 SA-02")
def test_the_reset_acknowledges_all_that_came_with_the_syn(dut: Dut, peer: Peer, flags: str, length: int) -> None:
    listening(dut, "reset", 0)
    conn = peer.tcp(PORT)

    conn.send(TCP(flags=flags) / (b"a letter" if "P" in flags else b""))

    conn.expect(TCP(flags="RA", seq=0, ack=off(conn.isn, length)) / NO_PAYLOAD)
    conn.expect_nothing()


@pytest.mark.parametrize("policy", ["reset", "drop"])
@scenario("RFC9293 SA-04", "RFC9293 SA-07", "AX-LISTEN-8")
def test_only_syns_are_counted(dut: Dut, peer: Peer, policy: str) -> None:
    listener, _ = listening(dut, policy, 0)
    conn = peer.tcp(PORT)

    for flags in ("R", "RS", "F", "P"):
        conn.send(TCP(flags=flags))

    conn.expect_nothing()
    assert counted(listener) == (0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize("policy", ["reset", "drop"])
@pytest.mark.parametrize("flags", ["A", "SA", "FA"])
@scenario("RFC9293 SA-05", "AX-LISTEN-8")
def test_an_ack_is_reset_whatever_the_policy(dut: Dut, peer: Peer, flags: str, policy: str) -> None:
    listener, _ = listening(dut, policy, 0)
    conn = peer.tcp(PORT)

    conn.send(TCP(flags=flags, ack=1234))

    conn.expect(TCP(flags=has_flags("R", without="SF"), seq=1234) / NO_PAYLOAD)
    conn.expect_nothing()
    assert counted(listener) == (0, 0, 0, 0, 0, 0)


@scenario("AX-LISTEN-2")
def test_the_socket_lent_longest_is_taken_first(dut: Dut, peers: Peers) -> None:
    _, socks = listening(dut, "reset", 4)

    for peer in peers(4):
        peer.tcp(PORT).handshake().expect_nothing()

    assert [sock.state().remote.addr for sock in socks] == [peer.ip for peer in peers(4)]


@scenario("AX-LISTEN-2", "AX-LISTEN-9")
def test_a_socket_that_comes_back_is_the_next_to_be_taken(dut: Dut, peers: Peers) -> None:
    listener, socks = listening(dut, "reset", 2)
    one, other = peers(2)
    conn = one.tcp(PORT)
    conn.send(TCP(flags="S"))
    conn.expect(TCP(flags="SA"))
    conn.send(TCP(flags="R"))

    other.tcp(PORT).handshake().expect_nothing()

    conn.expect_nothing()
    assert [sock.state().state for sock in socks] == ["ESTABLISHED", "LISTEN"]
    assert counted(listener) == (1, 2, 1, 1, 0, 0)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
@scenario("AX-LISTEN-2", "AX-LISTEN-9")
def test_however_they_come_back_the_one_lent_longest_is_next(dut: Dut, peers: Peers, order: tuple[int, ...]) -> None:
    listener, socks = listening(dut, "reset", 3)
    *taken, other = peers(4)
    conns = [peer.tcp(PORT) for peer in taken]
    for conn in conns:
        conn.send(TCP(flags="S"))
        conn.expect(TCP(flags="SA"))
    for number in order:
        conns[number].send(TCP(flags="R"))

    other.tcp(PORT).handshake().expect_nothing()

    assert [sock.state().state for sock in socks] == ["ESTABLISHED", "LISTEN", "LISTEN"]
    assert counted(listener) == (2, 4, 1, 3, 0, 0)


@pytest.mark.parametrize("policy", ["reset", "drop"])
@scenario("AX-LISTEN-3", "AX-LISTEN-4")
def test_half_open_connections_take_sockets_too(dut: Dut, peers: Peers, policy: str) -> None:
    listener, socks = listening(dut, policy, 1)
    one, other = peers(2)
    half_open, late = one.tcp(PORT), other.tcp(PORT)
    half_open.send(TCP(flags="S"))
    half_open.expect(TCP(flags="SA"))

    late.send(TCP(flags="S"))

    if policy == "reset":
        late.expect(TCP(flags="RA", ack=late.snd_nxt))
    late.expect_nothing()
    half_open.send(TCP(flags="A"))
    assert socks[0].state().state == "ESTABLISHED"
    assert counted(listener) == (0, 1, 1, 0, *((1, 0) if policy == "reset" else (0, 1)))


@scenario("AX-LISTEN-12")
def test_listeners_of_other_ports_serve_on(dut: Dut, peer: Peer) -> None:
    listening(dut, "drop", 0)
    sock = dut.accept_on(PORT + 1)
    peer.tcp(PORT).send(TCP(flags="S"))

    peer.tcp(PORT + 1).handshake().expect_nothing()

    assert sock.state().state == "ESTABLISHED"
