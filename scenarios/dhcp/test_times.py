# SPDX-License-Identifier: GPL-2.0-or-later
"""When the device asks again, renews, rebinds and gives up, to the millisecond; and that it has no tick in between."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP
from scapy.layers.l2 import ARP

from plumbline.scenario import Dut, Peer, StackClock, Wire, connected, has_flags, scenario
from scenarios.dhcp.server import ACK, DISCOVER, NAK, OFFER, OFFERED, REQUEST, Server, asked_at, bound

WRAP_MS = 1 << 32
AROUND_THE_WRAP = [0, WRAP_MS - 400_000, WRAP_MS - 530_000]  # it comes behind T1, and behind T2
Restart = Callable[..., None]

BACK_OFF_S = [2, 4, 8, 16, 32, 60, 60]


def deadlines(dut: Dut) -> int:
    return dut.command("tasks").fields.number("deadlines")


@scenario("AX-DHCP-3")
def test_without_an_answer_it_asks_again_and_again(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = Server(wire, peer)
    dut.futures.dhcp()
    first = server.expect(DISCOVER)

    times = asked_at(clock, server, sum(BACK_OFF_S) * 1000)

    assert times == [(sum(BACK_OFF_S[: count + 1]) * 1000, DISCOVER) for count in range(len(BACK_OFF_S))]
    assert first.message.xid != 0


@scenario("AX-DHCP-3")
def test_a_request_without_an_answer_is_repeated_and_then_begun_anew(
    dut: Dut, peer: Peer, wire: Wire, clock: StackClock
) -> None:
    server = Server(wire, peer)
    dut.futures.dhcp()
    asked = server.expect(DISCOVER)
    clock.advance(1000)
    server.answer(asked, OFFER)
    server.expect(REQUEST)

    times = asked_at(clock, server, 122_000)

    again = [(1000 + at * 1000, REQUEST) for at in (2, 6, 14, 30, 62)]
    assert times == [*again, (123_000, DISCOVER)]


@scenario("AX-DHCP-3", "AX-FUT-6")
def test_a_deadline_ends_it_and_nothing_is_left(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server = Server(wire, peer)
    future = dut.futures.dhcp(within_ms=5000)

    clock.advance(5000)

    assert [(ended.ms, ended.result) for ended in future.told()] == [(5000, "timeout")]
    server.asked()
    clock.advance(200_000)
    assert (server.asked(), dut.dhcp()["running"]) == ([], "0")


@pytest.mark.parametrize("held_at_ms", AROUND_THE_WRAP)
@scenario("AX-DHCP-4")
def test_a_lease_is_renewed_when_half_of_it_is_over(
    restart: Restart, dut: Dut, peer: Peer, wire: Wire, clock: StackClock, held_at_ms: int
) -> None:
    restart(held_at_ms=held_at_ms)
    server, _, since = bound(dut, peer, wire, clock, ("lease_time", 600))
    peer.dut_ip = OFFERED
    clock.advance((since + 300_000 - 1 - clock.now) % WRAP_MS)
    before = server.asked()
    clock.advance(1)

    renewal = server.expect(REQUEST)

    assert (before, renewal.destination, renewal.source) == ([], peer.ip, OFFERED)
    assert renewal.message.ciaddr == OFFERED
    assert not {"requested_addr", "server_id"} & set(renewal.options)
    server.answer(renewal, ACK, ("lease_time", 600))
    assert [at for at, _ in asked_at(clock, server, 300_000)] == [(since + 600_000) % WRAP_MS]
    assert dut.dhcp()["bound"] == "1"


@pytest.mark.parametrize("held_at_ms", AROUND_THE_WRAP)
@scenario("AX-DHCP-4")
def test_it_is_rebound_with_anybody_and_ends_at_its_end(
    restart: Restart, dut: Dut, peer: Peer, wire: Wire, clock: StackClock, held_at_ms: int
) -> None:
    restart(held_at_ms=held_at_ms)
    server, _, since = bound(dut, peer, wire, clock, ("lease_time", 600))
    peer.dut_ip = OFFERED
    lost = dut.futures.until("address-lost")
    ends = (since + 600_000) % WRAP_MS

    times = asked_at(clock, server, (ends - 1 - clock.now) % WRAP_MS)
    before = dut.dhcp()["bound"]
    clock.advance(1)

    # RFC 2131 4.4.5: a minute apart
    assert times == [((since + at) % WRAP_MS, REQUEST) for at in (300_000, 412_000, 525_000)]
    assert (before, dut.dhcp()["bound"], dut.net().addr) == ("1", "0", "0.0.0.0")
    assert [(ended.ms, ended.result) for ended in lost.told()] == [(ends, 0)]
    assert DISCOVER in [asked.kind for asked in server.asked()]


@scenario("AX-DHCP-4", "AX-TCP-21")
def test_a_lease_that_ends_ends_its_connections(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    _, _, since = bound(dut, peer, wire, clock, ("lease_time", 600))
    peer.dut_ip = OFFERED
    conn, sock = connected(dut, peer)
    clock.advance(since + 599_000 - clock.now)
    peer.send(ARP(op="who-has"))

    clock.advance(1000)

    conn.expect(TCP(flags=has_flags("R")))
    assert (sock.state().state, sock.state().end) == ("CLOSED", "address-lost")


@scenario("AX-DHCP-4")
def test_a_server_that_refuses_takes_the_address_back(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server, _, since = bound(dut, peer, wire, clock, ("lease_time", 600))
    peer.dut_ip = OFFERED
    clock.advance(since + 300_000 - clock.now)
    renewal = server.expect(REQUEST)

    server.answer(renewal, NAK)

    server.expect(DISCOVER)
    assert (dut.net().addr, dut.dhcp()["bound"]) == ("0.0.0.0", "0")


@pytest.mark.parametrize("lease_s", [86_400, 7 * 86_400, 0xFFFFFFFF])
@scenario("AX-DHCP-4")
def test_a_long_lease_is_kept_for_as_long(dut: Dut, peer: Peer, wire: Wire, clock: StackClock, lease_s: int) -> None:
    server, _, since = bound(dut, peer, wire, clock, ("lease_time", lease_s))
    half_ms = min(lease_s, 14 * 86_400) * 500

    clock.advance(since + half_ms - 1 - clock.now)

    assert (server.asked(), dut.dhcp()["bound"]) == ([], "1")
    assert dut.command("clock").fields.text("next") != "none"


@scenario("AX-DHCP-4", "AX-TIME-6")
def test_nothing_ticks_while_a_lease_runs(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    bound(dut, peer, wire, clock, ("lease_time", 86_400))
    clock.advance(1_000_000)
    before = deadlines(dut)

    clock.advance(40_000_000)

    assert deadlines(dut) == before


@scenario("AX-DHCP-2")
def test_one_conflict_is_fought_and_a_second_one_lost(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    server, _, _ = bound(dut, peer, wire, clock)
    claim = ARP(op="is-at", psrc=OFFERED, hwdst=peer.dut_mac.hex(":"), pdst="10.0.0.99")
    peer.dut_ip = OFFERED

    peer.send(claim)
    first, kept = wire.frames(), dut.dhcp()["bound"]
    clock.advance(9_900)
    peer.send(claim)

    assert [frame.arp.sender_ip for frame in first if frame.arp] == [0x0A000032]
    assert (kept, dut.dhcp()["bound"], dut.net().addr) == ("1", "0", "0.0.0.0")
    assert [asked.kind for asked in server.asked()] == [4]
