# SPDX-License-Identifier: GPL-2.0-or-later
"""Who waits on a UDP socket is woken when what it waits for holds: a datagram, or room for one of a length."""

from __future__ import annotations

import pytest

from plumbline.scenario import Dut, Pattern, Peer, StackClock, Watch, bound, scenario

AREA = 40


def kinds(watch: Watch) -> list[str]:
    """What it was told, spurious wakes left out: those are allowed."""
    return [event.kind for event in watch.events() if event.kind != "spurious"]


# What is queued (in an area of 40 bytes and 3 slots), the length waited for, and after how many have left it has room.
ROOM = {
    "one-byte-behind-a-full-area": ("40", 1, 1),
    "the-whole-area": ("10 10 10", AREA, 3),
    "the-front": ("20 20", 20, 1),
    "more-than-the-front": ("20 20", 21, 2),
    "two-pieces-are-not-one": ("10 20", 11, 2),
    "a-slot": ("1 1 1", 1, 1),
    "a-slot-for-an-empty-one": ("0 0 0", 0, 1),
    "behind-an-empty-one": ("30 0", AREA, 1),
}


@pytest.mark.parametrize(("queued", "length", "leaving"), ROOM.values(), ids=ROOM.keys())
@scenario("AX-WAKE-8", "AX-WAKE-2", "AX-UDP-10")
def test_room_for_a_length_wakes_when_it_is_there(dut: Dut, peer: Peer, queued: str, length: int, leaving: int) -> None:
    end, udp = bound(dut, peer, tx=AREA, tx_slots=3)
    dut.poll_by_hand()
    for size in map(int, queued.split()):
        udp.send(peer, end.sport, Pattern(1, 0, size))
    watch = dut.watch(udp, "writable", room=length)

    for left in range(leaving):
        assert (kinds(watch), udp.can_send(length)) == ([], False), f"{left} left"
        dut.poll(datagrams=1)

    assert kinds(watch) == ["wake"]
    udp.send(peer, end.sport, Pattern(2, 0, length))


@pytest.mark.parametrize("length", [0, 1, AREA, AREA + 1])
@scenario("AX-WAKE-1", "AX-WAKE-2")
def test_what_would_not_block_wakes_at_once(dut: Dut, peer: Peer, length: int) -> None:
    _, udp = bound(dut, peer, tx=AREA)

    watch = dut.watch(udp, "writable", room=length)

    assert kinds(watch) == ["wake"]
    peer.expect_nothing()


@scenario("AX-WAKE-7", "AX-UDP-13")
def test_each_datagram_wakes_who_has_read_the_last(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer)
    watch = dut.watch(udp, "readable", again=True)
    assert kinds(watch) == []

    for number in range(1, 4):
        end.send(b"" if number == 2 else b"wake up")
        assert kinds(watch) == ["wake"] * number
        udp.recv()

    assert kinds(watch) == ["wake"] * 3


@scenario("AX-WAKE-1")
def test_a_datagram_between_attempt_and_wait_is_not_lost(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer)
    end.send(b"already here")

    watch = dut.watch(udp, "readable")

    assert kinds(watch) == ["wake"]
    assert udp.recv().data == b"already here"


@scenario("AX-WAKE-3", "AX-WAKE-2")
def test_all_who_wait_are_woken(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer, tx=AREA)
    dut.poll_by_hand()
    udp.send(peer, end.sport, Pattern(1, 0, AREA))
    readers = [dut.watch(udp, interest) for interest in ("readable", "both", "readable")]
    writers = [dut.watch(udp, "writable", room=length) for length in (1, 20, AREA)]

    end.send(b"one datagram")
    dut.poll(frames=1)
    assert [kinds(watch) for watch in (*readers, *writers)] == [["wake"]] * 3 + [[]] * 3
    dut.poll(datagrams=1)

    assert [kinds(watch) for watch in writers] == [["wake"]] * 3
    end.expect(bytes(Pattern(1, 0, AREA)))


@pytest.mark.parametrize("interest", ["readable", "writable", "both"])
@scenario("AX-TIME-1", "AX-WAKE-2")
def test_a_deadline_ends_the_wait_on_the_millisecond(dut: Dut, peer: Peer, clock: StackClock, interest: str) -> None:
    end, udp = bound(dut, peer, tx=AREA)
    dut.poll_by_hand()
    udp.send(peer, end.sport, Pattern(1, 0, AREA))
    watch = dut.watch(udp, interest, deadline_ms=700)

    clock.advance(699)
    assert kinds(watch) == []
    clock.advance(1)

    assert [(event.kind, event.ms) for event in watch.events()] == [("deadline", 700)]


@scenario("AX-UDP-12", "AX-WAKE-7")
def test_a_dropped_datagram_wakes_nobody(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer, rx=8)
    watch = dut.watch(udp, "readable")
    wakes = udp.stats()["wakes"]

    end.send(b"larger than the ring")

    assert watch.events() == []
    assert udp.stats()["wakes"] == wakes
    end.expect_nothing()


@scenario("AX-WAKE-8", "AX-UDP-16")
def test_a_datagram_that_leaves_for_its_neighbours_place_makes_room_at_once(dut: Dut, peer: Peer) -> None:
    udp = dut.udp(tx=AREA)
    udp.bind(7)
    peer.arp = False
    dut.poll_by_hand()
    udp.send(peer, 9, Pattern(1, 0, AREA))
    watch = dut.watch(udp, "writable", room=AREA)
    assert kinds(watch) == []

    dut.poll(datagrams=1)

    assert kinds(watch) == ["wake"]
    assert (udp.stats()["sent"], udp.stats()["unreachable"]) == (0, 0)
