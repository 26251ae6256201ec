# SPDX-License-Identifier: GPL-2.0-or-later
"""More comes than the receiver holds while nobody empties it: the rest is lost unseen, and what was there is whole."""

import pytest
from scapy.layers.inet import IP, UDP

from plumbline.scenario import Dut, Peer, Wire, introduce, scenario

HELD_AT_LEAST = 20  # frames of 60 bytes: a ring of descriptors holds that
HEADERS = 14 + 20 + 8

# What fills 2,640 words to the last one: each frame has two bytes and a status word in front. Frames of 60 bytes take
# 17 words, of 63 bytes 18.
EXACTLY = [60] * 150 + [63] * 5
ONE_TOO_MANY = [*EXACTLY, 60]


@scenario("AX-FULL-10", "AX-TIME-9", needs={"fifo_overflow", "fault_stage"})
def test_datagrams_that_found_room_are_received_in_order_and_the_next_ones_too(
    dut: Dut, peer: Peer, wire: Wire
) -> None:
    many = 400
    udp = dut.udp(rx=4 * many, rx_slots=many)
    udp.bind(7)
    end = peer.udp(sport=9, dport=7)
    introduce(peer)

    wire.overrun(peer.fill(IP() / UDP(sport=9, dport=7) / number.to_bytes(4, "big"), []) for number in range(many))
    end.send(b"after")

    received = udp.stats()["received"] - 1
    came = [int.from_bytes(udp.recv().data, "big") for _ in range(received)]
    assert HELD_AT_LEAST < received < many
    assert came[:HELD_AT_LEAST] == list(range(HELD_AT_LEAST))
    assert came == sorted(set(came))  # a DMA goes on to empty it: there may be room again behind what was lost
    assert udp.recv().data == b"after"


@scenario("AX-FULL-10", needs={"fifo_to_the_word", "fault_stage"})
@pytest.mark.parametrize(("sizes", "lost"), [(EXACTLY, 0), (ONE_TOO_MANY, 1)], ids=["exactly", "one too many"])
def test_what_fills_it_to_the_last_word_is_received_whole(
    dut: Dut, peer: Peer, wire: Wire, sizes: list[int], lost: int
) -> None:
    udp = dut.udp(rx=sum(sizes), rx_slots=len(sizes))
    udp.bind(7)
    introduce(peer)
    before = dut.link()["rx"]

    data = [number.to_bytes(size - HEADERS, "big") for number, size in enumerate(sizes)]
    wire.overrun(peer.fill(IP() / UDP(sport=9, dport=7) / one, []) for one in data)

    held = len(sizes) - lost
    assert (dut.link()["rx"] - before, udp.stats()["received"]) == (held, held)
    assert [udp.recv().data for _ in range(held)] == data[:held]
