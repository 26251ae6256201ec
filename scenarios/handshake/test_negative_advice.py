# SPDX-License-Identifier: GPL-2.0-or-later
"""R1: behind some retransmissions of one segment IP is told to doubt the way to the peer (RFC 1122 4.2.3.5)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from plumbline.scenario import Dut, Peer, StackClock, TcpEnd, TcpSocket, Wire, introduce, scenario

R2_AT_LEAST_MS = 100_000  # RFC 9293 SHLD-11; R1 comes before it
Reach = Callable[[str], tuple[TcpEnd, TcpSocket]]


@pytest.mark.parametrize("state", ["SYN-SENT", "ESTABLISHED"])
@scenario("RFC9293 MUST-20", "RFC9293 MUST-22")
def test_the_neighbour_is_asked_for_again(
    dut: Dut, peer: Peer, clock: StackClock, wire: Wire, reach: Reach, state: str
) -> None:
    introduce(peer)
    _, sock = reach(state)
    if state == "ESTABLISHED":
        sock.send(b"lost")
    wire.frames()

    clock.advance(min(R2_AT_LEAST_MS, dut.profile["arp_expiry_ms"] // 2))

    came = wire.frames()
    sent = sum(frame.tcp is not None for frame in came)
    asked = sum(frame.arp is not None for frame in came)
    assert sent > 3
    assert asked, f"sent {sent} times, and the neighbour's address is not doubted"
