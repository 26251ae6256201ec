# SPDX-License-Identifier: GPL-2.0-or-later
"""The link's transmit ring is full: no datagram and no fragment is lost, none leaves twice, none uses up a number."""

from __future__ import annotations

import pytest

from plumbline.scenario import Dut, Pattern, Peer, StackClock, Wire, bound, refused, scenario


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
    _, other = bound(dut, peer, port=8, rx=100, tx=100)
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


@scenario("AX-UDP-5", "AX-TIME-7")
def test_attempts_that_the_link_refused_use_no_identification(dut: Dut, peer: Peer, wire: Wire) -> None:
    end, udp = bound(dut, peer)
    _, other = bound(dut, peer, port=8, rx=100, tx=100)
    wire.frames()
    udp.send(peer, end.sport, b"before")

    dut.fault_tx_full("all")
    for socket in (udp, other, udp):
        socket.send(peer, end.sport, b"refused at first")
    dut.fault_tx_full("off")
    udp.send(peer, end.sport, Pattern(1, 0, 4000))
    udp.send(peer, end.sport, b"behind")

    idents = [frame.ip.ident for frame in wire.frames() if frame.ip]
    first = idents[0]
    assert idents == [first, first + 1, first + 2, first + 3, *[first + 4] * 3, first + 5]
