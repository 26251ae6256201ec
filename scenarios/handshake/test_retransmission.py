# SPDX-License-Identifier: GPL-2.0-or-later
"""Segments of the handshake that are lost: what is sent again, when, and for how long."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Peer, StackClock, TcpEnd, TcpSocket, non_strict, scenario

PORT = 7
R2_OF_SYN_MS = 180_000  # RFC 9293 MUST-23
DATA_RTO_BEHIND_LOSS_MS = 3000  # RFC 6298 5.7
Reach = Callable[[str], tuple[TcpEnd, TcpSocket]]


def syn_times(dut: Dut) -> Iterator[int]:
    """When a SYN of stack time 0 is sent again: timeouts are counted in slow ticks, the first of which comes early."""
    limits = dut.profile
    early = limits["tcp_slow_tick_ms"] - limits["tcp_tick_ms"]
    timeouts = [limits["rto_initial_ms"] << number for number in range(limits["syn_retries"])]
    return (at - early for at in itertools.accumulate(timeouts))


@scenario("RFC9293 MUST-22", "AX-TIME-13")
def test_a_syn_is_sent_again_the_same_at_its_times(dut: Dut, reach: Reach, clock: StackClock) -> None:
    conn, sock = reach("SYN-SENT")

    for at in syn_times(dut):
        assert clock.advance_to_frame(at_most_ms=R2_OF_SYN_MS)
        conn.expect(TCP(flags="S", seq=conn.irs, window=4096, options=[("MSS", dut.profile["mss"])]))
        assert clock.now == at

    conn.expect_nothing()
    assert sock.state().state == "SYN-SENT"


@scenario("AX-TCP-15", "RFC9293 MUST-22", "RFC9293 SA-41")
def test_a_syn_is_given_up_a_tick_behind_the_last_one(dut: Dut, reach: Reach, clock: StackClock) -> None:
    conn, sock = reach("SYN-SENT")
    end = list(syn_times(dut))[-1] + dut.profile["tcp_slow_tick_ms"]

    clock.advance(end - 1)
    before = sock.state().state
    for _ in syn_times(dut):
        conn.expect(TCP(flags="S"))
    clock.advance(1)

    view = sock.state()
    assert (before, view.state, view.end, view.released) == ("SYN-SENT", "CLOSED", "connect-timeout", True)
    clock.advance(60_000)
    conn.expect_nothing()


@scenario("RFC9293 MUST-19", "RFC6298 2")
def test_the_time_between_syns_doubles(reach: Reach, clock: StackClock) -> None:
    reach("SYN-SENT")
    sent = [0]

    for _ in range(4):
        clock.advance_to_frame(at_most_ms=60_000)
        sent.append(clock.now)

    between = [later - earlier for earlier, later in itertools.pairwise(sent)]
    assert all(later >= 1.8 * earlier for earlier, later in itertools.pairwise(between)), between


@scenario("RFC9293 MUST-23")
def test_a_syn_is_sent_for_three_minutes_at_least(reach: Reach, clock: StackClock) -> None:
    _, sock = reach("SYN-SENT")

    clock.advance(R2_OF_SYN_MS)

    assert sock.state().state == "SYN-SENT"


@scenario("RFC6298 1")
def test_the_first_timeout_is_a_second(reach: Reach, clock: StackClock) -> None:
    conn, _ = reach("SYN-SENT")

    clock.advance_to_frame(at_most_ms=60_000)

    conn.expect(TCP(flags="S", seq=conn.irs))
    if clock.now > 1250:
        non_strict(f"the first timeout takes {clock.now} ms")


@scenario("RFC9293 MUST-18", "RFC6298 2", "RFC9293 MUST-14")
def test_a_syn_ack_is_sent_again_the_same_at_its_times(dut: Dut, reach: Reach, clock: StackClock) -> None:
    conn, sock = reach("SYN-RECEIVED")
    first = next(syn_times(dut))

    for at in (first, first + 2 * dut.profile["rto_initial_ms"]):
        assert clock.advance_to_frame(at_most_ms=60_000)
        conn.expect(TCP(flags="SA", seq=conn.irs, ack=conn.snd_nxt, window=4096, options=[("MSS", dut.profile["mss"])]))
        assert clock.now == at

    conn.send(TCP(flags="A"))
    conn.expect_nothing()
    assert sock.state().state == "ESTABLISHED"


@scenario("RFC9293 MUST-18")
def test_an_answered_syn_ack_is_never_sent_again(reach: Reach, clock: StackClock) -> None:
    conn, sock = reach("SYN-RECEIVED")
    conn.send(TCP(flags="A"))

    clock.advance(60_000)

    conn.expect_nothing()
    assert sock.state().state == "ESTABLISHED"


@scenario("RFC9293 SA-21", "RFC9293 SA-13")
def test_a_third_segment_that_was_lost_is_sent_again(dut: Dut, peer: Peer) -> None:
    sock, conn = dut.tcp(), peer.tcp(sport=PORT)
    sock.connect(peer, PORT)
    conn.expect(TCP(flags="S"))
    conn.send(TCP(flags="SA"))
    lost = conn.expect(TCP(flags="A"))

    conn.send(TCP(flags="SA", seq=conn.isn))

    conn.expect(TCP(flags="A", seq=lost.seq, ack=lost.ack))
    conn.expect_nothing()
    assert sock.state().state == "ESTABLISHED"


@pytest.mark.parametrize("lost", [1, 2, 3])
@scenario("RFC6298 2")
def test_behind_lost_syns_data_has_three_seconds(dut: Dut, reach: Reach, clock: StackClock, lost: int) -> None:
    conn, sock = reach("SYN-SENT")
    for _ in range(lost):
        clock.advance_to_frame(at_most_ms=60_000)
        conn.expect(TCP(flags="S"))
    conn.send(TCP(flags="SA"))
    conn.expect(TCP(flags="A"))
    sock.send(b"data")
    conn.expect(TCP(flags="PA") / b"data")
    began = clock.now

    clock.advance_to_frame(at_most_ms=60_000)

    conn.expect(TCP(flags="PA") / b"data")
    conn.expect_nothing()
    assert abs(clock.now - began - DATA_RTO_BEHIND_LOSS_MS) <= dut.profile["tcp_slow_tick_ms"]
