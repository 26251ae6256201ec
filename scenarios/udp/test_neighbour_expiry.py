# SPDX-License-Identifier: GPL-2.0-or-later
"""How long a neighbour's Ethernet address is believed: so long after it was last told, and then it is asked for."""

from __future__ import annotations

import pytest
from scapy.layers.l2 import ARP
from scapy.packet import Packet

from plumbline.scenario import Dut, Peer, StackClock, Wire, bound, scenario

NEWS: dict[str, Packet] = {"question": ARP(op="who-has"), "answer": ARP(op="is-at")}
TICK_MS = 1000  # the timer of entries


def asked(wire: Wire) -> int:
    return sum(frame.arp is not None for frame in wire.frames())


@scenario("RFC1122 A")
def test_it_is_asked_for_again_once_it_is_out_of_date(dut: Dut, peer: Peer, clock: StackClock, wire: Wire) -> None:
    end, udp = bound(dut, peer)
    wire.frames()

    clock.advance(dut.profile["arp_expiry_ms"] + TICK_MS)
    udp.send(peer, end.sport, b"behind a question")

    assert asked(wire) == 1
    end.expect(b"behind a question")


@pytest.mark.parametrize("news", NEWS)
@scenario("RFC1122 A", "RFC826 2")
def test_news_of_it_begins_the_time_anew(dut: Dut, peer: Peer, clock: StackClock, wire: Wire, news: str) -> None:
    expiry_ms = dut.profile["arp_expiry_ms"]
    end, udp = bound(dut, peer)

    clock.advance(expiry_ms * 2 // 3)
    peer.send(NEWS[news])
    wire.frames()
    clock.advance(expiry_ms * 2 // 3)
    udp.send(peer, end.sport, b"at once")

    end.expect(b"at once")
    assert asked(wire) == 0
