# SPDX-License-Identifier: GPL-2.0-or-later
"""Who has to go when a new tuple finds no place."""

from __future__ import annotations

from collections.abc import Callable

from scapy.layers.inet import TCP
from scapy.layers.l2 import ARP

from plumbline.scenario import Dut, Peer, StackClock, TcpEnd, has_flags, scenario
from scenarios.proxy.place import HANDSHAKE_MS, KEEP_MS, PORT, opened, proxied

SOCKETS = 2
Peers = Callable[[int], list[Peer]]


def knock(peer: Peer, number: int) -> TcpEnd:
    conn = peer.tcp(PORT, at=f"198.51.100.{number}")
    conn.send(TCP(flags="S"))
    return conn


@scenario("AX-PROXY-10")
def test_of_half_open_ones_the_oldest_goes_in_silence(dut: Dut, peer: Peer, clock: StackClock) -> None:
    proxy = proxied(dut, peer, sockets=SOCKETS, handshake=HANDSHAKE_MS)
    old, young = (knock(peer, number) for number in range(SOCKETS))
    for conn in (old, young):
        conn.expect(TCP(flags="SA"))
    clock.advance(HANDSHAKE_MS)

    new = knock(peer, SOCKETS)

    new.expect(TCP(flags="SA"))
    old.expect_nothing()
    young.send(TCP(flags="A"))
    assert (proxy.stats()["tcp_evicted_early"], proxy.listener.stats()["accepted"]) == (1, 1)
    old.send(TCP(flags="A"))
    old.expect(TCP(flags=has_flags("R"), seq=old.rcv_nxt))


@scenario("AX-PROXY-10")
def test_what_one_that_went_had_waiting_for_its_neighbour_is_never_sent(dut: Dut, peers: Peers) -> None:
    peer, stranger = peers(2)
    proxied(dut, peer, sockets=1)
    stranger.arp = False
    gone = knock(stranger, 0)
    stranger.expect(ARP(op="who-has", pdst=stranger.ip))

    knock(peer, 1).expect(TCP(flags="SA"))
    stranger.send(ARP(op="is-at"))

    gone.expect_nothing()
    gone.send(TCP(flags="A", ack=77))
    gone.expect(TCP(flags=has_flags("R"), seq=77))


@scenario("AX-PROXY-10", "AX-PROXY-11")
def test_a_handshake_has_its_time(dut: Dut, peer: Peer, clock: StackClock) -> None:
    proxied(dut, peer, sockets=1, handshake=HANDSHAKE_MS)
    first = knock(peer, 0)
    first.expect(TCP(flags="SA"))
    clock.advance(HANDSHAKE_MS - 1)

    late = knock(peer, 1)

    late.expect(TCP(flags="RA", ack=late.snd_nxt))
    first.send(TCP(flags="A"))
    first.expect_nothing()


@scenario("AX-PROXY-10")
def test_an_established_one_that_was_silent_goes_by_reset(dut: Dut, peer: Peer, clock: StackClock) -> None:
    proxy = proxied(dut, peer, keep=KEEP_MS)
    silent, sock = opened(dut, peer, proxy)
    clock.advance(1)
    moving, _ = opened(dut, peer, proxy)
    clock.advance(KEEP_MS - 1)

    late = knock(peer, 9)

    silent.expect(TCP(flags=has_flags("R"), seq=silent.rcv_nxt))
    late.expect_nothing()
    assert (sock.state().end, proxy.stats()["tcp_evicted"], proxy.listener.stats()["dropped"]) == ("evicted", 1, 1)
    proxy.listener.lend(dut.tcp())
    late.send(TCP(flags="S", seq=late.isn))
    late.expect(TCP(flags="SA"))
    moving.expect_nothing()


