# SPDX-License-Identifier: GPL-2.0-or-later
"""A readiness driver: what it tells of a source, and when it is woken for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import (
    Driver,
    Dut,
    Given,
    Peer,
    Reached,
    Source,
    StackClock,
    bound,
    connected,
    reach,
    scenario,
)

TX = 24


@pytest.fixture
def driver(dut: Dut) -> Driver:
    return dut.driver(4)


@pytest.fixture
def reached(dut: Dut, peer: Peer) -> Reached:
    """Nothing to read, and no room to send."""
    return reach(dut, peer, "ESTABLISHED", Given(tx_full=True, tx=TX))


def waits(driver: Driver) -> bool:
    return driver.poll() is None and not driver.was_woken()


def registered(driver: Driver, reached: Reached, interest: str = "any") -> Source:
    source = driver.register(reached.sock, interest)
    assert waits(driver)
    return source


@scenario("AX-READY-1")
def test_what_comes_is_told_once_and_keeps_nobody_busy(driver: Driver, reached: Reached) -> None:
    source = registered(driver, reached)

    reached.conn.send(TCP(flags="A", ack=reached.una) / b"one")
    assert driver.was_woken()
    assert driver.poll() == [source.is_seen("readable")]
    reached.conn.send(TCP(flags="A", ack=reached.una) / b"two")

    assert not driver.was_woken()
    assert driver.poll() is None


@scenario("AX-READY-1")
def test_what_holds_already_is_told_at_once_and_what_is_not_asked_for_never(
    dut: Dut, peer: Peer, driver: Driver
) -> None:
    conn, sock = connected(dut, peer)
    assert driver.poll() is None

    source = driver.register(sock, "writable")

    assert driver.was_woken()
    assert driver.poll() == [source.is_seen("writable")]
    conn.send(b"not asked for")
    assert waits(driver)


Event = Callable[[Dut, Reached, StackClock], object]
EVENTS: dict[str, tuple[Event, set[str]]] = {
    "bytes": (lambda dut, at, clock: at.conn.send(TCP(flags="A", ack=at.una) / b"x"), {"readable"}),
    "room": (lambda dut, at, clock: at.conn.send(TCP(flags="A")), {"writable"}),
    "both": (lambda dut, at, clock: at.conn.send(TCP(flags="A") / b"x"), {"readable", "writable"}),
    "end of stream": (lambda dut, at, clock: at.conn.send(TCP(flags="FA", ack=at.una)), {"readable", "writable"}),
    "reset": (lambda dut, at, clock: at.conn.send(TCP(flags="R")), {"readable", "writable", "released"}),
    "abort": (lambda dut, at, clock: at.sock.abort(), {"readable", "writable", "released"}),
    "another address": (lambda dut, at, clock: dut.net("10.0.0.77"), {"readable", "writable", "released"}),
    "user timeout": (lambda dut, at, clock: clock.advance(100), {"readable", "writable", "released"}),
}


@scenario("AX-READY-1", "AX-WAKE-4", "AX-WAKE-5", "AX-WAKE-7", "AX-WAKE-8", "AX-WAKE-10")
@pytest.mark.parametrize("event", EVENTS)
def test_each_event_is_told_as_what_it_is(
    dut: Dut, driver: Driver, reached: Reached, clock: StackClock, event: str
) -> None:
    happens, interests = EVENTS[event]
    source = registered(driver, reached)
    reached.sock.option(user_timeout_ms=100)

    happens(dut, reached, clock)

    assert driver.was_woken()
    assert driver.poll() == [source.is_seen(*interests)]
    assert waits(driver)


@scenario("AX-READY-1", "AX-WAKE-11")
def test_an_ack_without_progress_is_no_event(driver: Driver, reached: Reached) -> None:
    registered(driver, reached)

    reached.conn.send(TCP(flags="A", ack=reached.una))

    assert not driver.was_woken()


@scenario("AX-READY-1", "AX-WAKE-9")
def test_a_lent_socket_is_told_of_once_it_is_a_connection(dut: Dut, peer: Peer, driver: Driver) -> None:
    source = driver.register(dut.accept_on(7), "both")
    assert driver.poll() is None
    conn = peer.tcp(7)

    conn.send(TCP(flags="S"))
    conn.expect(TCP(flags="SA"))
    assert driver.poll() is None
    conn.send(TCP(flags="A"))

    assert driver.was_woken()
    assert driver.poll() == [source.is_seen("writable")]


@scenario("AX-READY-1", "AX-UDP-10")
def test_a_datagram_socket_is_told_of_for_each_length(dut: Dut, peer: Peer, driver: Driver) -> None:
    end, udp = bound(dut, peer, tx=8)
    dut.poll_by_hand()
    udp.send(peer, end.sport, b"12345")
    small, large = (driver.register(udp, "both", room=length) for length in (3, 8))
    assert driver.poll() == [small.is_seen("writable")]

    dut.poll(datagrams=1)
    assert driver.was_woken()
    assert driver.poll() == [large.is_seen("writable")]
    end.send(b"one")
    dut.poll(frames=1)

    assert driver.poll() == [small.is_seen("readable", "writable"), large.is_seen("readable", "writable")]
