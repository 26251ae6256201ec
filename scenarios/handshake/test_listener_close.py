# SPDX-License-Identifier: GPL-2.0-or-later
"""A listener is closed while sockets wait, are half-open, or are connected."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import AT_ITS_OWN_ADDRESS, Dut, Peer, has_flags, refused, scenario

PORT = 7
Peers = Callable[[int], list[Peer]]


@scenario("AX-LISTEN-11", "AX-TCP-31")
def test_sockets_that_wait_come_back(dut: Dut, peer: Peer) -> None:
    listener, sock = dut.listen(PORT), dut.tcp()
    listener.lend(sock)

    listener.close()

    view = sock.state()
    assert (view.state, view.end, view.released) == ("CLOSED", "aborted", True)
    conn = peer.tcp(PORT)
    conn.send(TCP(flags="S"))
    conn.expect(TCP(flags="RA", seq=0, ack=conn.snd_nxt))
    conn.expect_nothing()


@pytest.mark.parametrize("count", [1, 3])
@scenario("AX-LISTEN-11", "RFC9293 SA-40")
def test_half_open_ones_are_reset(dut: Dut, peers: Peers, count: int) -> None:
    listener, socks = dut.listen(PORT), [dut.tcp() for _ in range(count)]
    conns = [peer.tcp(PORT) for peer in peers(count)]
    for sock, conn in zip(socks, conns, strict=True):
        listener.lend(sock)
        conn.send(TCP(flags="S"))
        conn.expect(TCP(flags="SA"))

    listener.close()

    for sock, conn in zip(socks, conns, strict=True):
        conn.expect(TCP(flags=has_flags("R", without="SF"), seq=conn.rcv_nxt))
        conn.expect_nothing()
        assert (sock.state().state, sock.state().end, sock.state().released) == ("CLOSED", "aborted", True)


@scenario("AX-LISTEN-11", "RFC9293 SA-39", "RFC9293 SA-40")
def test_a_half_open_one_that_was_closed_goes_on(dut: Dut, peer: Peer) -> None:
    listener, sock, conn = dut.listen(PORT), dut.tcp(), peer.tcp(PORT)
    listener.lend(sock)
    conn.send(TCP(flags="S"))
    conn.expect(TCP(flags="SA"))
    sock.close()
    conn.expect(TCP(flags="FA"))

    listener.close()

    conn.expect_nothing()
    assert (sock.state().state, sock.state().end) == ("FIN-WAIT-1", "ok")
    conn.send(TCP(flags="A"))
    assert sock.state().state == "FIN-WAIT-2"


@scenario("AX-LISTEN-11", "RFC9293 MUST-41")
def test_connections_go_on(dut: Dut, peer: Peer) -> None:
    listener, sock = dut.listen(PORT), dut.tcp()
    listener.lend(sock)
    conn = peer.tcp(PORT).handshake()

    listener.close()
    conn.send(TCP(flags="PA") / b"data")
    sock.send(b"answer")

    conn.expect(TCP(flags="PA", ack=conn.snd_nxt) / b"answer")
    conn.expect_nothing()
    assert (sock.recv(), sock.state().state) == (b"data", "ESTABLISHED")


@scenario("AX-LISTEN-4", "AX-LISTEN-11", ways=AT_ITS_OWN_ADDRESS)
def test_the_port_can_be_listened_on_again(dut: Dut, peer: Peer) -> None:
    first = dut.listen(PORT)
    with refused("in-use"):
        dut.listen(PORT)

    first.close()
    sock = dut.accept_on(PORT)

    peer.tcp(PORT).handshake().expect_nothing()
    assert sock.state().state == "ESTABLISHED"


@pytest.mark.parametrize("second", [None, "10.0.0.2"])
@pytest.mark.parametrize("first", [None, "10.0.0.2"])
@scenario("AX-LISTEN-1", "AX-LISTEN-4", ways=AT_ITS_OWN_ADDRESS)
def test_a_port_has_one_listener_whatever_its_address(
    dut: Dut, peer: Peer, first: str | None, second: str | None
) -> None:
    listener, sock = dut.listen(PORT, addr=first), dut.tcp()
    listener.lend(sock)

    with refused("in-use"):
        dut.listen(PORT, addr=second)

    peer.tcp(PORT).handshake().expect_nothing()
    assert sock.state().state == "ESTABLISHED"


@pytest.mark.parametrize("state", ["LISTEN", "SYN-RECEIVED"])
@scenario("AX-LISTEN-11", "AX-TCP-28", "RFC9293 SA-40")
def test_aborting_a_lent_socket_takes_it_from_its_listener(dut: Dut, peer: Peer, state: str) -> None:
    listener, sock, conn = dut.listen(PORT), dut.tcp(), peer.tcp(PORT)
    listener.lend(sock)
    if state == "SYN-RECEIVED":
        conn.send(TCP(flags="S"))
        conn.expect(TCP(flags="SA"))

    sock.abort()

    if state == "SYN-RECEIVED":
        conn.expect(TCP(flags=has_flags("R", without="SF"), seq=conn.rcv_nxt))
    conn.expect_nothing()
    assert (sock.state().state, sock.state().end, listener.stats()["lent"]) == ("CLOSED", "aborted", 0)
    assert listener.stats()["returned"] == 0
