# SPDX-License-Identifier: GPL-2.0-or-later
"""Every segment of the stack is in use: what then begins or ends waits, or says so, and nothing is lost for good."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import AT_ITS_OWN_ADDRESS, Dut, Peer, StackClock, TcpSocket, connected, refused, scenario

PORT = 9


def exhaust(dut: Dut, peer: Peer) -> list[TcpSocket]:
    """Sockets with octets that each take a segment, and a peer that acknowledges none of them."""
    socks: list[TcpSocket] = []
    while segments_left(dut):
        _, sock = connected(dut, peer, port=20 + len(socks), tx=dut.profile["segment_queue"])
        sock.option(no_delay=1)
        for _ in range(dut.profile["segment_queue"]):
            sock.send(b"x")
        socks.append(sock)
    return socks


def segments_left(dut: Dut) -> int:
    pool = dut.mem().pools["tcp_seg"]
    return pool.size - pool.used


@pytest.fixture
def hoarders(dut: Dut, peer: Peer) -> list[TcpSocket]:
    """They hold every segment."""
    return exhaust(dut, peer)


def give_back(hoarders: list[TcpSocket]) -> None:
    for sock in hoarders:
        sock.abort()


@scenario("AX-TCP-11", "AX-TCP-2", "AX-FULL-11", "AX-PRED-16", needs={"pools"})
def test_a_connect_has_no_memory(dut: Dut, peer: Peer, hoarders: list[TcpSocket]) -> None:
    sock = dut.tcp(rx=100, tx=100)

    sock.connect(peer, PORT)

    view = sock.state()
    assert (view.state, view.end, view.released) == ("CLOSED", "memory", True)
    assert dut.mem().levels["active"] == len(hoarders)
    with refused("memory"):
        sock.recv()
    peer.expect_nothing()


@scenario("AX-TCP-2", "AX-TIME-2", "AX-FULL-10", needs={"pools"})
def test_the_same_socket_connects_once_there_is_memory_again(dut: Dut, peer: Peer, hoarders: list[TcpSocket]) -> None:
    sock = dut.tcp(rx=100, tx=100)
    sock.connect(peer, PORT)
    give_back(hoarders)

    sock.connect(peer, PORT)

    peer.tcp(sport=PORT).accept()
    assert (sock.state().state, sock.state().end) == ("ESTABLISHED", "ok")


@scenario("AX-LISTEN-8", "AX-LISTEN-9", "AX-FULL-10", needs={"pools"}, ways=AT_ITS_OWN_ADDRESS)
def test_a_syn_is_dropped_and_its_socket_waits_on(dut: Dut, peer: Peer, hoarders: list[TcpSocket]) -> None:
    listener, sock, conn = dut.listen(PORT), dut.tcp(rx=100, tx=100), peer.tcp(PORT)
    listener.lend(sock)

    conn.send(TCP(flags="S"))

    conn.expect_nothing()
    stats = listener.stats()
    assert (sock.state().state, sock.state().end) == ("LISTEN", "ok")
    assert (stats["lent"], stats["syns"], stats["returned"], stats["accepted"]) == (1, 1, 1, 0)
    give_back(hoarders)
    conn.send(TCP(flags="S", seq=conn.isn))
    conn.expect(TCP(flags="SA", ack=conn.snd_nxt))


@scenario("AX-TCP-25", "AX-FULL-12", "AX-FULL-11", needs={"pools"})
def test_a_close_in_syn_received_is_lived_through(dut: Dut, peer: Peer) -> None:
    half_open, conn = dut.accept_on(PORT), peer.tcp(PORT)
    conn.send(TCP(flags="S"))
    conn.expect(TCP(flags="SA", ack=conn.snd_nxt))
    hoarders = exhaust(dut, peer)

    half_open.close()
    give_back(hoarders)
    conn.send(TCP(flags="A"))

    assert half_open.state().state in {"FIN-WAIT-1", "CLOSED"}


@scenario("AX-TCP-25", "RFC9293 SA-39", "AX-FULL-10", needs={"pools"})
def test_a_fin_that_found_none_is_sent_when_there_is_one(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer, port=PORT)
    hoarders = exhaust(dut, peer)
    sock.close()
    conn.expect_nothing()

    give_back(hoarders)
    clock.advance(dut.profile["tcp_slow_tick_ms"])

    conn.expect(TCP(flags="FA", seq=conn.rcv_nxt, ack=conn.snd_nxt))
    assert sock.state().state == "FIN-WAIT-1"
