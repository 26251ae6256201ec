# SPDX-License-Identifier: GPL-2.0-or-later
"""More frames are sent at once than any transmit ring holds: the line is slower than the device, and none is lost."""

from __future__ import annotations

from plumbline.scenario import Dut, Pattern, Peer, bound, scenario

DATAGRAMS = 2


@scenario("AX-UDP-1", "AX-UDP-5", "AX-TIME-7")
def test_datagrams_of_more_frames_than_any_ring_holds_leave_whole(dut: Dut, peer: Peer) -> None:
    largest = dut.profile["datagram_max"]
    end, udp = bound(dut, peer, tx=DATAGRAMS * largest, tx_slots=DATAGRAMS)
    sent = [Pattern(seed, 0, largest) for seed in range(DATAGRAMS)]

    dut.fault_tx_full("all")
    for payload in sent:
        udp.send(peer, end.sport, payload)
    dut.fault_tx_full("off")

    for payload in sent:
        end.expect(bytes(payload))
    assert udp.stats()["sent"] == DATAGRAMS
    end.expect_nothing()
