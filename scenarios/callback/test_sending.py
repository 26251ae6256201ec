# SPDX-License-Identifier: GPL-2.0-or-later
"""What a client sends, what it is told of that, and when."""

from __future__ import annotations

from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Peer, StackClock, scenario
from scenarios.callback.clients import accepted

TX = 64


@scenario("AX-CALL-6")
def test_what_is_added_goes_with_send_and_not_before(dut: Dut, peer: Peer, clock: StackClock) -> None:
    one = accepted(dut, peer)

    assert (one.callbacks.add(b"head"), one.callbacks.add(b"body")) == (4, 4)
    clock.advance(10 * dut.profile["rto_initial_ms"])
    one.conn.expect_nothing()
    assert one.callbacks.send() == 8

    one.conn.expect(TCP(flags="PA") / b"headbody")


@scenario("AX-CALL-6")
def test_a_write_says_exactly_what_was_queued(dut: Dut, peer: Peer) -> None:
    one = accepted(dut, peer, tx=TX)
    one.sock.send(b"a" * 40)

    assert one.sock.send(b"b" * 40) == TX - 40

    assert one.sock.state().tx == TX
    assert b"".join(segment.payload for segment in one.conn.segments()) == b"a" * 40
    one.conn.send(TCP(flags="A"))
    assert b"".join(segment.payload for segment in one.conn.segments()) == b"b" * (TX - 40)


@scenario("AX-CALL-6")
def test_space_is_what_would_be_added(dut: Dut, peer: Peer) -> None:
    one = accepted(dut, peer, tx=TX)

    assert one.callbacks.space() == TX
    assert one.callbacks.add(b"a" * 40) == 40
    assert one.callbacks.space() == TX - 40
    assert one.callbacks.add(b"b" * 40) == one.callbacks.space() + TX - 40


@scenario("AX-CALL-6")
def test_close_sends_what_was_added_first(dut: Dut, peer: Peer) -> None:
    one = accepted(dut, peer)
    one.callbacks.add(b"last")

    one.sock.close()

    one.conn.expect(TCP(flags="FPA") / b"last")


@scenario("AX-CALL-7")
def test_an_acknowledgement_is_told_with_its_bytes_and_their_age(dut: Dut, peer: Peer, clock: StackClock) -> None:
    one = accepted(dut, peer)
    one.sock.send(b"hello")
    clock.advance(30)
    one.sock.send(b"again!")
    clock.advance(10)

    una = one.conn.rcv_nxt
    one.conn.send(TCP(flags="A", ack=una + 5))
    one.conn.send(TCP(flags="A", ack=una + 5))
    one.conn.send(TCP(flags="A", ack=una + 11))

    acks = [(told.what, told.age_ms) for told in one.callbacks.told()[1:]]
    assert acks == [("ack 5", 40), ("ack 6", 10)]


@scenario("AX-CALL-8")
def test_a_stall_is_told_at_its_tick_and_once(dut: Dut, peer: Peer, clock: StackClock) -> None:
    one = accepted(dut, peer)
    one.callbacks.set_times(ack_ms=100)
    una, began = one.conn.rcv_nxt, clock.now
    one.sock.send(b"hello")

    clock.advance(1000)
    one.sock.send(b"more")
    clock.advance(1000)
    one.conn.send(TCP(flags="A", ack=una + 5))
    again = clock.now
    clock.advance(1000)

    stalls = [told.ms for told in one.callbacks.told() if told.what == "timeout ack"]
    assert stalls == [began + 100, again + 100]


@scenario("AX-CALL-8")
def test_a_silence_is_told_at_its_tick_and_once(dut: Dut, peer: Peer, clock: StackClock) -> None:
    one = accepted(dut, peer)
    began = clock.now
    one.callbacks.set_times(rx_ms=100)

    clock.advance(1000)
    one.conn.send(b"hello")
    again = clock.now
    clock.advance(1000)
    one.conn.send(TCP(flags="FA"))
    clock.advance(1000)

    silences = [told.ms for told in one.callbacks.told() if told.what == "timeout rx"]
    assert silences == [began + 100, again + 100]


@scenario("AX-CALL-8")
def test_a_period_is_told_again_and_again(dut: Dut, peer: Peer, clock: StackClock) -> None:
    one = accepted(dut, peer)
    began = clock.now
    one.callbacks.set_times(poll_ms=30)

    clock.advance(100)
    one.conn.send(TCP(flags="R"))
    clock.advance(100)

    polls = [told.ms for told in one.callbacks.told() if told.what == "poll"]
    assert polls == [began + 30, began + 60, began + 90]
