# SPDX-License-Identifier: GPL-2.0-or-later
"""A client's times: across the wrap of the stack clock, behind a slow callback, with more sends than are told apart,
and gone with the connection."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Peer, StackClock, introduce, scenario
from scenarios.callback.clients import PORT, Client, accepted, prepared
from scenarios.sequence import off

WRAP_MS = 1 << 32
EVERY_MS = 400
MARKS = 4  # sends told apart, of ax/client.h

Restart = Callable[..., None]


@scenario("AX-CALL-8")
@pytest.mark.parametrize("before_ms", [1, 29, 30, 31])
@pytest.mark.parametrize("what", ["timeout rx", "timeout ack", "poll"])
def test_each_is_told_across_the_wrap(
    restart: Restart, dut: Dut, peer: Peer, clock: StackClock, what: str, before_ms: int
) -> None:
    restart(held_at_ms=WRAP_MS - before_ms)
    one = accepted(dut, peer)
    one.callbacks.set_times(rx_ms=30, ack_ms=30, poll_ms=30)
    one.sock.send(b"hello")

    clock.advance(100)

    told = [told.ms for told in one.callbacks.told() if told.what == what]
    at = [(WRAP_MS - before_ms + ms) % WRAP_MS for ms in (30, 60, 90)]
    assert told == (at if what == "poll" else at[:1])


@scenario("AX-CALL-7")
@pytest.mark.parametrize("before_ms", [1, 10, 39])
def test_an_age_goes_over_the_wrap(restart: Restart, dut: Dut, peer: Peer, clock: StackClock, before_ms: int) -> None:
    restart(held_at_ms=WRAP_MS - before_ms)
    one = accepted(dut, peer)
    one.sock.send(b"hello")
    clock.advance(40)

    one.conn.send(TCP(flags="A", ack=off(one.conn.rcv_nxt, 5)))

    assert [(told.what, told.age_ms) for told in one.callbacks.told()[1:]] == [("ack 5", 40)]


def sent_apart(one: Client, clock: StackClock, count: int) -> None:
    """A byte each 10 ms."""
    one.sock.option(no_delay=1)
    for _ in range(count):
        one.sock.send(b"1")
        clock.advance(10)


@scenario("AX-CALL-7")
@pytest.mark.parametrize("count", [MARKS, MARKS + 1, MARKS + 3])
def test_of_more_sends_than_are_told_apart_the_last_are_one(
    dut: Dut, peer: Peer, clock: StackClock, count: int
) -> None:
    one = accepted(dut, peer)
    una = one.conn.rcv_nxt
    sent_apart(one, clock, count)

    for at in range(count):
        one.conn.send(TCP(flags="A", ack=off(una, at + 1)))

    ages = [count * 10 - 10 * min(at, MARKS - 1) for at in range(count)]
    assert [(told.what, told.age_ms) for told in one.callbacks.told()[1:]] == [("ack 1", age) for age in ages]


@scenario("AX-CALL-8", "AX-CALL-2")
@pytest.mark.parametrize("which", ["rx_ms", "ack_ms", "poll_ms"])
@pytest.mark.parametrize("end", ["reset", "abort", "destroy"])
def test_none_is_left_behind_the_end(dut: Dut, peer: Peer, clock: StackClock, end: str, which: str) -> None:
    introduce(peer)
    before = dut.mem().levels["timers"]
    one = accepted(dut, peer)
    one.callbacks.set_times(**{which: 1_000_000})
    one.sock.send(b"never acknowledged")
    one.conn.expect(b"never acknowledged")

    {"reset": one.conn.reset, "abort": one.sock.abort, "destroy": one.sock.destroy}[end]()
    clock.advance(2 * dut.profile["tcp_slow_tick_ms"])  # of the connection

    one.conn.segments()
    assert dut.mem().levels["timers"] == before


@scenario("AX-CALL-5", "AX-CALL-2")
def test_one_that_begins_anew_goes_on_as_soon_as_its_socket_is_released(dut: Dut, peer: Peer) -> None:
    one, onward = accepted(dut, peer), peer.tcp(sport=PORT + 1)
    one.callbacks.connect_in("disconnect", peer, PORT + 1)
    dut.poll_by_hand()

    one.sock.abort()
    onward.expect_nothing()
    dut.poll_auto()

    one.conn.expect(TCP(flags="RA"))
    onward.accept()
    assert one.callbacks.words() == ["connect", "disconnect", "connect"]


def clock_now(dut: Dut, command: str) -> int:
    return dut.command(f"clock {command}").fields.number("now")


@scenario("AX-CALL-8", "AX-CALL-11", real_time=True)
def test_a_period_that_is_told_late_moves_no_later_one(dut: Dut, peer: Peer) -> None:
    slow, (sock, callbacks) = accepted(dut, peer), prepared(dut)
    dut.listen(PORT + 1).lend(sock)
    peer.tcp(PORT + 1).handshake()
    slow.callbacks.be_busy_in("packet", EVERY_MS)
    began = clock_now(dut, "hold")
    callbacks.set_times(poll_ms=EVERY_MS)
    clock_now(dut, f"advance {EVERY_MS // 2}")
    dut.poll_by_hand()
    slow.conn.send(b"hello")

    clock_now(dut, "run")
    dut.poll_auto()
    clock_now(dut, "hold")
    clock_now(dut, f"advance {3 * EVERY_MS}")

    late, *others = [(told.ms - began) % EVERY_MS for told in callbacks.told() if told.what == "poll"]
    assert late != 0
    assert others[:2] == [0, 0]
