# SPDX-License-Identifier: GPL-2.0-or-later
"""What a client is told of one connection: in order, and of its end exactly once."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Check, Dut, Pattern, Peer, StackClock, scenario
from scenarios.callback.clients import PORT, accepted, lent, prepared

PATIENCE_MS = 500
SEED = 7


@scenario("AX-CALL-1")
def test_a_connection_is_told_of_once_it_is_one(dut: Dut, peer: Peer) -> None:
    _, callbacks = lent(dut)
    conn = peer.tcp(PORT)

    conn.send(TCP(flags="S"))
    assert callbacks.words() == []
    conn.expect(TCP(flags="SA"))
    conn.send(TCP(flags="A"))

    assert callbacks.words() == ["connect"]


@scenario("AX-CALL-1", "AX-CALL-2")
def test_a_life_is_told_in_order(dut: Dut, peer: Peer) -> None:
    one = accepted(dut, peer)
    one.conn.send(b"hello")
    one.conn.send(TCP(flags="FA") / b"bye")
    assert one.callbacks.words() == ["connect", "packet 5", "packet 3", "end"]

    one.sock.close()
    one.conn.expect(TCP(flags="FA"), any_order=True)
    one.conn.send(TCP(flags="A"))
    one.conn.send(TCP(flags="R"))

    assert one.callbacks.words()[4:] == ["disconnect"]


@scenario("AX-CALL-1", "AX-CALL-2", "AX-CALL-3")
def test_bytes_before_a_reset_are_told_before_the_error(dut: Dut, peer: Peer) -> None:
    one = accepted(dut, peer)

    dut.poll_by_hand()
    one.conn.send(b"last words")
    one.conn.send(TCP(flags="R"))
    dut.poll_auto()

    assert one.callbacks.words() == ["connect", "packet 10", "error reset", "disconnect"]
    assert one.sock.recv() == b"last words"


@scenario("AX-CALL-1", "AX-CALL-3")
def test_what_came_and_went_before_its_turn_is_told_as_a_whole(dut: Dut, peer: Peer) -> None:
    _, callbacks = lent(dut)
    conn = peer.tcp(PORT)
    conn.send(TCP(flags="S"))
    conn.expect(TCP(flags="SA"))

    dut.poll_by_hand()
    conn.send(TCP(flags="PA") / b"hello")
    conn.send(TCP(flags="FA"))
    conn.send(TCP(flags="RA"))
    dut.poll_auto()

    assert callbacks.words() == ["connect", "packet 5", "end", "error reset", "disconnect"]


@scenario("AX-CALL-2")
def test_a_connect_that_is_refused_is_told_once(dut: Dut, peer: Peer) -> None:
    sock, callbacks = prepared(dut)
    conn = peer.tcp(sport=PORT)
    sock.connect(peer, PORT)
    conn.expect(TCP(flags="S"))

    conn.send(TCP(flags="RA"))
    conn.send(TCP(flags="RA"))

    assert callbacks.words() == ["error refused", "disconnect"]


@scenario("AX-CALL-2", "AX-CALL-9")
def test_a_connect_ends_at_its_deadline(dut: Dut, peer: Peer, clock: StackClock) -> None:
    sock, callbacks = prepared(dut)
    conn = peer.tcp(sport=PORT)
    began = clock.now
    sock.connect(peer, PORT, timeout_ms=PATIENCE_MS)
    conn.expect(TCP(flags="S"))

    clock.advance(2 * PATIENCE_MS)

    told = callbacks.told()
    assert [one.what for one in told] == ["error connect-timeout", "disconnect"]
    assert {one.ms for one in told} == {began + PATIENCE_MS}


@scenario("AX-CALL-2", "AX-CALL-9")
@pytest.mark.parametrize("act", ["close", "abort"])
def test_a_connect_can_be_cancelled(dut: Dut, peer: Peer, clock: StackClock, act: str) -> None:
    sock, callbacks = prepared(dut)
    conn = peer.tcp(sport=PORT)
    sock.connect(peer, PORT, timeout_ms=PATIENCE_MS)
    conn.expect(TCP(flags="S"))

    sock.close() if act == "close" else sock.abort()
    clock.advance(2 * PATIENCE_MS)

    assert callbacks.words() == ["disconnect"]
    conn.expect_nothing()


@scenario("AX-CALL-4")
def test_the_peers_end_leaves_our_sending_alone(dut: Dut, peer: Peer, clock: StackClock) -> None:
    one = accepted(dut, peer)
    one.conn.send(TCP(flags="FA"))
    one.conn.expect(TCP(flags="A"))

    assert one.sock.send(b"late") == len(b"late")
    one.conn.expect(TCP(flags="PA") / b"late")
    one.conn.send(TCP(flags="A"))
    clock.advance(10 * PATIENCE_MS)

    one.conn.expect_nothing()
    assert one.sock.state().state == "CLOSE-WAIT"
    assert one.callbacks.words() == ["connect", "end", "ack 4"]


@scenario("AX-CALL-10")
def test_what_is_not_acknowledged_closes_the_window(dut: Dut, peer: Peer) -> None:
    one = accepted(dut, peer, rx=1000)

    for _ in range(2):
        one.conn.send(bytes(500))
    one.conn.expect(TCP(flags="A", ack=one.conn.snd_nxt, window=0))
    one.sock.consume(1000)

    one.conn.expect(TCP(flags="A", window=1000))
    assert one.callbacks.words() == ["connect", "packet 500", "packet 500"]


@scenario("AX-CALL-15", "AX-CALL-1")
def test_data_is_taken_as_it_is_told_of(dut: Dut, peer: Peer) -> None:
    sock, callbacks = prepared(dut, rx=1000)
    callbacks.take_data(seed=3)
    dut.listen(PORT).lend(sock)
    conn = peer.tcp(PORT).handshake()

    conn.send_pattern(3, 10 * 1000)

    told = callbacks.told()
    assert told[0].what == "connect"
    assert {one.what.split()[0] for one in told[1:]} == {"data"}
    assert (sum(int(one.what.split()[1]) for one in told[1:]), sum(one.bad for one in told)) == (10 * 1000, 0)
    assert sock.state().rx == 0


@scenario("AX-CALL-10")
def test_what_is_taken_piece_by_piece_is_each_byte_once_and_in_order(dut: Dut, peer: Peer) -> None:
    one = accepted(dut, peer, rx=1000)
    sent = taken = 0

    for step in (500, 1, 399, 300, 500, 500, 3):  # within the window; the ring wraps within some
        one.conn.send(bytes(Pattern(SEED, sent, step)))
        sent += step
        for part in (step // 3, step - step // 3):
            assert one.sock.recv_pattern(part, SEED, taken) == Check(part, 0)
            taken += part

    assert (taken, one.sock.state().rx) == (sent, 0)
    assert sum(int(word.split()[1]) for word in one.callbacks.words()[1:]) == sent


@scenario("AX-CALL-10")
def test_a_stream_goes_through_a_small_ring_whole(dut: Dut, peer: Peer) -> None:
    one = accepted(dut, peer, rx=1000)
    pump = dut.pump_sink(one.sock, SEED, 100_000)

    one.conn.send_pattern(SEED, 100_000)

    done = pump.done()
    assert done is not None
    assert (done.bytes, done.bad, done.end) == (100_000, 0, "ok")
