# SPDX-License-Identifier: GPL-2.0-or-later
"""A peer with a closed window: probed for as long as it answers, at intervals that grow."""

from __future__ import annotations

from itertools import pairwise

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import (
    NO_PAYLOAD,
    Dut,
    Pattern,
    Peer,
    StackClock,
    TcpEnd,
    TcpSocket,
    connected,
    non_strict,
    refused,
    scenario,
)
from scenarios.full_buffer.segments import payloads
from scenarios.full_buffer.windows import open_wide, with_window
from scenarios.sequence import off

SEED = 31
ACK = 0x10  # the flag alone
QUEUED = 3000
IN_FLIGHT = 100
LOST, BEHIND = b"lost", b"behind it"
HOURS_MS = 3 * 3_600_000
INTERVAL_MAX_MS = 240_000


@scenario("RFC9293 MUST-36", "RFC9293 MUST-38", "AX-TIME-17")
def test_a_probe_is_the_next_octet_alone(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, _ = _closed(dut, peer)

    clock.advance_to_frame(at_most_ms=dut.profile["rto_initial_ms"])

    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=conn.snd_nxt) / bytes(Pattern(SEED, 0, 1)))
    conn.expect_nothing()


@scenario("RFC9293 SHLD-29")
def test_the_first_probe_comes_after_one_retransmission_timeout(dut: Dut, peer: Peer, clock: StackClock) -> None:
    _, sock = connected(dut, peer)
    began = clock.now
    sock.send(b"measures the timeout")
    clock.advance_to_frame(at_most_ms=dut.profile["rto_initial_ms"])
    timeout = clock.now - began
    other, _ = _closed(dut, peer, port=8)
    began = clock.now
    first = next(at for at in clock.frames_within(2 * dut.profile["rto_initial_ms"]) if payloads(other))

    early = timeout - (first - began)
    if early > dut.profile["tcp_slow_tick_ms"]:
        non_strict(f"the first probe comes {early} ms before the retransmission timeout of {timeout} ms")


@scenario("RFC9293 SHLD-30", "RFC9293 MUST-36")
def test_intervals_double_up_to_a_bound(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, _ = _closed(dut, peer)

    times = _answer_probes(conn, clock, within_ms=600_000)

    intervals = [later - earlier for earlier, later in pairwise(times)]
    longest = max(intervals)
    assert 8 * intervals[0] <= longest <= INTERVAL_MAX_MS
    for interval, following in pairwise(intervals):
        assert following == min(2 * interval, longest)


@scenario("RFC9293 MUST-37", "RFC9293 MAY-8", "AX-TCP-18")
def test_a_peer_that_answers_is_probed_for_hours(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = _closed(dut, peer)

    times = _answer_probes(conn, clock, within_ms=HOURS_MS)

    assert len(times) > HOURS_MS // INTERVAL_MAX_MS
    assert (sock.state().state, sock.state().tx) == ("ESTABLISHED", QUEUED)
    open_wide(conn)
    conn.receive_pattern(SEED, QUEUED)


@scenario("RFC9293 MUST-20", "RFC9293 SHLD-11", "AX-TCP-19", "AX-TCP-31")
def test_a_peer_that_no_longer_answers_is_given_up(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = _closed(dut, peer)

    probes = sum(len(payloads(conn)) for _ in clock.frames_within(HOURS_MS))

    assert probes == dut.profile["retries"]
    view = sock.state()
    assert (view.state, view.end, view.released) == ("CLOSED", "retransmissions", True)
    with refused("retransmissions"):
        sock.recv()


@scenario("RFC9293 MUST-36", "AX-FULL-10")
def test_an_octet_taken_from_a_probe_is_not_sent_again(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = _closed(dut, peer)

    for taken in range(3):
        clock.advance_to_frame(at_most_ms=INTERVAL_MAX_MS)
        conn.expect(TCP(seq=conn.rcv_nxt) / bytes(Pattern(SEED, taken, 1)))
        conn.send(TCP(flags="A"))

    open_wide(conn)
    conn.receive_pattern(SEED, QUEUED - 3, offset=3)
    assert sock.stats()["tx_bytes"] == QUEUED


@scenario("RFC9293 MUST-36", "AX-FULL-10")
def test_an_octet_taken_from_a_probe_is_not_lost(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = _closed(dut, peer)
    clock.advance_to_frame(at_most_ms=dut.profile["rto_initial_ms"])
    conn.expect(TCP() / bytes(Pattern(SEED, 0, 1)))

    open_wide(conn)
    conn.receive_pattern(SEED, QUEUED - 1, offset=1, patience_ms=2 * dut.profile["rto_initial_ms"])

    assert (sock.state().tx, sock.stats()["tx_bytes"]) == (0, QUEUED)
    conn.expect_nothing()


@scenario("RFC9293 MUST-36", "RFC9293 SA-39")
def test_a_fin_behind_the_queued_bytes_waits_with_them(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = _closed(dut, peer)
    sock.close()
    conn.expect_nothing()

    times = _answer_probes(conn, clock, within_ms=60_000)
    open_wide(conn)
    conn.receive_pattern(SEED, QUEUED)

    assert times
    assert sock.state().state == "FIN-WAIT-2"


@pytest.mark.parametrize("window", [0, 8000])
@scenario("RFC9293 MUST-36", "AX-FULL-10")
def test_an_ack_in_front_of_a_gap_ends_the_probing(dut: Dut, peer: Peer, clock: StackClock, window: int) -> None:
    conn, sock = connected(dut, peer)
    sock.send(Pattern(SEED, 0, IN_FLIGHT))
    conn.send(TCP(flags="PA", seq=off(conn.snd_nxt, len(LOST)), window=0) / BEHIND)  # LOST is on its way
    clock.advance(2 * dut.profile["rto_initial_ms"])
    assert conn.segments()[-1].payload == bytes(Pattern(SEED, 0, 1))

    conn.send(TCP(flags="PA", window=window) / LOST)
    conn.snd_nxt = off(conn.snd_nxt, len(BEHIND))
    clock.advance(2 * INTERVAL_MAX_MS)

    conn.expect(TCP(flags="A", ack=conn.snd_nxt) / NO_PAYLOAD)
    conn.expect_nothing()
    open_wide(conn)
    sock.send(Pattern(SEED, IN_FLIGHT, QUEUED))
    conn.receive_pattern(SEED, QUEUED, offset=IN_FLIGHT)


def _closed(dut: Dut, peer: Peer, port: int = 7) -> tuple[TcpEnd, TcpSocket]:
    """Bytes are queued for a peer with a closed window."""
    conn, sock = with_window(dut, peer, 0, port=port)
    sock.send(Pattern(SEED, 0, QUEUED))
    conn.expect_nothing()
    return conn, sock


def _answer_probes(conn: TcpEnd, clock: StackClock, within_ms: int) -> list[int]:
    """Answers each probe without taking its octet. When each came."""
    times = []
    for at in clock.frames_within(within_ms):
        if payloads(conn):
            times.append(at)
            conn.send_data(b"", flags=ACK)
    return times
