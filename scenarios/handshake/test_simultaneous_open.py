# SPDX-License-Identifier: GPL-2.0-or-later
"""Both ends connect to each other at once (RFC 9293 figure 7)."""

from __future__ import annotations

from collections.abc import Callable

from scapy.layers.inet import TCP

from plumbline.scenario import StackClock, TcpEnd, TcpSocket, has_flags, scenario

Reach = Callable[[str], tuple[TcpEnd, TcpSocket]]


@scenario("RFC9293 MUST-10")
def test_a_crossing_syn_is_answered_by_syn_ack(reach: Reach) -> None:
    conn, sock = reach("SYN-SENT")

    conn.send(TCP(flags="S"))

    conn.expect(TCP(flags="SA", seq=conn.irs, ack=conn.snd_nxt))
    conn.expect_nothing()
    assert sock.state().state == "SYN-RECEIVED"


@scenario("RFC9293 MUST-10", "RFC9293 MUST-11")
def test_both_syns_acknowledged_it_is_established(reach: Reach) -> None:
    conn, sock = reach("SYN-SENT")
    conn.send(TCP(flags="S"))
    conn.expect(TCP(flags="SA", seq=conn.irs, ack=conn.snd_nxt))

    conn.send(TCP(flags="SA", seq=conn.isn))

    assert sock.state().state == "ESTABLISHED"
    sock.send(b"data")
    conn.expect(TCP(flags="PA") / b"data", any_order=True)


@scenario("RFC9293 MUST-11")
def test_a_reset_behind_a_crossing_syn_ends_it_as_refused(reach: Reach) -> None:
    conn, sock = reach("SYN-SENT")
    conn.send(TCP(flags="S"))
    conn.expect(TCP(flags="SA", seq=conn.irs, ack=conn.snd_nxt))

    conn.send(TCP(flags="R"))

    conn.expect_nothing()
    assert (sock.state().state, sock.state().end) == ("CLOSED", "refused")


@scenario("RFC9293 MUST-10")
def test_a_crossing_syn_does_no_harm_to_a_plain_answer(reach: Reach, clock: StackClock) -> None:
    conn, sock = reach("SYN-SENT")
    conn.send(TCP(flags="S"))

    clock.advance_to_frame(at_most_ms=10_000)
    conn.expect(TCP(flags=has_flags("S"), seq=conn.irs), any_order=True)
    conn.send(TCP(flags="SA", seq=conn.isn))

    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=conn.snd_nxt))
    assert sock.state().state == "ESTABLISHED"
