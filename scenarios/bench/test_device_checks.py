# SPDX-License-Identifier: GPL-2.0-or-later
"""What the device finds wrong in what it received is what is wrong there: how many octets, and the first of them."""

from __future__ import annotations

import pytest

from plumbline.scenario import Dut, Pattern, Peer, bound, connected, scenario

SEED, OFFSET, LEN = 50, 1000, 40

# Which octets are wrong.
SPOILT = {"none": [], "the first": [0], "the last": [LEN - 1], "two apart": [7, 20], "all": list(range(LEN))}
each = pytest.mark.parametrize("spoilt", SPOILT.values(), ids=SPOILT)


def spoil(offset: int, spoilt: list[int]) -> bytes:
    """The pattern from there on, but for these octets."""
    octets = bytearray(bytes(Pattern(SEED, offset, LEN)))
    for at in spoilt:
        octets[at] ^= 0xFF
    return bytes(octets)


@each
@scenario("AX-BENCH-8")
def test_of_a_stream(dut: Dut, peer: Peer, spoilt: list[int]) -> None:
    conn, sock = connected(dut, peer)

    conn.send(spoil(OFFSET, spoilt))

    check = sock.recv_pattern(LEN, SEED, OFFSET)
    assert (check.n, check.bad, check.at) == (LEN, len(spoilt), OFFSET + spoilt[0] if spoilt else None)


@each
@scenario("AX-BENCH-8")
def test_of_a_datagram(dut: Dut, peer: Peer, spoilt: list[int]) -> None:
    end, udp = bound(dut, peer)

    end.send(spoil(OFFSET, spoilt))

    check = udp.recv_pattern(LEN, SEED, OFFSET)
    assert (check.n, check.bad, check.at) == (LEN, len(spoilt), OFFSET + spoilt[0] if spoilt else None)


@each
@scenario("AX-BENCH-8")
def test_a_pump_remembers_it_through_what_is_right(dut: Dut, peer: Peer, spoilt: list[int]) -> None:
    conn, sock = connected(dut, peer)
    pump = dut.pump_sink(sock, SEED, 2 * LEN)

    conn.send(spoil(0, spoilt))
    conn.send(bytes(Pattern(SEED, LEN, LEN)))

    done = pump.done()
    assert done is not None
    assert (done.bytes, done.bad) == (2 * LEN, len(spoilt))


@each
@scenario("AX-BENCH-8")
def test_a_datagram_pump_remembers_it_through_what_is_right(dut: Dut, peer: Peer, spoilt: list[int]) -> None:
    end, udp = bound(dut, peer)
    pump = dut.pump_udp_sink(udp, SEED - LEN, 2)  # the seed of a datagram is that and its length

    end.send(spoil(0, spoilt))
    end.send(bytes(Pattern(SEED, 0, LEN)))

    done = pump.done()
    assert done is not None
    assert (done.bytes, done.bad) == (2 * LEN, len(spoilt))
