# SPDX-License-Identifier: GPL-2.0-or-later
"""What is cleared, and what comes between an event, an attempt and the clear."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Driver, Dut, Given, Peer, Reached, Source, reach, refused, scenario

TX = 24


@pytest.fixture
def driver(dut: Dut) -> Driver:
    return dut.driver(2)


@pytest.fixture
def reached(dut: Dut, peer: Peer) -> Reached:
    return reach(dut, peer, "ESTABLISHED", Given(tx_full=True, tx=TX))


@pytest.fixture
def source(driver: Driver, reached: Reached) -> Source:
    """It was told that there is something to read; then it was read, and an attempt would block."""
    source = driver.register(reached.sock)
    reached.conn.send(TCP(flags="A", ack=reached.una) / b"one")
    assert driver.poll() == [source.is_seen("readable")]
    assert reached.sock.recv() == b"one"
    with refused("would-block"):
        reached.sock.recv()
    return source


@scenario("AX-READY-1", "AX-READY-2")
def test_after_the_clear_what_comes_is_told_again(driver: Driver, reached: Reached, source: Source) -> None:
    source.clear("readable")
    assert driver.poll() is None
    assert not driver.was_woken()

    reached.conn.send(TCP(flags="A", ack=reached.una) / b"two")

    assert driver.was_woken()
    assert driver.poll() == [source.is_seen("readable")]


LATER: dict[str, Callable[[Reached], object]] = {
    "bytes": lambda at: at.conn.send(TCP(flags="A", ack=at.una) / b"two"),
    "end of stream": lambda at: at.conn.send(TCP(flags="FA", ack=at.una)),
    "reset": lambda at: at.conn.send(TCP(flags="R")),
    "abort": lambda at: at.sock.abort(),
}


@scenario("AX-READY-2", "AX-WAKE-1")
@pytest.mark.parametrize("event", LATER)
@pytest.mark.parametrize("when", ["before the clear", "before the poll", "behind the poll"])
def test_what_comes_between_is_never_lost(
    driver: Driver, reached: Reached, source: Source, event: str, when: str
) -> None:
    happens = LATER[event]
    driver.poll()

    if when == "before the clear":
        happens(reached)
    source.clear("readable")
    if when == "before the poll":
        happens(reached)
    if when == "behind the poll":
        assert driver.poll() is None
        happens(reached)

    assert driver.was_woken()
    told = driver.poll()
    assert told is not None
    assert [("readable" in one.ready, one.source) for one in told] == [(True, source.number)]


@scenario("AX-READY-2")
def test_who_clears_too_soon_is_told_again(driver: Driver, reached: Reached) -> None:
    source = driver.register(reached.sock)
    reached.conn.send(TCP(flags="A", ack=reached.una) / b"one and two")
    assert driver.poll() == [source.is_seen("readable")]

    assert reached.sock.recv(3) == b"one"
    source.clear("readable")

    assert driver.was_woken()
    assert driver.poll() == [source.is_seen("readable")]


@scenario("AX-READY-3")
def test_an_older_event_clears_nothing_that_was_seen_since(driver: Driver, reached: Reached, source: Source) -> None:
    source.clear("readable")
    reached.conn.send(TCP(flags="A", ack=reached.una) / b"two")
    assert driver.poll() == [source.is_seen("readable")]

    source.clear("readable", older=True)

    assert driver.poll() is None
    assert source.look() == source.is_seen("readable")


@scenario("AX-READY-2")
def test_clearing_one_interest_leaves_the_other(driver: Driver, reached: Reached, source: Source) -> None:
    reached.conn.send(TCP(flags="A"))
    assert driver.poll() == [source.is_seen("readable", "writable")]

    source.clear("readable")

    assert source.look() == source.is_seen("writable")
    reached.conn.send(b"two")
    assert driver.poll() == [source.is_seen("readable", "writable")]


@scenario("AX-READY-1")
def test_another_interest_begins_anew(driver: Driver, reached: Reached, source: Source) -> None:
    reached.conn.send(TCP(flags="A"))
    assert driver.poll() == [source.is_seen("readable", "writable")]

    source.reregister("writable")

    assert driver.was_woken()
    assert driver.poll() == [source.is_seen("writable")]
