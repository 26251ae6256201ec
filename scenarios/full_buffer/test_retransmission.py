# SPDX-License-Identifier: GPL-2.0-or-later
"""Data that nobody acknowledges: when it is sent again, and when the device gives up. All times are stack times."""

from __future__ import annotations

from itertools import islice, pairwise

from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Pattern, Peer, StackClock, TcpEnd, connected, refused, scenario
from scenarios.full_buffer.segments import MSS, payloads

SEED = 41
SECOND_MS = 1000
MINUTE_MS = 60 * SECOND_MS
DAY_MS = 24 * 60 * MINUTE_MS


@scenario("RFC9293 MUST-18", "RFC6298 1", "AX-TIME-17")
def test_the_first_timeout_is_a_second_at_least_and_what_the_profile_says_at_most(
    dut: Dut, peer: Peer, clock: StackClock
) -> None:
    conn, sock = connected(dut, peer)
    sock.send(b"lost")
    conn.inbox.take()

    times = _sent_again(conn, clock, count=1)

    assert SECOND_MS <= times[0] <= dut.profile["rto_initial_ms"]


@scenario("RFC9293 MUST-18", "RFC6298 2", "AX-TIME-17")
def test_intervals_double_to_a_bound_of_a_minute_at_least(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)
    sock.send(b"lost")
    conn.inbox.take()

    times = _sent_again(conn, clock, count=dut.profile["retries"])

    intervals = [later - earlier for earlier, later in pairwise(times)]
    tick = dut.profile["tcp_slow_tick_ms"]
    assert 0 <= intervals[0] - 2 * times[0] <= 2 * tick  # the first began between two ticks
    longest = max(intervals)
    assert longest >= MINUTE_MS
    for interval, following in pairwise(intervals):
        assert following == min(2 * interval, longest)


@scenario("RFC9293 MUST-20", "RFC9293 SHLD-10", "RFC9293 SHLD-11", "RFC9293 SA-41", "AX-TCP-19")
def test_it_gives_up_after_the_retries_of_the_profile(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)
    sock.send(b"lost")
    conn.inbox.take()
    watch = dut.watch(sock, "readable")

    times = _sent_again(conn, clock, count=dut.profile["retries"] + 1)

    assert len(times) == dut.profile["retries"] >= 3
    assert (sock.state().state, sock.state().end) == ("CLOSED", "retransmissions")
    assert watch.events()[-1].ms >= 100 * SECOND_MS
    with refused("retransmissions"):
        sock.recv()
    conn.expect_nothing()


@scenario("RFC9293 MUST-18", "AX-TCP-8")
def test_every_retransmission_has_the_same_bytes(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)
    sock.send(Pattern(SEED, 0, MSS))
    first = conn.rcv_nxt
    conn.inbox.take()

    for _ in range(5):
        clock.advance_to_frame(at_most_ms=DAY_MS)
        conn.expect(TCP(flags="PA", seq=first) / bytes(Pattern(SEED, 0, MSS)))

    conn.expect_nothing()


@scenario("RFC6298 2", "AX-FULL-10")
def test_an_ack_begins_the_count_anew(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)
    sock.send(b"lost")
    conn.inbox.take()
    first = _sent_again(conn, clock, count=dut.profile["retries"] - 1)

    conn.rcv_nxt += len(b"lost")
    conn.send(TCP(flags="A"))
    sock.send(b"lost again")
    conn.inbox.take()
    second = _sent_again(conn, clock, count=dut.profile["retries"])

    assert len(second) == len(first) + 1


@scenario("RFC9293 MUST-18", "RFC6298 2")
def test_the_longer_timeout_holds_until_a_new_measurement(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)
    sock.send(b"lost")
    conn.inbox.take()
    timeout = _sent_again(conn, clock, count=1)[0]
    conn.inbox.take()
    clock.advance(timeout // 2)

    conn.rcv_nxt += len(b"lost")
    conn.send(TCP(flags="A"))
    sock.send(b"lost again")
    conn.inbox.take()

    following = _sent_again(conn, clock, count=1)[0]
    doubled = 2 * timeout - dut.profile["tcp_slow_tick_ms"]
    assert following >= doubled, f"the next timeout is {following} ms behind one of {timeout} ms"


def _sent_again(conn: TcpEnd, clock: StackClock, *, count: int) -> list[int]:
    """When each retransmission came, from now on; fewer when the device gives up."""
    began = clock.now
    times = (at - began for at in clock.frames_within(DAY_MS) if payloads(conn))
    return list(islice(times, count))
