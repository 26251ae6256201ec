# SPDX-License-Identifier: GPL-2.0-or-later
"""A full UDP receive ring, by bytes and by slots: the newest is dropped, counted, and nothing else changes."""

from __future__ import annotations

import pytest

from plumbline.scenario import WITH_DATAGRAMS, Dut, Pattern, Peer, UdpEnd, UdpSocket, scenario

SEED = 43

# Bytes, slots, the datagrams sent, how many of them are kept, and the reason for the rest.
TABLE = [
    (100, 8, [60, 60, 60], 1, "payload"),
    (100, 8, [100, 1], 1, "payload"),
    (100, 8, [101], 0, "payload"),
    (100, 8, [40, 40, 40], 2, "payload"),
    (1472, 8, [1472, 1472], 1, "payload"),
    (1000, 2, [1, 1, 1, 1], 2, "slots"),
    (1000, 1, [0, 0, 0], 1, "slots"),
    (1000, 2, [500, 500, 1], 2, "slots"),
    (1, 4, [1, 1], 1, "payload"),
    (0, 4, [0, 0, 1], 2, "payload"),
]


@scenario("AX-UDP-12", "AX-UDP-13", "AX-FULL-9", ways=WITH_DATAGRAMS)
@pytest.mark.parametrize(("size", "slots", "lengths", "kept", "reason"), TABLE)
def test_the_newest_is_dropped_and_counted(
    dut: Dut, peer: Peer, size: int, slots: int, lengths: list[int], kept: int, reason: str
) -> None:
    end, udp = _bound(dut, peer, size, slots)

    for number, length in enumerate(lengths):
        end.send(bytes(Pattern(SEED + number, 0, length)))

    stats = udp.stats()
    assert stats["received"] == kept
    assert {"payload": stats["rx_dropped_payload"], "slots": stats["rx_dropped_slots"]} == {
        "payload": 0, "slots": 0, reason: len(lengths) - kept,
    }  # fmt: skip
    for number, length in enumerate(lengths[:kept]):
        check = udp.recv_pattern(2000, SEED + number)
        assert (check.n, check.bad) == (length, 0)
    assert not udp.state().can_recv
    peer.expect_nothing()


@scenario("AX-UDP-12", "AX-UDP-2", "AX-FULL-10", ways=WITH_DATAGRAMS)
def test_it_goes_on_after_each_overflow(dut: Dut, peer: Peer) -> None:
    end, udp = _bound(dut, peer, 100, 3)

    for number in range(30):
        for length in (50, 40, 30):
            end.send(bytes(Pattern(SEED + number, 0, length)))
        received = [udp.recv(100).data for _ in range(2)]
        assert received == [bytes(Pattern(SEED + number, 0, length)) for length in (50, 40)]

    stats = udp.stats()
    assert (stats["received"], stats["rx_dropped_payload"], stats["rx_dropped_slots"]) == (60, 30, 0)


@scenario("AX-UDP-12", "AX-FULL-9", ways=WITH_DATAGRAMS)
def test_a_full_socket_does_not_touch_another(dut: Dut, peer: Peer) -> None:
    full_end, full = _bound(dut, peer, 10, 1)
    end, udp = _bound(dut, peer, 10, 1, port=8)

    for _ in range(5):
        full_end.send(b"fills it")
    end.send(b"arrives")

    assert udp.recv().data == b"arrives"
    assert (full.stats()["received"], full.stats()["rx_dropped_slots"]) == (1, 4)
    assert udp.stats()["rx_dropped_slots"] == udp.stats()["rx_dropped_payload"] == 0


@scenario("AX-UDP-12", "AX-WAKE-7", ways=WITH_DATAGRAMS)
def test_a_datagram_that_was_dropped_wakes_nobody(dut: Dut, peer: Peer) -> None:
    end, udp = _bound(dut, peer, 10, 1)
    watch = dut.watch(udp, "readable")

    end.send(b"too long for this ring")

    assert watch.events() == []
    end.send(b"fits")
    assert [event.readable for event in watch.events()] == [True]


@scenario("AX-FULL-9", "AX-FULL-11", "AX-BENCH-7", ways=WITH_DATAGRAMS)
def test_sent_is_received_and_dropped_together(dut: Dut, peer: Peer) -> None:
    end, udp = _bound(dut, peer, 3000, 4)

    for number in range(400):
        end.send(bytes(number * 37 % 1473))
        if number % 3 == 0:
            udp.recv_pattern(1500, SEED)

    stats = udp.stats()
    assert stats["received"] + stats["rx_dropped_payload"] + stats["rx_dropped_slots"] == 400
    assert min(stats["rx_dropped_payload"], stats["rx_dropped_slots"]) > 0


def _bound(dut: Dut, peer: Peer, size: int, slots: int, port: int = 7) -> tuple[UdpEnd, UdpSocket]:
    udp = dut.udp(rx=size, rx_slots=slots)
    udp.bind(port)
    return peer.udp(port), udp
