# SPDX-License-Identifier: GPL-2.0-or-later
"""Times go on across the wrap of the stack clock (2^32 ms): of idle tuples, and of who has to go."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Pattern, Peer, StackClock, TcpEnd, has_flags, scenario
from scenarios.proxy.place import HANDSHAKE_MS, IDLE_MS, KEEP_MS, PORT, THERE, opened, proxied

WRAP_MS = 1 << 32
BEFORE_MS = [1, 100, KEEP_MS - 1]
DNS = 53

Restart = Callable[..., None]


def numbered(number: int) -> str:
    return f"198.51.100.{number}"


@pytest.mark.parametrize("before_ms", BEFORE_MS)
@scenario("AX-PROXY-9")
def test_a_silent_connection_ends_at_its_tick(
    restart: Restart, dut: Dut, peer: Peer, clock: StackClock, before_ms: int
) -> None:
    restart(held_at_ms=WRAP_MS - before_ms)
    conn, sock = opened(dut, peer, proxied(dut, peer, tcp_idle=IDLE_MS))

    clock.advance(IDLE_MS - 1)
    assert sock.state().state == "ESTABLISHED"
    clock.advance(1)

    conn.expect(TCP(flags=has_flags("R"), seq=conn.rcv_nxt))
    assert (clock.now, sock.state().end) == (IDLE_MS - before_ms, "idle")


@scenario("AX-PROXY-9")
def test_a_connection_that_ends_behind_the_wrap_stays_when_another_ends_before(
    restart: Restart, dut: Dut, peer: Peer, clock: StackClock
) -> None:
    restart(held_at_ms=WRAP_MS - IDLE_MS - 1)
    proxy = proxied(dut, peer, tcp_idle=IDLE_MS)
    _, first = opened(dut, peer, proxy)
    clock.advance(KEEP_MS)
    _, second = opened(dut, peer, proxy)

    clock.advance(IDLE_MS - KEEP_MS)

    assert (clock.now, first.state().end, second.state().state) == (WRAP_MS - 1, "idle", "ESTABLISHED")
    clock.advance(KEEP_MS - 1)
    assert second.state().state == "ESTABLISHED"
    clock.advance(1)
    assert second.state().end == "idle"


@pytest.mark.parametrize("before_ms", [*BEFORE_MS, IDLE_MS + 1])
@scenario("AX-PROXY-9")
def test_a_silent_tuple_ends_at_its_tick(
    restart: Restart, dut: Dut, peer: Peer, clock: StackClock, before_ms: int
) -> None:
    restart(held_at_ms=WRAP_MS - before_ms)
    proxy = proxied(dut, peer, udp_idle=IDLE_MS)
    first, second = (peer.udp(DNS, at=numbered(number)) for number in range(2))
    first.send(b"ask")
    clock.advance(KEEP_MS)
    second.send(b"ask")

    left = []
    for ms in (IDLE_MS - KEEP_MS - 1, 1, KEEP_MS - 1, 1):
        clock.advance(ms)
        left.append([one.local.addr for one in proxy.tuples()])

    assert left == [[numbered(0), numbered(1)], [numbered(1)], [numbered(1)], []]


@pytest.mark.parametrize("before_ms", BEFORE_MS)
@scenario("AX-PROXY-10")
def test_the_connection_from_before_is_the_most_silent(
    restart: Restart, dut: Dut, peer: Peer, clock: StackClock, before_ms: int
) -> None:
    restart(held_at_ms=WRAP_MS - before_ms)
    proxy = proxied(dut, peer, keep=KEEP_MS)
    old, _ = opened(dut, peer, proxy, at=numbered(0))
    clock.advance(before_ms)
    young, _ = opened(dut, peer, proxy, at=numbered(1))
    clock.advance(KEEP_MS)

    peer.tcp(PORT, at=numbered(2)).send(TCP(flags="S"))

    old.expect(TCP(flags=has_flags("R"), seq=old.rcv_nxt))
    young.expect_nothing()
    assert proxy.stats()["tcp_evicted"] == 1


def knock(peer: Peer, number: int) -> TcpEnd:
    conn = peer.tcp(PORT, at=numbered(number))
    conn.send(TCP(flags="S"))
    return conn


@pytest.mark.parametrize("before_ms", [1, HANDSHAKE_MS - 1])
@scenario("AX-PROXY-10")
def test_the_half_open_one_from_before_goes_first(
    restart: Restart, dut: Dut, peer: Peer, clock: StackClock, before_ms: int
) -> None:
    restart(held_at_ms=WRAP_MS - before_ms)
    proxied(dut, peer, sockets=2, handshake=HANDSHAKE_MS)
    old = knock(peer, 0)
    clock.advance(before_ms)
    young = knock(peer, 1)
    clock.advance(HANDSHAKE_MS - before_ms)

    knock(peer, 2).expect(TCP(flags="SA"))

    for conn in (old, young):
        conn.expect(TCP(flags="SA"))
        conn.send(TCP(flags="A"))
    old.expect(TCP(flags=has_flags("R"), seq=old.rcv_nxt))
    young.expect_nothing()


@pytest.mark.parametrize("before_ms", BEFORE_MS)
@scenario("AX-PROXY-10")
def test_the_tuple_from_before_goes_first(
    restart: Restart, dut: Dut, peer: Peer, clock: StackClock, before_ms: int
) -> None:
    restart(held_at_ms=WRAP_MS - before_ms)
    proxy = proxied(dut, peer, tuples=2, keep=KEEP_MS)
    for number in range(2):
        end = peer.udp(DNS, at=numbered(number))
        end.send(b"ask")
        proxy.send(proxy.recv().to, peer, end.sport, b"answer")
        clock.advance(before_ms)
    clock.advance(KEEP_MS - before_ms)

    peer.udp(DNS, at=THERE).send(b"ask")

    assert sorted(one.local.addr for one in proxy.tuples()) == [numbered(1), THERE]
    assert {one.age_ms for one in proxy.tuples()} == {0, KEEP_MS}


@pytest.mark.parametrize("edge", [1 << 31, 1 << 32])
@scenario("AX-PROXY-1", "RFC9293 SA-43", "RFC9293 MUST-8")
def test_the_devices_own_numbers_wrap_from_another_address(dut: Dut, peer: Peer, clock: StackClock, edge: int) -> None:
    proxy, sock = proxied(dut, peer), dut.tcp()
    proxy.listener.lend(sock)
    probe = peer.tcp(PORT, sport=50_000, at=THERE)
    probe.send(TCP(flags="S"))
    isn = probe.expect(TCP(flags="SA")).seq
    probe.send(TCP(flags="R"))
    clock.advance((edge - 500 - isn) % (1 << 32) // 250)  # 250 numbers a millisecond: at most 749 before the edge

    conn = peer.tcp(PORT, sport=50_000, at=THERE).handshake()
    sock.send(Pattern(1, 0, 1000))
    data = conn.expect(TCP(flags=has_flags("PA")))
    conn.send(TCP(flags="A"))

    assert edge - 750 <= data.seq - 1 <= edge - 500
    assert (len(data.payload), conn.rcv_nxt, sock.state().tx) == (1000, (data.seq + 1000) % (1 << 32), 0)
