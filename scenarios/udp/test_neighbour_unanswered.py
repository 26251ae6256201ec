# SPDX-License-Identifier: GPL-2.0-or-later
"""A neighbour that does not answer ARP: asked for so often, then given up; nobody else waits for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.l2 import ARP

from plumbline.scenario import Dut, Pattern, Peer, StackClock, Wire, bound, introduce, scenario, takes

Hosts = Callable[[int], list[Peer]]


@scenario("AX-UDP-17", "AX-UDP-15")
def test_others_are_served_while_it_is_asked_for(dut: Dut, peers: Hosts) -> None:
    silent, other = peers(2)
    silent.arp = False
    end, udp = bound(dut, other, tx_slots=2)

    udp.send(silent, 9, b"waits")
    udp.send(other, end.sport, b"goes")

    silent.expect(ARP(op="who-has", pdst=silent.ip))
    end.expect(b"goes")
    state = udp.state()
    assert (state.tx, state.tx_slots, udp.stats()["sent"]) == (0, 0, 1)
    silent.expect_nothing()


@scenario("RFC1122 A", "AX-UDP-16", "AX-TIME-8")
def test_is_asked_for_at_exact_times_and_then_given_up(dut: Dut, peer: Peer, clock: StackClock) -> None:
    tries, every_ms = dut.profile["arp_tries"], dut.profile["arp_every_ms"]
    udp = dut.udp()
    udp.bind(7)
    peer.arp = False

    asked_at = []
    id_ = udp.send(peer, 9, b"never arrives")
    for _ in range(tries):
        peer.expect(ARP(op="who-has", pdst=peer.ip, hwdst="00:00:00:00:00:00"))
        asked_at.append(clock.now)
        clock.advance_to_frame(at_most_ms=every_ms)

    assert asked_at == [number * every_ms for number in range(tries)]
    stats = udp.stats()
    assert (clock.now, stats["sent"], stats["unreachable"], stats["unreachable_id"]) == (tries * every_ms, 0, 1, id_)
    clock.advance(10 * every_ms)
    peer.expect_nothing()


@scenario("AX-UDP-16")
def test_is_not_given_up_a_millisecond_early(dut: Dut, peer: Peer, clock: StackClock) -> None:
    udp = dut.udp()
    udp.bind(7)
    peer.arp = False
    id_ = udp.send(peer, 9, b"waits to the last")

    clock.advance(dut.profile["arp_tries"] * dut.profile["arp_every_ms"] - 1)
    assert udp.stats()["unreachable"] == 0
    clock.advance(1)

    assert (udp.stats()["unreachable"], udp.stats()["unreachable_id"]) == (1, id_)
    assert len(peer.frames()) == dut.profile["arp_tries"]


@scenario("AX-UDP-16", "RFC1122 A")
def test_is_asked_as_often_when_another_answered_before(dut: Dut, peers: Hosts, clock: StackClock) -> None:
    answering, silent = peers(2)
    udp = dut.udp()
    udp.bind(7)
    answering.arp = silent.arp = False
    udp.send(answering, 9, b"one")
    clock.advance(dut.profile["arp_every_ms"])
    answering.send(ARP(op="is-at"))

    udp.send(silent, 9, b"two")
    clock.advance(2 * dut.profile["arp_tries"] * dut.profile["arp_every_ms"])

    assert len(silent.frames()) == dut.profile["arp_tries"]
    assert (udp.stats()["sent"], udp.stats()["unreachable"]) == (1, 1)


@pytest.mark.parametrize("answered", range(1, 5))
@scenario("AX-UDP-15", "RFC1122 A")
def test_an_answer_sends_what_waited_in_order(
    dut: Dut, peer: Peer, clock: StackClock, wire: Wire, answered: int
) -> None:
    udp = dut.udp()
    udp.bind(7)
    peer.arp = False
    patterns = [Pattern(seed, 0, size) for seed, size in enumerate((1472, 0, 1, 100))]
    takes(dut, "neighbour_packets", len(patterns))
    for pattern in patterns:
        udp.send(peer, 9, pattern)
    clock.advance(answered * dut.profile["arp_every_ms"])
    assert len(peer.frames()) == answered + 1

    peer.send(ARP(op="is-at"))

    assert [frame.udp.payload for frame in wire.frames() if frame.udp] == [bytes(pattern) for pattern in patterns]
    assert (udp.stats()["sent"], udp.stats()["unreachable"]) == (len(patterns), 0)
    clock.advance(10 * dut.profile["arp_every_ms"])
    assert [frame for frame in wire.frames() if frame.arp] == []


@scenario("AX-UDP-15", "RFC826 2")
def test_its_own_question_tells_the_address_as_well(dut: Dut, peer: Peer) -> None:
    udp = dut.udp()
    udp.bind(7)
    end = peer.udp(7, sport=9)
    peer.arp = False
    udp.send(peer, 9, b"waits")
    peer.expect(ARP(op="who-has", pdst=peer.ip))

    introduce(peer)

    end.expect(b"waits")
    end.expect_nothing()


@scenario("AX-UDP-16", "AX-UDP-15")
def test_after_it_was_given_up_it_is_asked_for_anew(dut: Dut, peer: Peer, clock: StackClock) -> None:
    udp = dut.udp()
    udp.bind(7)
    end = peer.udp(7, sport=9)
    peer.arp = False
    udp.send(peer, 9, b"lost")
    clock.advance(dut.profile["arp_tries"] * dut.profile["arp_every_ms"])
    peer.frames()

    peer.arp = True
    udp.send(peer, 9, b"arrives")

    end.expect(b"arrives")
    assert (udp.stats()["sent"], udp.stats()["unreachable"]) == (1, 1)
    end.expect_nothing()
