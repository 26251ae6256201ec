# SPDX-License-Identifier: GPL-2.0-or-later
"""A send that fails has no side effect: not on levels, ids, counters, wakes, nor on the wire."""

from __future__ import annotations

import pytest

from plumbline.scenario import Dut, Pattern, Peer, StackClock, Wire, bound, refused, scenario

AREA, SLOTS = 16, 3
OFF_LINK = "192.0.2.1"

# Into an area that holds 10 bytes in two of three slots, without a gateway.
FAILURES = {
    "no-room-in-one-piece": ("10.0.0.1", 9, 7, "would-block"),
    "larger-than-the-ring": ("10.0.0.1", 9, AREA + 1, "too-large"),
    "larger-than-the-path": ("10.0.0.1", 9, 65508, "too-large"),
    "larger-than-a-length-field": ("10.0.0.1", 9, 65535, "too-large"),
    "to-port-0": ("10.0.0.1", 0, 1, "arg"),
    "to-no-address": ("0.0.0.0", 9, 1, "arg"),
    "no-route": (OFF_LINK, 9, 1, "unreachable"),
    "no-route-and-no-room": (OFF_LINK, 9, 7, "unreachable"),
}


@pytest.mark.parametrize(("host", "port", "length", "error"), FAILURES.values(), ids=FAILURES.keys())
@scenario("AX-UDP-5", "AX-UDP-4", "AX-PRED-12")
def test_changes_nothing(dut: Dut, peer: Peer, host: str, port: int, length: int, error: str) -> None:
    end, udp = bound(dut, peer, tx=AREA, tx_slots=SLOTS)
    dut.net(dut.net().addr)  # without a gateway
    dut.poll_by_hand()
    queued = [Pattern(seed, 0, 5) for seed in (1, 2)]
    ids = [udp.send(peer, end.sport, pattern) for pattern in queued]
    watch = dut.watch(udp, "writable", room=7)
    before = udp.state(), udp.stats(), dut.mem().levels

    with refused(error):
        udp.send(host, port, Pattern(9, 0, length))

    assert (udp.state(), udp.stats(), dut.mem().levels) == before
    assert watch.events() == []
    dut.poll(datagrams=SLOTS)
    assert end.payloads() == [bytes(pattern) for pattern in queued]
    assert udp.send(peer, end.sport, b"next") == ids[-1] + 1
    peer.expect_nothing()


@scenario("AX-UDP-5", "AX-UDP-11")
def test_for_want_of_a_slot_changes_nothing(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer, tx=AREA, tx_slots=1)
    dut.poll_by_hand()
    udp.send(peer, end.sport, b"")
    before = udp.state(), udp.stats()

    for length in (0, 1, AREA):
        with refused("would-block"):
            udp.send(peer, end.sport, Pattern(1, 0, length))

    assert (udp.state(), udp.stats()) == before
    dut.poll(datagrams=2)
    end.expect(b"")
    end.expect_nothing()


@pytest.mark.parametrize("bind", [False, True], ids=["never-bound", "closed"])
@scenario("AX-UDP-5")
def test_outside_its_life_a_socket_says_state(dut: Dut, peer: Peer, bind: bool) -> None:
    udp = dut.udp()
    dut.poll_by_hand()
    if bind:
        udp.bind(7)
        dut.poll()
        udp.close()

    with refused("state"):
        udp.send(peer, 9, b"x")
    with refused("state"):
        udp.recv()

    assert not udp.can_send(0)
    peer.expect_nothing()


@scenario("AX-UDP-5", "AX-TIME-7")
def test_a_full_transmit_ring_of_the_link_costs_no_datagram(dut: Dut, peer: Peer, clock: StackClock) -> None:
    end, udp = bound(dut, peer, tx_slots=4)
    dut.fault_tx_full("all")

    sent = [bytes(Pattern(seed, 0, 100)) for seed in range(4)]
    for payload in sent:
        udp.send(peer, end.sport, payload)
    with refused("would-block"):
        udp.send(peer, end.sport, b"")
    clock.advance(5000)
    end.expect_nothing()
    dut.fault_tx_full("off")

    assert end.payloads() == sent
    assert udp.stats()["sent"] == len(sent)


@pytest.mark.parametrize("frames", [1, 2, 3])
@scenario("AX-UDP-1", "AX-TIME-7")
def test_a_transmit_ring_that_is_full_within_a_datagram_costs_no_fragment(dut: Dut, peer: Peer, frames: int) -> None:
    end, udp = bound(dut, peer)
    whole = Pattern(1, 0, 4000)  # three fragments

    dut.fault_tx_full(frames)
    udp.send(peer, end.sport, whole)
    dut.fault_tx_full("off")

    end.expect(bytes(whole))
    assert udp.stats()["sent"] == 1
    end.expect_nothing()


FRAMES = 5  # of one datagram in three fragments and two small ones


@pytest.mark.parametrize("room", range(1, FRAMES + 1))
@scenario("AX-UDP-1", "AX-TIME-7")
def test_a_datagram_that_the_link_breaks_off_goes_on_where_it_stopped(
    dut: Dut, peer: Peer, wire: Wire, room: int
) -> None:
    end, udp = bound(dut, peer, tx=5000)
    _, other = bound(dut, peer, port=8)
    large, small = Pattern(1, 0, 4096), Pattern(2, 0, 30)  # three fragments
    wire.frames()

    dut.fault_tx_room(room)
    udp.send(peer, end.sport, large)
    other.send(peer, 9, b"of another socket")
    udp.send(peer, end.sport, small)
    assert len(wire.frames()) == room
    for _ in range(FRAMES - room):
        dut.fault_tx_room(1)

    end.expect(bytes(large))
    end.expect(bytes(small))
    assert len(wire.frames()) == FRAMES - room  # nothing twice
    assert (udp.stats()["sent"], other.stats()["sent"]) == (2, 1)
    end.expect_nothing()


@scenario("AX-UDP-1", "AX-TIME-2")
def test_a_socket_closed_with_a_datagram_broken_off_sends_no_more_of_it(dut: Dut, peer: Peer, wire: Wire) -> None:
    end, udp = bound(dut, peer)
    dut.fault_tx_room(1)
    udp.send(peer, end.sport, Pattern(1, 0, 4000))
    wire.frames()

    udp.close()
    again = dut.udp()
    again.bind(7)
    dut.fault_tx_room("off")
    again.send(peer, end.sport, Pattern(2, 0, 4000))

    end.expect(bytes(Pattern(2, 0, 4000)))
    assert len(wire.frames()) == 3
    end.expect_nothing()
