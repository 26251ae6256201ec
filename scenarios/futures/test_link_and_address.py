# SPDX-License-Identifier: GPL-2.0-or-later
"""Waiting for the link and for an address: what holds is told at once, what comes at its tick, and nothing twice."""

from __future__ import annotations

import pytest

from plumbline.scenario import Dut, Future, Peer, StackClock, connected, scenario

OLD, NEW = "10.0.0.2", "10.0.0.77"
NONE = "0.0.0.0"


def told(future: Future) -> list[tuple[int, int | str]]:
    return [(ended.ms, ended.result) for ended in future.told()]


@scenario("AX-EVENT-1")
def test_what_holds_is_told_at_once(dut: Dut) -> None:
    up, there = dut.futures.until("link-up"), dut.futures.until("address")
    down, lost = dut.futures.until("link-down"), dut.futures.until("address-lost")

    assert (told(up), told(there), told(down), told(lost)) == ([(0, 0)], [(0, 0)], [], [])


@scenario("AX-EVENT-1", "AX-TIME-9", needs={"cable_switch"})
def test_the_link_is_down_once_the_cable_was_still(dut: Dut, clock: StackClock) -> None:
    down, still_ms = dut.futures.until("link-down"), dut.profile["link_debounce_ms"]
    dut.cable(False)

    clock.advance(still_ms - 1)
    before = told(down)
    clock.advance(1)

    assert (before, told(down)) == ([], [(still_ms, 0)])


@scenario("AX-EVENT-1", "AX-TIME-9", needs={"cable_switch"})
def test_a_cable_that_is_put_back_at_once_is_no_news(dut: Dut, clock: StackClock) -> None:
    down = dut.futures.until("link-down")
    dut.cable(False)
    clock.advance(dut.profile["link_debounce_ms"] - 1)

    dut.cable(True)
    clock.advance(10_000)

    assert told(down) == []


@scenario("AX-EVENT-1", "AX-TCP-24", needs={"cable_switch"})
def test_it_comes_back_and_no_connection_has_ended(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)
    still_ms = dut.profile["link_debounce_ms"]
    dut.cable(False)
    clock.advance(still_ms)
    up = dut.futures.until("link-up")
    before = told(up)

    dut.cable(True)
    clock.advance(still_ms)

    assert (before, told(up)) == ([], [(2 * still_ms, 0)])
    assert sock.state().state == "ESTABLISHED"
    conn.inbox.take()


@pytest.mark.parametrize("to", [NONE, NEW])
@scenario("AX-EVENT-2", "AX-TCP-21")
def test_an_address_is_lost_to_none_and_to_another(dut: Dut, to: str) -> None:
    lost = dut.futures.until("address-lost")
    before = told(lost)

    dut.net(to)

    assert (before, told(lost)) == ([], [(0, 0)])


@scenario("AX-EVENT-2")
def test_another_gateway_loses_no_address(dut: Dut) -> None:
    lost = dut.futures.until("address-lost")

    dut.net(OLD, gateway="10.0.0.9")

    assert told(lost) == []


@scenario("AX-EVENT-2")
def test_an_address_comes(dut: Dut, clock: StackClock) -> None:
    dut.net(NONE)
    there = dut.futures.until("address")
    before = told(there)
    clock.advance(500)

    dut.net(NEW)

    assert (before, told(there)) == ([], [(500, 0)])


@scenario("AX-EVENT-1", "AX-EVENT-2", "AX-FUT-8")
def test_withdrawn_it_says_nothing(dut: Dut) -> None:
    futures = [dut.futures.until("address-lost"), dut.futures.until("link-down")]

    for future in futures:
        future.withdraw()
    dut.net(NEW)

    assert [told(future) for future in futures] == [[], []]


@scenario("AX-EVENT-2", "AX-FUT-9", "AX-WAKE-2")
def test_all_who_wait_are_told_and_each_once(dut: Dut) -> None:
    futures = [dut.futures.until("address-lost") for _ in range(3)]

    dut.net(NEW)
    dut.net(NONE)

    assert [told(future) for future in futures] == [[(0, 0)]] * 3


@scenario("AX-EVENT-1", "AX-FUT-6", needs={"cable_switch"})
def test_a_deadline_and_the_link_at_the_same_tick(dut: Dut, clock: StackClock) -> None:
    still_ms = dut.profile["link_debounce_ms"]
    dut.cable(False)
    early = dut.futures.until("link-down", within_ms=still_ms - 1)
    exact = dut.futures.until("link-down", within_ms=still_ms)

    clock.advance(still_ms)

    assert told(early) == [(still_ms - 1, "timeout")]
    assert told(exact) == [(still_ms, 0)]


@scenario("AX-EVENT-2")
def test_without_an_address_its_loss_is_told_at_once(dut: Dut) -> None:
    dut.net(NONE)

    lost = dut.futures.until("address-lost")

    assert [result for _, result in told(lost)] == [0]
