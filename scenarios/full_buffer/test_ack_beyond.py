# SPDX-License-Identifier: GPL-2.0-or-later
"""Segments that contradict what is known: an ACK of what was never sent, and other octets than before."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Peer, StackClock, connected, refused, scenario
from scenarios.sequence import off

TEN = b"ten octets"


@pytest.mark.parametrize("beyond", [1, 2, 4096, 1 << 30])
@scenario("RFC9293 SA-27")
def test_an_ack_of_what_was_never_sent_is_answered_and_its_data_dropped(dut: Dut, peer: Peer, beyond: int) -> None:
    conn, sock = connected(dut, peer)
    begin = conn.snd_nxt

    conn.send(TCP(flags="PA", seq=begin, ack=off(conn.rcv_nxt, beyond)) / TEN)

    assert sock.state().rx == 0, f"{sock.state().rx} octets of a segment with an ACK beyond SND.NXT are delivered"
    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=begin))
    conn.expect_nothing()
    with refused("would-block"):
        sock.recv()


@scenario("RFC9293 SA-27")
def test_what_follows_dropped_data_waits_for_it(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)
    begin = conn.snd_nxt
    conn.send(TCP(flags="PA", seq=begin, ack=off(conn.rcv_nxt, 1)) / TEN)
    conn.expect(TCP(flags="A", ack=begin))

    conn.send(TCP(flags="PA", seq=off(begin, len(TEN))) / TEN)
    clock.advance(dut.profile["delayed_ack_ms"])

    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=begin))
    conn.expect_nothing()
    assert sock.state().rx == 0


@scenario("RFC9293 SA-27")
def test_what_is_queued_and_held_by_nagle_was_never_sent(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    sock.send(TEN)
    sock.send(TEN)
    conn.expect(TCP(flags="PA") / TEN)
    conn.expect_nothing()
    begin = conn.snd_nxt

    conn.send(TCP(flags="PA", seq=begin, ack=off(conn.rcv_nxt, 5)) / TEN)

    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=begin))
    conn.expect_nothing()
    assert sock.state().rx == 0


@pytest.mark.parametrize("old", [1, 4, 9])
@scenario("RFC9293 SA-16")
def test_octets_that_came_before_are_not_replaced(dut: Dut, peer: Peer, old: int) -> None:
    conn, sock = connected(dut, peer)
    conn.send(TEN)
    edge = conn.snd_nxt

    conn.send(TCP(flags="PA", seq=edge - old) / (b"X" * old + b"new"))
    conn.snd_nxt = edge + len(b"new")

    assert sock.recv() == TEN + b"new"
    conn.expect(TCP(flags="A", ack=conn.snd_nxt), any_order=True)
    conn.expect_nothing()
