# SPDX-License-Identifier: GPL-2.0-or-later
"""A SYN-ACK answered by RST, at every place around the window, once and again (RFC 9293 3.10.7.4, RFC 5961)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import NO_PAYLOAD, Dut, Listener, Peer, TcpEnd, TcpSocket, has_flags, scenario
from scenarios.sequence import off

PORT, RX = 7, 4096
INSIDE = {"next": 1, "middle": RX // 2, "last": RX - 1}
OUTSIDE = {"below": -2, "isn": -1, "at-the-edge": RX, "far-above": 1 << 30, "far-below": -(1 << 30)}
Reach = Callable[[str], tuple[TcpEnd, TcpSocket]]


def still_completes(conn: TcpEnd, sock: TcpSocket) -> None:
    assert sock.state().state == "SYN-RECEIVED"
    conn.send(TCP(flags="A", seq=off(conn.isn, 1)))
    conn.expect_nothing()
    assert sock.state().state == "ESTABLISHED"


def half_open(dut: Dut, peer: Peer) -> tuple[Listener, TcpSocket, TcpEnd]:
    listener, sock, conn = dut.listen(PORT), dut.tcp(rx=RX), peer.tcp(PORT)
    listener.lend(sock)
    conn.send(TCP(flags="S"))
    conn.expect(TCP(flags="SA"))
    return listener, sock, conn


def counted(listener: Listener) -> tuple[int, ...]:
    stats = listener.stats()
    return tuple(stats[name] for name in ("lent", "syns", "accepted", "returned"))


@pytest.mark.parametrize("flags", ["R", "RA"])
@scenario("RFC9293 SA-18", "AX-LISTEN-9", "AX-LISTEN-8")
def test_gives_the_socket_back_to_its_listener(dut: Dut, peer: Peer, flags: str) -> None:
    listener, sock, conn = half_open(dut, peer)

    conn.send(TCP(flags=flags))

    conn.expect_nothing()
    view = sock.state()
    assert (view.state, view.end, view.remote.port) == ("LISTEN", "ok", 0)
    assert counted(listener) == (1, 1, 0, 1)
    peer.tcp(PORT).handshake().expect_nothing()
    assert sock.state().state == "ESTABLISHED"


@scenario("RFC9293 SA-18", "RFC9293 SA-04", "AX-LISTEN-9", "AX-LISTEN-8")
def test_that_comes_twice_gives_it_back_once(dut: Dut, peer: Peer) -> None:
    listener, sock, conn = half_open(dut, peer)

    conn.send(TCP(flags="R"))
    conn.send(TCP(flags="R"))

    conn.expect_nothing()
    assert (sock.state().state, counted(listener)) == ("LISTEN", (1, 1, 0, 1))
    peer.tcp(PORT).handshake().expect_nothing()
    assert (sock.state().state, counted(listener)) == ("ESTABLISHED", (0, 2, 1, 1))


@scenario("RFC9293 SA-18", "AX-LISTEN-9", "AX-LISTEN-8", "AX-FULL-11")
def test_gives_it_back_each_time(dut: Dut, peer: Peer) -> None:
    listener, sock, conn = half_open(dut, peer)

    for times in range(1, 6):
        conn.send(TCP(flags="R"))
        assert (sock.state().state, counted(listener)) == ("LISTEN", (1, times, 0, times))
        conn = peer.tcp(PORT)
        conn.send(TCP(flags="S"))
        conn.expect(TCP(flags="SA"))

    still_completes(conn, sock)
    assert counted(listener) == (0, 6, 1, 5)


@scenario("RFC9293 SA-20", "RFC9293 SA-18", "AX-LISTEN-9")
def test_of_an_old_connection_does_not_harm_the_next(dut: Dut, peer: Peer) -> None:
    listener, sock, old = half_open(dut, peer)
    old.send(TCP(flags="R"))
    conn = peer.tcp(PORT, sport=old.sport, isn=off(old.isn, 1 << 20))
    conn.send(TCP(flags="S"))
    conn.expect(TCP(flags="SA"))

    conn.send(TCP(flags="R", seq=old.snd_nxt))

    conn.expect_nothing()
    assert counted(listener) == (0, 2, 0, 1)
    still_completes(conn, sock)


@pytest.mark.parametrize("place", INSIDE)
@scenario("RFC9293 SA-19", "RFC5961 1")
def test_elsewhere_in_the_window_is_challenged(reach: Reach, place: str) -> None:
    conn, sock = reach("SYN-RECEIVED")

    conn.send(TCP(flags="R", seq=off(conn.snd_nxt, INSIDE[place])))

    conn.expect(TCP(flags=has_flags("A", without="R"), ack=conn.snd_nxt) / NO_PAYLOAD)
    conn.expect_nothing()
    still_completes(conn, sock)


@pytest.mark.parametrize("place", OUTSIDE)
@scenario("RFC9293 SA-20", "RFC5961 1")
def test_outside_the_window_is_dropped(reach: Reach, place: str) -> None:
    conn, sock = reach("SYN-RECEIVED")

    conn.send(TCP(flags="R", seq=off(conn.snd_nxt, OUTSIDE[place])))

    conn.expect_nothing()
    still_completes(conn, sock)
