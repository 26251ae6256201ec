# SPDX-License-Identifier: GPL-2.0-or-later
"""A listener that holds peers until there is a socket: they connect to a window of 0, and nothing is taken of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import (
    NO_PAYLOAD,
    Dut,
    Listener,
    Peer,
    StackClock,
    TcpEnd,
    has_flags,
    is_at_its_own_address,
    scenario,
)
from scenarios.sequence import off

PORT, PLACES = 7, 2
DATA = b"sent before there is a socket"
Peers = Callable[[int], list[Peer]]
COUNTERS = ("syns", "accepted", "returned", "reset", "dropped", "held", "holding")


def counted(listener: Listener) -> tuple[int, ...]:
    stats = listener.stats()
    return tuple(stats[name] for name in COUNTERS)


def held(dut: Dut, peer: Peer) -> tuple[Listener, TcpEnd]:
    """A peer that has connected, and a listener without a socket for it."""
    listener = dut.listen(PORT, f"hold={PLACES}")
    return listener, peer.tcp(PORT).handshake()


@scenario("AX-LISTEN-7", "AX-TCP-3")
def test_the_window_is_0_from_the_first(dut: Dut, peer: Peer) -> None:
    listener, conn = dut.listen(PORT, f"hold={PLACES}"), peer.tcp(PORT)

    conn.send(TCP(flags="S", options=[("MSS", 1460)]))

    conn.expect(TCP(flags="SA", ack=off(conn.isn, 1), window=0) / NO_PAYLOAD)
    conn.send(TCP(flags="A"))
    conn.expect_nothing()
    assert counted(listener) == (1, 0, 0, 0, 0, 1, 1)


@pytest.mark.parametrize("rx", [1, 10, 536, 4096, 70000])
@scenario("AX-LISTEN-7", "AX-TCP-6", "AX-TCP-7")
def test_a_socket_that_is_lent_opens_the_window_at_once(dut: Dut, peer: Peer, rx: int) -> None:
    listener, conn = held(dut, peer)
    sock = dut.tcp(rx=rx)

    listener.lend(sock)

    conn.expect(
        TCP(flags="A", seq=conn.rcv_nxt, ack=conn.snd_nxt, window=min(rx, dut.profile["window_max"])) / NO_PAYLOAD
    )
    conn.expect_nothing()
    view = sock.state()
    assert (view.state, view.remote.addr, view.remote.port) == ("ESTABLISHED", peer.ip, conn.sport)
    assert counted(listener) == (1, 1, 0, 0, 0, 1, 0)


@scenario("AX-LISTEN-7", "AX-TCP-8")
def test_then_it_is_a_connection_like_any_other(dut: Dut, peer: Peer) -> None:
    listener, conn = held(dut, peer)
    sock = dut.tcp()
    listener.lend(sock)
    conn.expect(TCP(flags="A"))

    conn.send(TCP(flags="PA") / DATA)
    sock.send(b"answered")

    conn.expect(TCP(flags="PA", ack=conn.snd_nxt) / b"answered")
    conn.send(TCP(flags="A"))
    conn.expect_nothing()
    assert (sock.recv(), sock.state().tx) == (DATA, 0)
    sock.close()
    conn.accept_close()
    conn.close()
    assert sock.state().state == "TIME-WAIT"


@scenario("AX-LISTEN-7", "AX-FULL-6")
def test_what_it_sends_takes_its_room_until_it_is_acknowledged(dut: Dut, peer: Peer) -> None:
    listener, conn = held(dut, peer)
    sock = dut.tcp(tx=64)
    listener.lend(sock)
    conn.expect(TCP(flags="A"))

    sock.send(bytes(64))

    conn.expect(bytes(64))
    conn.send(TCP(flags="PA", ack=off(conn.rcv_nxt, -64)) / DATA)
    before = sock.state()
    conn.send(TCP(flags="A"))
    after = sock.state()
    assert [(view.tx, view.can_send) for view in (before, after)] == [(64, False), (0, True)]


@scenario("AX-LISTEN-7", "AX-LISTEN-2")
def test_several_get_theirs_in_one_poll(dut: Dut, peers: Peers) -> None:
    listener = dut.listen(PORT, f"hold={PLACES}")
    conns = [peer.tcp(PORT).handshake() for peer in peers(PLACES)]
    socks = [dut.tcp(rx=64, tx=64) for _ in conns]
    dut.poll_by_hand()
    for sock in socks:
        listener.lend(sock)

    dut.poll()

    for conn, sock in zip(conns, socks, strict=True):
        conn.expect(TCP(flags="A", window=64))
        assert sock.state().remote.port == conn.sport
    assert counted(listener)[-1] == 0


@pytest.mark.parametrize("segment", [b"1", DATA, b"", DATA + b"!"], ids=["probe", "text", "fin", "text-fin"])
@scenario("AX-LISTEN-7", "AX-FULL-4", "RFC9293 SA-12")
def test_nothing_is_taken_before(dut: Dut, peer: Peer, segment: bytes) -> None:
    listener, conn = held(dut, peer)
    at, flags = conn.snd_nxt, "PA" if segment in (b"1", DATA) else "FPA"

    conn.send(TCP(flags=flags) / segment)

    conn.expect(TCP(flags="A", ack=at, window=0) / NO_PAYLOAD)
    conn.expect_nothing()
    sock = dut.tcp()
    listener.lend(sock)
    conn.expect(TCP(flags="A", ack=at, window=4096) / NO_PAYLOAD)
    conn.send(TCP(flags=flags, seq=at) / segment)
    if "F" in flags:
        conn.expect(TCP(flags="A", ack=conn.snd_nxt))
    conn.expect_nothing()
    assert sock.state().rx == len(segment)
    assert sock.state().state == ("CLOSE-WAIT" if "F" in flags else "ESTABLISHED")


@pytest.mark.parametrize(("flags", "payload"), [("PA", b"1"), ("PA", DATA), ("FA", b"")], ids=["probe", "text", "fin"])
@scenario("AX-LISTEN-7", "RFC9293 SA-26", "RFC9293 SA-12")
def test_an_ack_counts_where_its_text_does_not(dut: Dut, peer: Peer, flags: str, payload: bytes) -> None:
    listener, conn = dut.listen(PORT, f"hold={PLACES}"), peer.tcp(PORT)
    conn.send(TCP(flags="S"))
    conn.expect(TCP(flags="SA"))
    at = conn.snd_nxt

    conn.send(TCP(flags=flags) / payload)

    conn.expect(TCP(flags="A", ack=at, window=0) / NO_PAYLOAD)
    conn.expect_nothing()
    listener.lend(dut.tcp())
    conn.expect(TCP(flags="A", ack=at, window=4096))


@scenario("AX-LISTEN-7")
def test_the_one_connected_longest_comes_first(dut: Dut, peers: Peers) -> None:
    listener, (one, other) = dut.listen(PORT, f"hold={PLACES}"), peers(2)
    slow, quick = one.tcp(PORT), other.tcp(PORT)
    slow.send(TCP(flags="S"))
    slow.expect(TCP(flags="SA"))
    quick.handshake()
    slow.send(TCP(flags="A"))

    for conn in (quick, slow):
        listener.lend(dut.tcp(rx=64, tx=64))
        conn.expect(TCP(flags="A", window=64))

    slow.expect_nothing()
    quick.expect_nothing()


@scenario("AX-LISTEN-7", "AX-LISTEN-2")
def test_a_socket_waits_for_one_that_is_half_open(dut: Dut, peer: Peer) -> None:
    listener, conn, sock = dut.listen(PORT, f"hold={PLACES}"), peer.tcp(PORT), dut.tcp(rx=64, tx=64)
    conn.send(TCP(flags="S"))
    conn.expect(TCP(flags="SA", window=0))
    listener.lend(sock)
    before = sock.state().state

    conn.send(TCP(flags="A"))

    conn.expect(TCP(flags="A", window=64))
    conn.expect_nothing()
    assert (before, sock.state().state) == ("LISTEN", "ESTABLISHED")


@scenario("AX-LISTEN-7", "AX-LISTEN-6")
def test_what_finds_no_place_hears_nothing(dut: Dut, peers: Peers) -> None:
    listener = dut.listen(PORT, f"hold={PLACES}")
    *some, other = peers(PLACES + 1)
    for peer in some:
        peer.tcp(PORT).handshake()
    conn = other.tcp(PORT)

    conn.send(TCP(flags="S"))

    conn.expect_nothing()
    assert counted(listener) == (PLACES, 0, 0, 0, 1, PLACES, PLACES)


def leaves(dut: Dut, peer: Peer, conn: TcpEnd, clock: StackClock) -> None:
    conn.reset()


def loses_the_address(dut: Dut, peer: Peer, conn: TcpEnd, clock: StackClock) -> None:
    is_at_its_own_address(dut)
    dut.net("10.0.0.77")
    conn.expect(TCP(flags=has_flags("R")))
    dut.net("10.0.0.2")


@pytest.mark.parametrize("half_open", [False, True], ids=["connected", "half-open"])
@pytest.mark.parametrize("ends", [leaves, loses_the_address])
@scenario("AX-LISTEN-7", "AX-LISTEN-9")
def test_what_ends_it_gives_the_place_back(
    dut: Dut, peers: Peers, clock: StackClock, ends: Callable[..., None], half_open: bool
) -> None:
    listener, (one, other) = dut.listen(PORT, "hold=1"), peers(2)
    conn = one.tcp(PORT)
    conn.send(TCP(flags="S"))
    conn.expect(TCP(flags="SA", window=0))
    if not half_open:
        conn.send(TCP(flags="A"))

    ends(dut, one, conn, clock)

    conn.expect_nothing()
    assert counted(listener) == (1, 0, 1, 0, 0, 1, 0)
    assert dut.mem().levels["active"] == 0
    late = other.tcp(PORT).handshake()
    listener.lend(dut.tcp(rx=64, tx=64))
    late.expect(TCP(flags="A", window=64))


@scenario("AX-LISTEN-7", "AX-LISTEN-10")
def test_a_half_open_one_is_reaped_like_any_other(dut: Dut, peer: Peer, clock: StackClock) -> None:
    listener, conn = dut.listen(PORT, "hold=1"), peer.tcp(PORT)
    conn.send(TCP(flags="S"))
    conn.expect(TCP(flags="SA"))

    clock.advance(dut.profile["syn_received_ms"] + dut.profile["tcp_tick_ms"] - 1)
    before = listener.stats()["holding"]
    clock.advance(1)

    assert (before, listener.stats()["holding"]) == (1, 0)
    assert dut.mem().levels["active"] == 0


@scenario("AX-LISTEN-7", "AX-LISTEN-11")
def test_closing_the_listener_resets_all_and_gives_all_back(dut: Dut, peers: Peers) -> None:
    listener, (one, other) = dut.listen(PORT, f"hold={PLACES}"), peers(2)
    conn, half_open = one.tcp(PORT).handshake(), other.tcp(PORT)
    half_open.send(TCP(flags="S"))
    half_open.expect(TCP(flags="SA"))

    listener.close()

    for each in (conn, half_open):
        each.expect(TCP(flags=has_flags("R", without="SF"), seq=each.rcv_nxt))
        each.expect_nothing()
    levels = dut.mem().levels
    assert (levels["active"], levels["listening"], levels["listeners"], levels["arena"]) == (0, 0, 0, 0)


@scenario("AX-LISTEN-7", "AX-LISTEN-2")
def test_a_socket_comes_before_a_place(dut: Dut, peer: Peer) -> None:
    listener, sock, conn = dut.listen(PORT, f"hold={PLACES}"), dut.tcp(), peer.tcp(PORT)
    listener.lend(sock)

    conn.send(TCP(flags="S"))

    conn.expect(TCP(flags="SA", window=4096))
    conn.send(TCP(flags="A"))
    conn.expect_nothing()
    assert sock.state().state == "ESTABLISHED"
    assert counted(listener) == (1, 1, 0, 0, 0, 0, 0)
