# SPDX-License-Identifier: GPL-2.0-or-later
"""More comes than the receiver holds while nobody empties it: the rest is lost unseen, and what was there is whole."""

from scapy.layers.inet import IP, UDP

from plumbline.scenario import Dut, Peer, Wire, introduce, scenario

HELD_AT_LEAST = 100  # frames of 60 bytes


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
    assert came == list(range(received))
    assert udp.recv().data == b"after"
