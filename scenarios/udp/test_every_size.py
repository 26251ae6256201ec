# SPDX-License-Identifier: GPL-2.0-or-later
"""Datagrams of every size, made and checked on the device, so that a thousand of them take a moment."""

from __future__ import annotations

import pytest

from plumbline.scenario import Dut, Pattern, Peer, Wire, bound, refused, scenario

LARGEST = 1472  # of one frame
FRAGMENT = 1480  # octets of a packet that one frame carries
SEED = 1000

ONE_FRAME = range(LARGEST + 1)
FRAGMENTED = [1473, 1480, 2951, 2952, 2953, 4432, 4433, 20000, 65506, 65507]


def payload(length: int) -> bytes:
    """What the device's pumps make of that length."""
    return bytes(Pattern(SEED + length, 0, length))


@scenario("AX-UDP-2", "RFC768 1")
def test_sends_every_size_of_one_frame(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer, tx=3 * LARGEST, tx_slots=4)

    pump = dut.pump_udp_source(udp, peer, end.sport, SEED, 0, LARGEST)

    assert end.payloads() == [payload(length) for length in ONE_FRAME]
    done = pump.done()
    assert done is not None
    assert (done.bytes, done.end) == (sum(ONE_FRAME), "ok")
    assert udp.stats()["sent"] == len(ONE_FRAME)
    end.expect_nothing()


@scenario("AX-UDP-2", "RFC768 1")
def test_receives_every_size_of_one_frame(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer, rx=3 * LARGEST, rx_slots=4)

    pump = dut.pump_udp_sink(udp, SEED, len(ONE_FRAME))
    for length in ONE_FRAME:
        end.send(payload(length))

    done = pump.done()
    assert done is not None
    assert (done.bytes, done.bad, done.end) == (sum(ONE_FRAME), 0, "ok")
    assert udp.stats()["received"] == len(ONE_FRAME)
    end.expect_nothing()


@scenario("AX-UDP-2")
def test_echoes_every_size_from_the_largest_down(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer, rx=2 * LARGEST, tx=2 * LARGEST)

    dut.pump_udp_echo(udp)
    for length in reversed(ONE_FRAME):
        end.send(payload(length))

    assert end.payloads() == [payload(length) for length in reversed(ONE_FRAME)]
    end.expect_nothing()


@pytest.mark.parametrize("length", FRAGMENTED)
@scenario("AX-UDP-2", "AX-UDP-4")
def test_sends_what_is_larger_than_a_frame_in_fragments(dut: Dut, peer: Peer, wire: Wire, length: int) -> None:
    end, udp = bound(dut, peer, tx=length)
    wire.frames()

    udp.send(peer, end.sport, Pattern(SEED + length, 0, length))

    end.expect(payload(length))
    packets = [frame.ip for frame in wire.frames() if frame.ip]
    assert [ip.offset for ip in packets] == list(range(0, length + 8, FRAGMENT))
    assert [ip.flags for ip in packets] == [1] * (len(packets) - 1) + [0]
    assert len({ip.ident for ip in packets}) == 1
    end.expect_nothing()


@pytest.mark.parametrize("length", FRAGMENTED)
@scenario("AX-UDP-2", "RFC1122 F1")
def test_receives_what_is_larger_than_a_frame(dut: Dut, peer: Peer, length: int) -> None:
    end, udp = bound(dut, peer, rx=length)

    end.send(payload(length))

    came = udp.recv_pattern(length, SEED + length)
    assert (came.n, came.bad) == (length, 0)
    end.expect_nothing()


@pytest.mark.parametrize("ring", [65508, 100000])
@scenario("AX-UDP-4", "AX-UDP-10")
def test_what_is_larger_than_the_path_takes_is_refused_however_large_the_ring(dut: Dut, peer: Peer, ring: int) -> None:
    end, udp = bound(dut, peer, tx=ring)
    largest = dut.profile["datagram_max"]

    assert udp.can_send(largest)
    assert not udp.can_send(largest + 1)
    with refused("too-large"):
        udp.send(peer, end.sport, Pattern(SEED, 0, largest + 1))

    assert udp.state().tx_slots == 0
    end.expect_nothing()
