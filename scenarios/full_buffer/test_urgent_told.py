# SPDX-License-Identifier: GPL-2.0-or-later
"""The urgent mechanism as the application sees it: that there is urgent data, and where it ends (RFC 9293 3.8.5)."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Pattern, Peer, TcpSocket, connected, scenario

SEED = 7
SEGMENT, RING = 1000, 4096


def known_of(dut: Dut, sock: TcpSocket) -> dict[str, str]:
    """All that the device tells of a socket, but who is at its ends."""
    fields = {
        **dut.command(f"tcp {sock.handle}").fields.values,
        **dut.command(f"tcp stats {sock.handle}").fields.values,
    }
    return {key: value for key, value in fields.items() if key not in ("local", "remote")}


@pytest.mark.parametrize("segments", [1, 3])
@scenario("RFC9293 MUST-30", "RFC9293 MUST-31", "RFC9293 MUST-33")
def test_how_much_is_urgent_can_be_told(dut: Dut, peer: Peer, segments: int) -> None:
    """Two streams of the same octets: all of the one is urgent, all but its last octet of the other."""
    known = []
    for port, last in ((7, 0), (8, 1)):
        conn, sock = connected(dut, peer, port=port, rx=RING)
        for at in range(0, segments * SEGMENT, SEGMENT):
            left = segments * SEGMENT - at - last
            conn.send(TCP(flags="UA", urgptr=left) / bytes(Pattern(SEED, at, SEGMENT)))
        known.append(known_of(dut, sock))

    assert known[0] != known[1], "the two look the same"


@pytest.mark.parametrize("length", [1, 65535])
@scenario("RFC9293 MUST-32")
def test_an_urgent_pointer_that_moves_ahead_is_told_at_once(dut: Dut, peer: Peer, length: int) -> None:
    conn, sock = connected(dut, peer, rx=RING)
    watch = dut.watch(sock, "readable")
    before = known_of(dut, sock)

    conn.send(TCP(flags="UA", urgptr=length))

    conn.expect_nothing()
    assert (watch.events(), known_of(dut, sock)) != ([], before), "nobody is told"
