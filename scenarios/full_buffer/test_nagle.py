# SPDX-License-Identifier: GPL-2.0-or-later
"""Nagle's algorithm: on, one small segment in flight at most; off, each at once."""

from __future__ import annotations

from scapy.layers.inet import TCP

from plumbline.scenario import NO_PAYLOAD, Dut, Pattern, Peer, StackClock, connected, scenario
from scenarios.full_buffer.segments import MSS

SEED = 34


@scenario("RFC9293 SHLD-7", "AX-TCP-36", "RFC9293 MUST-60", "RFC9293 MUST-61")
def test_small_writes_wait_for_the_ack_and_leave_together(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)

    for octet in range(10):
        sock.send(Pattern(SEED, octet, 1))

    conn.expect(TCP(flags="PA") / bytes(Pattern(SEED, 0, 1)))
    conn.expect_nothing()
    conn.send(TCP(flags="A"))
    conn.expect(TCP(flags="PA") / bytes(Pattern(SEED, 1, 9)))
    conn.expect_nothing()


@scenario("RFC9293 MUST-17", "AX-TCP-36", "AX-TIME-4")
def test_switched_off_each_leaves_at_once(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    sock.option(no_delay=1)

    for octet in range(10):
        sock.send(Pattern(SEED, octet, 1))
        conn.expect(TCP(flags="PA") / bytes(Pattern(SEED, octet, 1)))

    conn.expect_nothing()


@scenario("RFC9293 MUST-17", "AX-TCP-36")
def test_switching_it_off_sends_what_waits(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    sock.send(b"first")
    sock.send(b"second")
    conn.expect(TCP() / b"first")
    conn.expect_nothing()

    sock.option(no_delay=1)

    conn.expect(TCP(flags="PA") / b"second")
    conn.expect_nothing()


@scenario("RFC9293 MUST-17", "AX-TCP-36")
def test_it_is_switched_for_one_socket_only(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    other, quick = connected(dut, peer, port=8)
    quick.option(no_delay=1)

    for one in (sock, quick):
        one.send(b"first")
        one.send(b"second")

    conn.expect(TCP() / b"first")
    conn.expect_nothing()
    other.expect(TCP() / b"first")
    other.expect(TCP() / b"second")


@scenario("RFC9293 SHLD-7", "RFC9293 SHLD-28")
def test_whole_segments_do_not_wait(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)

    sock.send(Pattern(SEED, 0, 1))
    sock.send(Pattern(SEED, 1, MSS + 1))

    conn.expect(TCP() / bytes(Pattern(SEED, 0, 1)))
    conn.expect(TCP() / bytes(Pattern(SEED, 1, MSS)))
    conn.expect_nothing()
    conn.send(TCP(flags="A"))
    conn.expect(TCP(flags="PA") / bytes(Pattern(SEED, 1 + MSS, 1)))


@scenario("RFC9293 MUST-61")
def test_the_last_of_several_segments_pushes_and_no_other(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)

    sock.send(Pattern(SEED, 0, 2 * MSS + 1))
    sock.close()

    conn.expect(TCP(flags="A") / bytes(Pattern(SEED, 0, MSS)))
    conn.expect(TCP(flags="A") / bytes(Pattern(SEED, MSS, MSS)))
    conn.expect(TCP(flags="FPA") / bytes(Pattern(SEED, 2 * MSS, 1)))
    conn.expect_nothing()


@scenario("RFC9293 SA-39", "RFC9293 SHLD-7")
def test_a_close_sends_what_waits(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    sock.send(b"first")
    sock.send(b"second")
    conn.expect(TCP() / b"first")

    sock.close()

    conn.expect(TCP(flags="FPA") / b"second")
    conn.expect_nothing()


@scenario("RFC9293 MUST-60", "RFC9293 SHLD-7")
def test_what_waits_for_a_lost_segment_is_not_forgotten(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)
    sock.send(b"first")
    conn.inbox.take()
    sock.send(b"second")

    clock.advance_to_frame(at_most_ms=dut.profile["rto_initial_ms"])

    came = conn.expect(TCP(seq=conn.rcv_nxt))
    assert b"firstsecond".startswith(bytes(came.payload))
    conn.send(TCP(flags="A"))
    assert sock.state().tx == len(b"firstsecond") - len(bytes(came.payload))


@scenario("RFC9293 MUST-40", "RFC9293 SHLD-7")
def test_an_ack_is_not_held_back_with_the_data(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)
    sock.send(b"in flight")
    conn.expect(b"in flight")
    una = conn.rcv_nxt - len(b"in flight")
    conn.send(TCP(flags="PA", ack=una) / b"to be acknowledged")
    sock.send(b"held by Nagle")

    clock.advance(dut.profile["delayed_ack_ms"])

    conn.expect(TCP(flags="A", ack=conn.snd_nxt) / NO_PAYLOAD)
    conn.expect_nothing()
