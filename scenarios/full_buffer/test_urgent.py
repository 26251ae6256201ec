# SPDX-License-Identifier: GPL-2.0-or-later
"""URG and its pointer, with and without a window: what the segment says besides is heard, and no octet goes astray."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Given, Pattern, Peer, StackClock, connected, reach, scenario
from scenarios.sequence import off

SEED = 20
RING = 1000
POINTERS = pytest.mark.parametrize("pointer", [0, 1, 5, RING, 65535])


@POINTERS
@pytest.mark.parametrize("payload", [b"", b"?", b"urgent"], ids=["empty", "probe", "data"])
@scenario("RFC9293 MUST-66", "RFC9293 SA-15", "RFC9293 SA-46", "AX-FULL-10")
def test_through_a_closed_window_its_ack_is_heard_and_its_text_comes_again(
    dut: Dut, peer: Peer, clock: StackClock, payload: bytes, pointer: int
) -> None:
    conn, sock = connected(dut, peer, rx=RING)
    conn.send_pattern(SEED, RING)
    edge = conn.snd_nxt
    sock.send(b"to be acknowledged")
    conn.expect(TCP(flags="PA", window=0) / b"to be acknowledged")

    conn.send(TCP(flags="UA", seq=edge, urgptr=pointer) / payload)

    assert (sock.state().state, sock.state().tx, sock.state().rx) == ("ESTABLISHED", 0, RING)
    assert (sock.recv_pattern(RING, SEED).bad, sock.stats()["rx_dropped_window"]) == (0, len(payload))
    conn.send(TCP(flags="UA", seq=edge, urgptr=pointer) / b"urgent")
    clock.advance(dut.profile["delayed_ack_ms"])
    conn.expect(TCP(flags="A", ack=off(edge, len(b"urgent"))), any_order=True)
    assert sock.recv() == b"urgent"


@POINTERS
@pytest.mark.parametrize("flags", ["A", "UA"], ids=["without", "with"])
@scenario("RFC9293 SA-46", "AX-TCP-8")
def test_it_changes_nothing_of_the_stream(dut: Dut, peer: Peer, flags: str, pointer: int) -> None:
    conn, sock = connected(dut, peer, rx=RING)

    for at in range(0, RING, 100):
        conn.send(TCP(flags=flags, urgptr=pointer) / bytes(Pattern(SEED, at, 100)))

    check = sock.recv_pattern(RING + 1, SEED)
    assert (check.n, check.bad, sock.state().state) == (RING, 0, "ESTABLISHED")


@pytest.mark.parametrize("state", ["CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT"])
@scenario("RFC9293 SA-35")
def test_behind_the_fin_it_is_ignored(dut: Dut, peer: Peer, state: str) -> None:
    reached = reach(dut, peer, state, Given(rx=RING))

    reached.conn.send(TCP(flags="UA", ack=reached.una, urgptr=1) / b"!")

    assert (reached.sock.state().state, reached.sock.state().rx) == (state, 0)