@scenario("AX-PROXY-10", "AX-PROXY-11")
def test_whoever_moves_stays(dut: Dut, peer: Peer, clock: StackClock) -> None:
    proxy = proxied(dut, peer, keep=KEEP_MS)
    conn, sock = opened(dut, peer, proxy)
    clock.advance(KEEP_MS - 1)
    conn.send(TCP(flags="A"))
    clock.advance(KEEP_MS - 1)

    late = knock(peer, 9)

    late.expect(TCP(flags="RA", ack=late.snd_nxt))
    conn.expect_nothing()
    assert (sock.state().state, proxy.stats()["tcp_evicted"]) == ("ESTABLISHED", 0)


@scenario("AX-PROXY-10")
def test_connections_of_our_own_make_no_room(dut: Dut, peer: Peer, clock: StackClock) -> None:
    proxied(dut, peer, keep=KEEP_MS)
    own = dut.accept_on(PORT)
    conn = peer.tcp(PORT).handshake()
    clock.advance(2 * KEEP_MS)

    late = knock(peer, 9)

    late.expect(TCP(flags="RA", ack=late.snd_nxt))
    conn.expect_nothing()
    assert own.state().state == "ESTABLISHED"


@scenario("AX-PROXY-10")
def test_of_tuples_the_never_answered_go_first(dut: Dut, peer: Peer, clock: StackClock) -> None:
    proxy = proxied(dut, peer, tuples=3, keep=KEEP_MS)
    ends = [peer.udp(53, at=f"198.51.100.{number}") for number in range(6)]
    for end in ends[:3]:
        end.send(b"ask")
        clock.advance(1)
    came = proxy.recv().to
    proxy.send(came, peer, ends[0].sport, b"answer")

    ends[3].send(b"ask")
    ends[4].send(b"ask")

    assert sorted(one.local.addr for one in proxy.tuples()) == [f"198.51.100.{number}" for number in (0, 3, 4)]
    assert proxy.stats()["udp_evicted"] == 2


@scenario("AX-PROXY-10")
def test_a_never_answered_tuple_goes_before_a_silent_one(dut: Dut, peer: Peer, clock: StackClock) -> None:
    proxy = proxied(dut, peer, tuples=2, keep=KEEP_MS)
    silent, unanswered, late = (peer.udp(53, at=f"198.51.100.{number}") for number in range(3))
    silent.send(b"ask")
    proxy.send(proxy.recv().to, peer, silent.sport, b"answer")
    clock.advance(KEEP_MS)
    unanswered.send(b"ask")

    late.send(b"ask")

    assert sorted(one.local.addr for one in proxy.tuples()) == ["198.51.100.0", "198.51.100.2"]


@scenario("AX-PROXY-10")
def test_an_answered_tuple_goes_when_it_was_silent_long_enough(dut: Dut, peer: Peer, clock: StackClock) -> None:
    proxy = proxied(dut, peer, "drop", tuples=1, keep=KEEP_MS)
    first, second = (peer.udp(53, at=f"198.51.100.{number}") for number in range(2))
    first.send(b"ask")
    proxy.send(proxy.recv().to, peer, first.sport, b"answer")
    clock.advance(KEEP_MS - 1)

    second.send(b"ask")
    assert [one.local.addr for one in proxy.tuples()] == ["198.51.100.0"]
    clock.advance(1)
    second.send(b"ask")

    assert [one.local.addr for one in proxy.tuples()] == ["198.51.100.1"]
    assert (proxy.stats()["udp_refused"], proxy.stats()["udp_evicted"]) == (1, 1)


@scenario("AX-PROXY-10")
def test_the_next_tuple_in_a_place_has_an_id_of_its_own(dut: Dut, peer: Peer) -> None:
    proxy = proxied(dut, peer, tuples=1)

    ids = []
    for number in range(3):
        peer.udp(53, at=f"198.51.100.{number}").send(b"ask")
        ids += [(one.place, one.id) for one in proxy.tuples()]

    assert ids == [(0, 1), (0, 2), (0, 3)]
