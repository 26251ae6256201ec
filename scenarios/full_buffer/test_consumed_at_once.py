# SPDX-License-Identifier: GPL-2.0-or-later
"""Much is read before the stack looks: the window opens by all of it, in one update."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Peer, connected, scenario

SEED = 18
RINGS = ["as large", "an octet larger", "twice as large"]  # as the largest window offered

Pieces = Callable[[int], list[int]]
WAYS: dict[str, Pieces] = {
    "at-once": lambda whole: [whole],
    "all-but-one": lambda whole: [whole - 1, 1],
    "halves": lambda whole: [whole // 2, whole - whole // 2],
    "signed": lambda whole: [whole - whole // 2, whole // 2],  # of 65,535 the first is 32,768
    "thirds": lambda whole: [whole // 3, whole // 3, whole - 2 * (whole // 3)],
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("ring", [lambda whole: whole, lambda whole: whole + 1, lambda whole: 2 * whole], ids=RINGS)
@scenario("AX-TCP-5", "AX-TCP-7", "AX-FULL-10", "RFC9293 MUST-39")
def test_all_of_a_window_read_before_a_poll_opens_it_wholly(
    dut: Dut, peer: Peer, ring: Callable[[int], int], way: str
) -> None:
    offered = dut.profile["window_max"]
    conn, sock = connected(dut, peer, rx=ring(offered))
    conn.send_pattern(SEED, offered)
    assert conn.dut_window == 0
    dut.poll_by_hand()

    for length in WAYS[way](offered):
        sock.recv_pattern(length, SEED)
    conn.expect_nothing()
    dut.poll_auto()

    conn.expect(TCP(flags="A", ack=conn.snd_nxt, window=offered))
    conn.expect_nothing()


@scenario("AX-TCP-5", "AX-FULL-10", "AX-TCP-8")
def test_rounds_of_whole_windows_stay_open(dut: Dut, peer: Peer) -> None:
    offered = dut.profile["window_max"]
    conn, sock = connected(dut, peer, rx=2 * offered)

    for number in range(4):
        conn.send_pattern(SEED, offered, offset=number * offered)
        dut.poll_by_hand()
        check = sock.recv_pattern(2 * offered, SEED, number * offered)
        dut.poll_auto()
        assert (check.n, check.bad) == (offered, 0)
        conn.expect(TCP(flags="A", ack=conn.snd_nxt, window=offered))

    conn.expect_nothing()
