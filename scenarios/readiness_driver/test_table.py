# SPDX-License-Identifier: GPL-2.0-or-later
"""The driver's table: turns, places, numbers; and who ends a poll's wait."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Peer, bound, connected, refused, scenario

PLACES = 3


@scenario("AX-READY-4")
@pytest.mark.parametrize("at_most", [1, 2])
def test_sources_that_stay_ready_take_turns(dut: Dut, peer: Peer, at_most: int) -> None:
    driver = dut.driver(PLACES)
    pairs = [connected(dut, peer, port=7 + number) for number in range(PLACES)]
    sources = [driver.register(sock, "readable") for _, sock in pairs]
    for conn, _ in pairs:
        conn.send(b"nobody reads this")

    told: list[int] = []
    while len(told) < 4 * PLACES:
        events = driver.poll(at_most)
        assert events is not None
        assert 1 <= len(events) <= at_most
        for event in events:
            told.append(event.source)
            sources[[one.number for one in sources].index(event.source)].clear("readable")

    order = [source.number for source in sources]
    assert told == (order * 5)[: len(told)]


@scenario("AX-READY-6")
def test_what_has_no_place_or_has_one_is_refused(dut: Dut, peer: Peer) -> None:
    driver = dut.driver(PLACES)
    socks = [dut.tcp() for _ in range(PLACES)]
    _, udp = bound(dut, peer)
    for sock in socks[1:]:
        driver.register(sock)

    with refused("in-use"):
        driver.register(socks[1])
    driver.register(udp, room=3)
    with refused("memory"):
        driver.register(udp, room=4)
    with refused("memory"):
        driver.register(socks[0])

    assert len(driver.poll() or []) == PLACES


@scenario("AX-READY-5", "AX-READY-6")
def test_a_source_deregistered_with_an_event_under_way_keeps_its_place_until_the_poll(dut: Dut, peer: Peer) -> None:
    driver = dut.driver(1)
    (conn, sock), (_, other) = connected(dut, peer, port=7), connected(dut, peer, port=8)
    source = driver.register(sock)
    assert driver.poll() == [source.is_seen("writable")]

    source.deregister()
    conn.send(b"later")
    with refused("memory"):
        driver.register(other)
    assert not source.is_released()
    assert driver.was_woken()
    assert driver.poll() is None
    next_one = driver.register(other)

    assert source.is_released()
    assert next_one.number != source.number
    for ask in (source.deregister, source.look, lambda: source.clear("both"), lambda: source.reregister("both")):
        with refused("arg"):
            ask()
    assert driver.poll() == [next_one.is_seen("writable")]


@scenario("AX-READY-5")
@pytest.mark.parametrize("how", ["deregistered", "destroyed"])
def test_of_a_socket_that_is_gone_nothing_is_told(dut: Dut, peer: Peer, how: str) -> None:
    driver = dut.driver(2)
    (conn, sock), (other_conn, other) = connected(dut, peer, port=7), connected(dut, peer, port=8)
    source, stays = driver.register(sock, "readable"), driver.register(other, "readable")
    assert driver.poll() is None
    conn.send(b"under way")

    if how == "deregistered":
        source.deregister()
        sock.destroy()
    else:
        sock.destroy()
    conn.send(TCP(flags="A") / b"behind it")
    other_conn.send(b"x")

    assert driver.poll() == [stays.is_seen("readable")]
    assert source.is_released()


@scenario("AX-READY-7")
def test_unparking_ends_a_wait_once(dut: Dut) -> None:
    driver = dut.driver(1)
    assert driver.poll() is None

    driver.unpark()
    driver.unpark()

    assert driver.was_woken()
    assert driver.poll() == []
    assert driver.poll() is None


@scenario("AX-READY-7")
def test_unparked_before_it_waits_it_does_not_wait(dut: Dut, peer: Peer) -> None:
    driver = dut.driver(1)
    _, sock = connected(dut, peer)
    driver.unpark()
    source = driver.register(sock)

    assert driver.poll() == [source.is_seen("writable")]
    assert driver.poll() is None
