# SPDX-License-Identifier: GPL-2.0-or-later
"""Keep-alive: off until asked for, two hours of silence first, and a peer has several chances to answer."""

from __future__ import annotations

from itertools import pairwise

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import NO_PAYLOAD, Dut, Peer, StackClock, TcpEnd, connected, refused, scenario
from scenarios.sequence import off

HOUR_MS = 3_600_000
TWO_HOURS_MS = 2 * HOUR_MS
DAY_MS = 24 * HOUR_MS
RST = 0x04  # among the flags of a segment
LONGEST_MS = (1 << 31) - 1  # what a timer takes

# Idle time, between probes, how many: longer in all than a timer takes. 0 stands for the default.
TOO_LONG = [
    (60_000, 477_218_589, 0), (60_000, 477_218_589, 9), (1000, 1 << 30, 8), (1000, LONGEST_MS, 1),
    (LONGEST_MS, 0, 1), (LONGEST_MS, 1, 0),
]  # fmt: skip


@scenario("RFC9293 MUST-25", "AX-TCP-37", "AX-TIME-17")
def test_it_is_off_until_asked_for(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)

    clock.advance(DAY_MS)

    conn.expect_nothing()
    assert sock.state().state == "ESTABLISHED"


@scenario("RFC9293 MUST-24", "RFC9293 MUST-26", "RFC9293 MUST-27", "AX-TCP-37", "AX-TIME-17")
@pytest.mark.parametrize("idle_ms", [1000, 60_000, TWO_HOURS_MS, DAY_MS])
def test_the_first_probe_comes_after_the_time_that_was_set(
    dut: Dut, peer: Peer, clock: StackClock, idle_ms: int
) -> None:
    conn, sock = connected(dut, peer)
    sock.option(keepalive_ms=idle_ms)

    clock.advance(idle_ms - 1)
    conn.expect_nothing()
    clock.advance(1 + dut.profile["tcp_slow_tick_ms"])

    conn.expect(TCP(flags="A", seq=off(conn.rcv_nxt, -1)))
    conn.expect_nothing()


@scenario("RFC9293 MUST-24", "RFC9293 SHLD-12", "RFC9293 MAY-5")
def test_a_probe_is_an_empty_segment_one_octet_back(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)
    sock.option(keepalive_ms=TWO_HOURS_MS)

    clock.advance(TWO_HOURS_MS + dut.profile["tcp_slow_tick_ms"])

    conn.expect(TCP(flags="A", seq=off(conn.rcv_nxt, -1), ack=conn.snd_nxt) / NO_PAYLOAD)
    conn.expect_nothing()


@scenario("RFC9293 MUST-27", "AX-TCP-20", "AX-TCP-37")
@pytest.mark.parametrize(("every_ms", "count"), [(0, 0), (10_000, 3), (1000, 1)])
def test_the_peer_is_given_up_after_the_probes_that_were_set(
    dut: Dut, peer: Peer, clock: StackClock, every_ms: int, count: int
) -> None:
    conn, sock = connected(dut, peer)
    sock.option(keepalive_ms=60_000, keepalive_every_ms=every_ms, keepalive_count=count)

    times = [at for at in clock.frames_within(HOUR_MS) for _ in range(_probes(conn))]

    assert len(times) == (count or dut.profile["keepalive_count"])
    intervals = {later - earlier for earlier, later in pairwise(times)}
    assert intervals <= {every_ms or dut.profile["keepalive_every_ms"]}
    assert sock.state().end == "keepalive"
    with refused("keepalive"):
        sock.recv()


@pytest.mark.parametrize(("idle_ms", "every_ms", "count"), TOO_LONG)
@scenario("RFC9293 MUST-29", "AX-TCP-37")
def test_more_than_a_timer_takes_is_refused_and_changes_nothing(
    dut: Dut, peer: Peer, clock: StackClock, idle_ms: int, every_ms: int, count: int
) -> None:
    conn, sock = connected(dut, peer)

    with refused("arg"):
        sock.option(keepalive_ms=idle_ms, keepalive_every_ms=every_ms, keepalive_count=count)

    clock.advance(HOUR_MS)
    conn.expect_nothing()
    assert sock.state().state == "ESTABLISHED"


@pytest.mark.parametrize(("every_ms", "count"), [(1, 1), (1, 0), (10, 3), (499, 1)])
@scenario("RFC9293 MUST-29", "AX-TCP-20")
def test_probes_closer_than_a_tick_are_all_sent(
    dut: Dut, peer: Peer, clock: StackClock, every_ms: int, count: int
) -> None:
    conn, sock = connected(dut, peer)
    sock.option(keepalive_ms=60_000, keepalive_every_ms=every_ms, keepalive_count=count)

    sent = sum(_probes(conn) for _ in clock.frames_within(HOUR_MS))

    assert (sent, sock.state().end) == (count or dut.profile["keepalive_count"], "keepalive")


@scenario("RFC9293 MUST-27", "RFC9293 MUST-29", "AX-TCP-20", "AX-TCP-37")
def test_the_time_counts_from_where_it_was_set(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)
    clock.advance(HOUR_MS)
    sock.option(keepalive_ms=60_000, keepalive_every_ms=1000, keepalive_count=3)

    clock.advance(59_999)
    conn.expect_nothing()
    sent = sum(_probes(conn) for _ in clock.frames_within(HOUR_MS))

    assert (sent, sock.state().end) == (3, "keepalive")


@scenario("RFC9293 MUST-26", "AX-TCP-37")
def test_an_answer_begins_the_time_anew(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)
    sock.option(keepalive_ms=TWO_HOURS_MS, keepalive_every_ms=75_000, keepalive_count=2)

    for _ in range(5):
        clock.advance(TWO_HOURS_MS - 1)
        conn.expect_nothing()
        clock.advance(1 + dut.profile["tcp_slow_tick_ms"])
        conn.expect(TCP(flags="A", seq=off(conn.rcv_nxt, -1)))
        conn.send(TCP(flags="A"))

    assert sock.state().state == "ESTABLISHED"
    conn.expect_nothing()


@scenario("RFC9293 MUST-26")
def test_data_from_the_peer_begins_the_time_anew(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)
    sock.option(keepalive_ms=60_000)
    clock.advance(59_000)
    conn.send(b"still here")

    clock.advance(59_000)

    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=conn.snd_nxt))
    conn.expect_nothing()


@scenario("RFC9293 MUST-26")
def test_data_in_flight_is_sent_again_instead(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)
    sock.option(keepalive_ms=10_000)
    sock.send(b"lost")
    first = conn.rcv_nxt
    conn.inbox.take()

    clock.advance(60_000)

    came = conn.segments()
    others = sorted({(one.seq - first, len(one.payload)) for one in came if (one.seq, one.payload) != (first, b"lost")})
    assert len(others) < len(came)
    assert others == [], f"beside the data there came, by SEQ from it and length: {others}"


@scenario("RFC9293 MUST-25", "AX-TCP-37")
def test_it_is_switched_for_one_socket_only(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, _ = connected(dut, peer)
    other, probing = connected(dut, peer, port=8)
    probing.option(keepalive_ms=60_000)

    clock.advance(61_000)

    other.expect(TCP(flags="A", seq=off(other.rcv_nxt, -1)))
    conn.expect_nothing()


def _probes(conn: TcpEnd) -> int:
    """How many segments came that end nothing."""
    return sum(not segment.flags & RST for segment in conn.segments())
