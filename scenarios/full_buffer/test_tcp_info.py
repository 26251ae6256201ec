# SPDX-License-Identifier: GPL-2.0-or-later
"""How a connection fares, as the device tells it: levels of lwIP, and counters that agree with the wire."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Pattern, Peer, StackClock, TcpEnd, TcpSocket, connected, scenario
from scenarios.sequence import off

PORT = 7
COUNTERS = (
    "segments_in", "segments_out", "retransmitted", "timeouts", "fast_retransmits", "duplicate_acks", "window_probes",
)  # fmt: skip


def metered(dut: Dut, peer: Peer, window: int = 5000, **syn_fields: object) -> tuple[TcpEnd, TcpSocket]:
    """A connection whose meter began with it, and whose peer offers so much."""
    listener, sock, conn = dut.listen(PORT), dut.tcp(tx=2048), peer.tcp(PORT)
    sock.meter()
    listener.lend(sock)
    conn.window = window
    return conn.handshake(**syn_fields), sock


def counted(sock: TcpSocket) -> dict[str, int]:
    """What is not 0 of the counters."""
    info = sock.info()
    return {name: info[name] for name in COUNTERS if info[name]}


@scenario("AX-INFO-1")
def test_windows_and_segment_sizes_are_the_peers(dut: Dut, peer: Peer) -> None:
    conn, sock = metered(dut, peer, 5000, options=[("MSS", 1000)])
    before = sock.info()

    sock.send(b"ten octets")

    conn.expect(b"ten octets")
    now = sock.info()
    assert (before["mss"], before["peer_window"], before["in_flight"]) == (1000, 5000, 0)
    assert (before["rto_ms"], before["retries"], now["in_flight"]) == (dut.profile["rto_initial_ms"], 0, 10)
    assert 2 * 1000 <= before["cwnd"] <= 4 * 1000


@scenario("AX-INFO-1")
def test_without_a_connection_all_is_0(dut: Dut) -> None:
    sock = dut.tcp()
    sock.meter()

    assert set(sock.info().values()) == {0}


@pytest.mark.parametrize("trip_ms", [0, 1000, 4000])
@scenario("AX-INFO-1", "RFC9293 MUST-18")
def test_the_timeout_told_is_the_one_that_comes(dut: Dut, peer: Peer, clock: StackClock, trip_ms: int) -> None:
    conn, sock = connected(dut, peer)
    sock.send(b"measured")
    clock.advance(trip_ms)
    conn.segments()
    conn.send(TCP(flags="A"))
    sock.send(b"timed")
    conn.expect(b"timed")

    for count in (1, 2):
        told = sock.info()["rto_ms"]
        clock.advance(told - dut.profile["tcp_slow_tick_ms"])
        conn.expect_nothing()
        clock.advance_to_frame(at_most_ms=2 * dut.profile["tcp_slow_tick_ms"])
        conn.expect(b"timed")
        assert sock.info()["retries"] == count


@scenario("AX-INFO-2")
def test_every_segment_counts_each_way(dut: Dut, peer: Peer) -> None:
    conn, sock = metered(dut, peer)
    sock.send(b"one")
    conn.expect(b"one")
    conn.send(b"another")
    conn.send(TCP(flags="A", seq=off(conn.snd_nxt, 1 << 20)))
    conn.expect(TCP(flags="A"))

    conn.send(TCP(flags="A", chksum=1) / b"spoiled")

    conn.expect_nothing()
    assert counted(sock) == {"segments_in": 4, "segments_out": 3}


@scenario("AX-INFO-2", "AX-TCP-28")
def test_a_reset_counts_as_well(dut: Dut, peer: Peer) -> None:
    conn, sock = metered(dut, peer)

    sock.abort()

    conn.expect(TCP(flags="RA"))
    assert counted(sock) == {"segments_in": 2, "segments_out": 2}


@pytest.mark.parametrize("count", [1, 2, 4])
@scenario("AX-INFO-3")
def test_expiries_and_what_they_send_again(dut: Dut, peer: Peer, clock: StackClock, count: int) -> None:
    conn, sock = metered(dut, peer)
    sock.send(b"lost")
    conn.expect(b"lost")

    for _ in range(count):
        assert clock.advance_to_frame(at_most_ms=60_000)
        conn.expect(b"lost")

    conn.send(TCP(flags="A"))
    conn.expect_nothing()
    assert counted(sock) == {
        "segments_in": 3, "segments_out": 2 + count, "retransmitted": count, "timeouts": count,
    }  # fmt: skip


@scenario("AX-INFO-3")
def test_a_syn_ack_sent_again_counts(dut: Dut, peer: Peer, clock: StackClock) -> None:
    listener, sock, conn = dut.listen(PORT), dut.tcp(), peer.tcp(PORT)
    sock.meter()
    listener.lend(sock)
    conn.send(TCP(flags="S"))
    conn.expect(TCP(flags="SA"))

    clock.advance_to_frame(at_most_ms=10_000)

    conn.expect(TCP(flags="SA"))
    assert counted(sock) == {"segments_in": 1, "segments_out": 2, "retransmitted": 1, "timeouts": 1}


@scenario("AX-INFO-4")
def test_duplicate_acks_and_the_segment_they_send_again(dut: Dut, peer: Peer) -> None:
    conn, sock = metered(dut, peer, options=[("MSS", 500)])
    sock.send(Pattern(1, 0, 1500))
    first = conn.rcv_nxt
    assert len(conn.segments()) == 3

    for _ in range(3):
        conn.send(TCP(flags="A", ack=first))

    conn.expect(TCP(seq=first))
    conn.expect_nothing()
    assert counted(sock) == {
        "segments_in": 5, "segments_out": 5, "retransmitted": 1, "fast_retransmits": 1, "duplicate_acks": 3,
    }  # fmt: skip


@scenario("AX-INFO-4")
def test_two_duplicate_acks_send_nothing_again(dut: Dut, peer: Peer) -> None:
    conn, sock = metered(dut, peer)
    sock.send(b"waits")
    conn.expect(b"waits")

    for _ in range(2):
        conn.send(TCP(flags="A", ack=off(conn.rcv_nxt, -5)))

    conn.expect_nothing()
    assert counted(sock) == {"segments_in": 4, "segments_out": 2, "duplicate_acks": 2}


@scenario("AX-INFO-5", "RFC9293 MUST-36")
def test_probes_are_no_retransmissions(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = metered(dut, peer, 0)
    sock.send(b"waits for room")

    for _ in range(3):
        assert clock.advance_to_frame(at_most_ms=60_000)
        conn.expect(TCP(seq=conn.rcv_nxt) / b"w")
        conn.rcv_nxt = off(conn.rcv_nxt, -1)
        conn.send(TCP(flags="A"))
    conn.send(TCP(flags="A", window=1000))

    conn.expect(b"waits for room")
    assert counted(sock) == {"segments_in": 6, "segments_out": 5, "window_probes": 3}


@scenario("AX-INFO-2")
def test_counting_may_begin_at_any_time_and_anew(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    sock.send(b"before")
    conn.expect(b"before")
    unmetered = counted(sock)

    sock.meter()
    conn.send(TCP(flags="A"))
    metered_once = counted(sock)
    sock.meter()

    assert (unmetered, metered_once, counted(sock)) == ({}, {"segments_in": 1}, {})
