# SPDX-License-Identifier: GPL-2.0-or-later
"""Much is read before the stack looks: the window opens by all of it, in one update."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Peer, connected, scenario

SEED = 18
OFFERED = 65535  # the largest window there is without scaling

WAYS = {
    "at-once": [OFFERED],
    "all-but-one": [OFFERED - 1, 1],
    "halves": [32767, 32768],
    "thirds": [OFFERED // 3] * 3,
    "signed": [32768, 32767],
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("size", [OFFERED, OFFERED + 1, 2 * OFFERED])
@scenario("AX-TCP-5", "AX-TCP-7", "AX-FULL-10", "RFC9293 MUST-39")
def test_all_of_a_window_read_before_a_poll_opens_it_wholly(dut: Dut, peer: Peer, size: int, way: str) -> None:
    conn, sock = connected(dut, peer, rx=size)
    conn.send_pattern(SEED, OFFERED)
    assert conn.dut_window == 0
    dut.poll_by_hand()

    for length in WAYS[way]:
        sock.recv_pattern(length, SEED)
    conn.expect_nothing()
    dut.poll_auto()

    conn.expect(TCP(flags="A", ack=conn.snd_nxt, window=OFFERED))
    conn.expect_nothing()


@scenario("AX-TCP-5", "AX-FULL-10", "AX-TCP-8")
def test_rounds_of_whole_windows_stay_open(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer, rx=2 * OFFERED)

    for number in range(4):
        conn.send_pattern(SEED, OFFERED, offset=number * OFFERED)
        dut.poll_by_hand()
        check = sock.recv_pattern(2 * OFFERED, SEED, number * OFFERED)
        dut.poll_auto()
        assert (check.n, check.bad) == (OFFERED, 0)
        conn.expect(TCP(flags="A", ack=conn.snd_nxt, window=OFFERED))

    conn.expect_nothing()
