# SPDX-License-Identifier: GPL-2.0-or-later
"""Every address and port of the prefix has an endpoint for whoever comes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import WAYS, Dut, Endpoint, Peer, connected, has_flags, scenario
from scenarios.proxy.place import ELSEWHERE, PORT, THERE, opened, proxied

TOTAL = 100_000

Peers = Callable[[int], list[Peer]]


@pytest.mark.parametrize("at", ["198.51.100.0", "198.51.100.1", THERE, "198.51.100.255"])
@pytest.mark.parametrize("port", [1, 80, 65535])
@scenario("AX-PROXY-1", "AX-PROXY-2")
def test_any_address_and_port_is_taken_and_told(dut: Dut, peer: Peer, at: str, port: int) -> None:
    conn, sock = opened(dut, peer, proxied(dut, peer), at=at, port=port)

    conn.send(b"there")
    assert sock.recv() == b"there"
    sock.send(b"and back")

    conn.expect(TCP(flags="PA", ack=conn.snd_nxt) / b"and back")
    view = sock.state()
    assert (view.state, view.local, view.remote) == ("ESTABLISHED", Endpoint(at, port), Endpoint(peer.ip, conn.sport))


@pytest.mark.parametrize(
    ("at", "port", "sport"), [(ELSEWHERE, PORT, 5000), (THERE, PORT + 1, 5000), (THERE, PORT, 5001)]
)
@scenario("AX-PROXY-3")
def test_one_element_makes_another_connection(dut: Dut, peer: Peer, at: str, port: int, sport: int) -> None:
    proxy = proxied(dut, peer)
    first, its = opened(dut, peer, proxy, sport=5000)
    second, others = opened(dut, peer, proxy, at=at, port=port, sport=sport)

    first.send(b"one")
    second.send(b"other")
    others.abort()

    second.expect(TCP(flags=has_flags("R")), any_order=True)
    assert (its.recv(), others.recv(), its.state().state) == (b"one", b"other", "ESTABLISHED")


@scenario("AX-PROXY-3")
def test_another_peer_is_another_connection(dut: Dut, peers: Peers) -> None:
    one, other = peers(2)
    proxy = proxied(dut, one)
    first, its = opened(dut, one, proxy, sport=5000)
    second, others = opened(dut, other, proxy, sport=5000)

    first.send(b"one")
    second.send(b"other")

    assert (its.recv(), others.recv()) == (b"one", b"other")
    assert (its.state().remote.addr, others.state().remote.addr) == (one.ip, other.ip)


@scenario("AX-PROXY-1", "AX-PROXY-12")
def test_bytes_go_both_ways_as_on_any_connection(dut: Dut, peer: Peer) -> None:
    conn, sock = opened(dut, peer, proxied(dut, peer))
    pump = dut.pump_echo(sock)

    conn.echo_pattern(7, TOTAL)
    conn.close()
    conn.accept_close()

    done = pump.done()
    assert done is not None
    assert (done.bytes, done.end) == (TOTAL, "eof")


@scenario("AX-PROXY-5")
def test_a_listener_of_ours_at_the_same_port_has_its_own(dut: Dut, peer: Peer) -> None:
    proxy = proxied(dut, peer)
    ours, own = connected(dut, peer, port=PORT)
    theirs, its = opened(dut, peer, proxy)

    ours.send(b"ours")
    theirs.send(b"theirs")

    assert (own.recv(), its.recv()) == (b"ours", b"theirs")
    assert own.state().local.addr == peer.dut_ip
    assert proxy.listener.stats()["syns"] == 1


@scenario("AX-PROXY-5")
def test_our_own_address_never_takes_a_socket_of_the_proxys(dut: Dut, peer: Peer) -> None:
    proxy = proxied(dut, peer)
    opened(dut, peer, proxy)
    proxy.listener.lend(dut.tcp())
    stray = peer.tcp(PORT)

    stray.send(TCP(flags="S"))

    stray.expect(TCP(flags="RA", ack=stray.snd_nxt))
    assert proxy.listener.stats()["lent"] == 1


@scenario("AX-PROXY-7")
def test_what_belongs_to_no_connection_is_reset_from_where_it_went(dut: Dut, peer: Peer) -> None:
    proxied(dut, peer, sockets=1)
    stray = peer.tcp(PORT, at=THERE)

    stray.send(TCP(flags="A", ack=77))

    stray.expect(TCP(flags=has_flags("R"), seq=77))
    stray.expect_nothing()


@pytest.mark.parametrize("policy", ["reset", "drop"])
@scenario("AX-PROXY-11")
def test_a_syn_that_finds_no_socket_is_refused_as_the_policy_says(dut: Dut, peer: Peer, policy: str) -> None:
    proxy = proxied(dut, peer, policy)
    late = peer.tcp(PORT, at=THERE)

    late.send(TCP(flags="S"))

    if policy == "reset":
        late.expect(TCP(flags="RA", ack=late.snd_nxt))
    late.expect_nothing()
    counter = {"reset": "reset", "drop": "dropped"}[policy]
    assert proxy.listener.stats()[counter] == 1


@scenario("AX-PROXY-1", "AX-LISTEN-9")
def test_a_half_open_one_that_is_reset_gives_its_socket_back(dut: Dut, peer: Peer) -> None:
    proxy = proxied(dut, peer, sockets=1)
    conn = peer.tcp(PORT, at=THERE)
    conn.send(TCP(flags="S"))
    conn.expect(TCP(flags="SA"))

    conn.reset()

    assert proxy.listener.stats()["returned"] == 1
    peer.tcp(PORT, at=ELSEWHERE).handshake()


@scenario("AX-PROXY-1")
def test_port_0_is_nobodys(dut: Dut, peer: Peer) -> None:
    proxy = proxied(dut, peer, sockets=1)
    nowhere = peer.tcp(0, at=THERE)

    nowhere.send(TCP(flags="S"))

    nowhere.expect(TCP(flags="RA", sport=0, ack=nowhere.snd_nxt))
    stats = proxy.listener.stats()
    assert (stats["syns"], stats["lent"]) == (0, 1)
    peer.tcp(PORT, at=THERE).handshake()


@pytest.mark.parametrize("way", WAYS)
@scenario("AX-PROXY-1")
def test_its_sockets_go_through_any_way(dut: Dut, peer: Peer, way: str) -> None:
    sock = dut.tcp(through=way)
    proxied(dut, peer).listener.lend(sock)

    conn = peer.tcp(PORT, at=THERE).handshake()
    conn.send(b"any way")

    assert sock.recv() == b"any way"
    assert sock.state().local == Endpoint(THERE, PORT)


@scenario("AX-PROXY-1")
def test_stopping_resets_from_where_each_was(dut: Dut, peer: Peer) -> None:
    proxy = proxied(dut, peer)
    conn, sock = opened(dut, peer, proxy, at=ELSEWHERE)
    waiting = dut.tcp()
    proxy.listener.lend(waiting)

    proxy.stop()

    conn.expect(TCP(flags=has_flags("R"), seq=conn.rcv_nxt))
    conn.expect_nothing()
    assert (sock.state().state, sock.state().end) == ("CLOSED", "address-lost")
    assert (waiting.state().state, waiting.state().end) == ("CLOSED", "aborted")
