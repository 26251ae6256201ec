# SPDX-License-Identifier: GPL-2.0-or-later
"""A tuple whose peer is silent ends at its millisecond, and not before."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Peer, StackClock, has_flags, scenario
from scenarios.proxy.place import ELSEWHERE, IDLE_MS, PORT, THERE, opened, proxied

DNS = 53


@scenario("AX-PROXY-9")
def test_a_silent_connection_is_reset(dut: Dut, peer: Peer, clock: StackClock) -> None:
    proxy = proxied(dut, peer, tcp_idle=IDLE_MS)
    conn, sock = opened(dut, peer, proxy)

    clock.advance(IDLE_MS - 1)
    assert sock.state().state == "ESTABLISHED"
    conn.expect_nothing()
    clock.advance(1)

    conn.expect(TCP(flags=has_flags("R"), seq=conn.rcv_nxt))
    assert (sock.state().state, sock.state().end) == ("CLOSED", "idle")
    assert proxy.stats()["tcp_expired"] == 1


@pytest.mark.parametrize("what", ["ACK", "text", "probe"])
@scenario("AX-PROXY-9", "AX-PROXY-10")
def test_any_segment_of_its_peer_counts(dut: Dut, peer: Peer, clock: StackClock, what: str) -> None:
    conn, sock = opened(dut, peer, proxied(dut, peer, tcp_idle=IDLE_MS))
    clock.advance(IDLE_MS - 1)

    if what == "probe":
        conn.send(TCP(flags="A", seq=conn.snd_nxt - 1))
    else:
        conn.send(TCP(flags="A") / (b"text" if what == "text" else b""))
    clock.advance(IDLE_MS - 1)

    assert sock.state().state == "ESTABLISHED"
    clock.advance(1)
    assert sock.state().end == "idle"


@scenario("AX-PROXY-9")
def test_a_half_open_one_gives_its_socket_back(dut: Dut, peer: Peer, clock: StackClock) -> None:
    proxy = proxied(dut, peer, sockets=1, tcp_idle=1000)
    conn = peer.tcp(PORT, at=THERE)
    conn.send(TCP(flags="S"))
    conn.expect(TCP(flags="SA"))

    clock.advance(1000)

    conn.expect(TCP(flags=has_flags("R")))
    assert (proxy.listener.stats()["returned"], proxy.listener.stats()["lent"]) == (1, 1)


@scenario("AX-PROXY-9")
def test_a_connection_of_our_own_is_never_idle(dut: Dut, peer: Peer, clock: StackClock) -> None:
    proxied(dut, peer, tcp_idle=IDLE_MS)
    sock = dut.accept_on(PORT)
    conn = peer.tcp(PORT).handshake()

    clock.advance(10 * IDLE_MS)

    assert sock.state().state == "ESTABLISHED"
    conn.expect_nothing()


@pytest.mark.parametrize("mover", ["peer", "device"])
@scenario("AX-PROXY-9")
def test_a_silent_tuple_loses_its_place(dut: Dut, peer: Peer, clock: StackClock, mover: str) -> None:
    proxy = proxied(dut, peer, udp_idle=IDLE_MS)
    end, other = peer.udp(DNS, at=THERE), peer.udp(DNS, at=ELSEWHERE)
    for one in (end, other):
        one.send(b"ask")
    clock.advance(IDLE_MS - 1)

    if mover == "peer":
        end.send(b"again")
    else:
        proxy.send(proxy.recv().to, peer, end.sport, b"answer")
    clock.advance(1)

    assert [one.local.addr for one in proxy.tuples()] == [THERE]
    clock.advance(IDLE_MS - 2)
    assert len(proxy.tuples()) == 1
    clock.advance(1)
    assert (proxy.tuples(), proxy.stats()["udp_expired"]) == ([], 2)


@scenario("AX-PROXY-9")
def test_without_a_limit_nothing_ends(dut: Dut, peer: Peer, clock: StackClock) -> None:
    proxy = proxied(dut, peer)
    _, sock = opened(dut, peer, proxy)
    peer.udp(DNS, at=THERE).send(b"ask")

    clock.advance(10 * IDLE_MS)

    assert (sock.state().state, len(proxy.tuples())) == ("ESTABLISHED", 1)
