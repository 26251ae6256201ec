# SPDX-License-Identifier: GPL-2.0-or-later
"""A frame that is longer than any buffer for frames: it is counted, and what lies beside it stays as it came."""

import pytest
from scapy.layers.inet import IP, UDP

from plumbline.scenario import WITH_DATAGRAMS, Dut, Pattern, Peer, Wire, introduce, scenario

HEADERS = 34  # octets of Ethernet and IP
SEEDS = (1, 2)
LENGTH = 200


@scenario("AX-FULL-10", needs={"poll_by_hand"}, ways=WITH_DATAGRAMS)
@pytest.mark.parametrize("size", [1515, 1518, 1600, 2000])
def test_a_frame_that_is_too_long_spoils_no_other(dut: Dut, peer: Peer, wire: Wire, size: int) -> None:
    udp = dut.udp()
    udp.bind(7)
    end = peer.udp(sport=9, dport=7)
    introduce(peer)
    before = dut.link()["rx_size"]
    dut.poll_by_hand()
    head = bytes(peer.fill(IP() / UDP(sport=9, dport=7), []))[:HEADERS]

    end.send(bytes(Pattern(SEEDS[0], 0, LENGTH)))
    wire.send(head.ljust(size, b"\xee"))
    end.send(bytes(Pattern(SEEDS[1], 0, LENGTH)))

    dut.poll_auto()
    assert dut.link()["rx_size"] - before == 1
    assert [udp.recv().data for _ in SEEDS] == [bytes(Pattern(seed, 0, LENGTH)) for seed in SEEDS]
