# SPDX-License-Identifier: GPL-2.0-or-later
"""Receiving: into too small an area, with nothing there, into full rings, and empty datagrams among others."""

from __future__ import annotations

import pytest

from plumbline.scenario import Dut, Pattern, Peer, Refused, bound, refused, scenario


@pytest.mark.parametrize(("length", "size"), [(1, 0), (2, 1), (100, 0), (100, 99), (1472, 1471), (3000, 1472)])
@scenario("AX-UDP-14")
def test_too_small_an_area_tells_the_size_and_keeps_the_datagram(dut: Dut, peer: Peer, length: int, size: int) -> None:
    end, udp = bound(dut, peer)
    end.send(bytes(Pattern(5, 0, length)))
    end.send(b"the next")
    before = udp.state(), udp.stats()

    for _ in range(2):
        with pytest.raises(Refused, match=f"small.*need={length}") as refusal:
            udp.recv(size)
        assert refusal.value.name == "small"

    assert (udp.state(), udp.stats()) == before
    came = udp.recv_pattern(length, 5)
    assert (came.n, came.bad) == (length, 0)
    assert udp.recv().data == b"the next"
    end.expect_nothing()


@scenario("AX-UDP-13", "AX-UDP-11")
def test_empty_datagrams_are_received_one_by_one_into_no_area(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer, rx_slots=3)

    for payload in (b"", b"between", b""):
        end.send(payload)

    assert (udp.state().rx, udp.state().rx_slots) == (7, 3)
    assert udp.recv(0).data == b""
    with refused("small"):
        udp.recv(0)
    assert udp.recv(7).data == b"between"
    assert udp.state().can_recv
    came = udp.recv(0)
    assert (came.data, came.from_.addr, came.from_.port) == (b"", peer.ip, end.sport)
    with refused("would-block"):
        udp.recv(0)
    assert not udp.state().can_recv


@scenario("AX-UDP-11", "AX-UDP-12", "AX-FULL-9")
def test_a_ring_without_bytes_receives_empty_datagrams(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer, rx=0, rx_slots=2)

    for payload in (b"", b"x", b"", b"", b"x"):
        end.send(payload)

    assert [udp.recv(0).data for _ in range(2)] == [b"", b""]
    stats = udp.stats()
    assert (stats["received"], stats["rx_dropped_payload"], stats["rx_dropped_slots"]) == (2, 1, 2)
    end.expect_nothing()


@pytest.mark.parametrize(("rx", "slots", "counter"), [(100, 8, "rx_dropped_payload"), (4096, 4, "rx_dropped_slots")])
@scenario("AX-UDP-12", "AX-FULL-9", "AX-FULL-10", "AX-FULL-11")
def test_what_is_dropped_is_the_newest_and_counted(dut: Dut, peer: Peer, rx: int, slots: int, counter: str) -> None:
    end, udp = bound(dut, peer, rx=rx, rx_slots=slots)
    rounds, burst, kept = 20, 7, 4

    for number in range(rounds):
        for index in range(burst):
            end.send(b"%3d %d" % (number, index) + bytes(20))
        assert [udp.recv().data[:5] for _ in range(kept)] == [b"%3d %d" % (number, index) for index in range(kept)]
        with refused("would-block"):
            udp.recv()

    stats = udp.stats()
    assert (stats["received"], stats[counter]) == (rounds * kept, rounds * (burst - kept))
    assert stats["rx_dropped_payload"] + stats["rx_dropped_slots"] == stats[counter]
    end.expect_nothing()


@scenario("AX-UDP-12", "AX-UDP-1")
def test_one_that_does_not_fit_leaves_room_for_a_smaller_one_behind_it(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer, rx=100)

    for payload in (b"a" * 60, b"b" * 41, b"c" * 40, b"d", b""):
        end.send(payload)

    assert [udp.recv().data for _ in range(3)] == [b"a" * 60, b"c" * 40, b""]
    assert udp.stats()["rx_dropped_payload"] == 2
    end.expect_nothing()
