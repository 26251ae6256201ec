# SPDX-License-Identifier: GPL-2.0-or-later
"""What the device tells of its pools: what is used, and the most that ever was."""

from __future__ import annotations

from plumbline.scenario import Dut, Peer, connected, scenario

AREA = 1000


@scenario("AX-BENCH-7", "AX-TCP-2")
def test_the_most_is_what_was_used_at_once(dut: Dut) -> None:
    first = dut.mem().pools["arena"]
    socks = [dut.tcp(rx=AREA, tx=AREA) for _ in range(3)]
    full = dut.mem().pools["arena"]
    for sock in socks:
        sock.destroy()
    dut.tcp(rx=1, tx=1).destroy()

    after = dut.mem().pools["arena"]

    assert full.used - first.used == 3 * 2 * AREA
    assert (full.most, after.used, after.most) == (full.used, first.used, full.used)


@scenario("AX-BENCH-7", "AX-TCP-2")
def test_no_pool_uses_more_than_its_most_nor_its_most_more_than_there_is(dut: Dut, peer: Peer) -> None:
    _, sock = connected(dut, peer)
    sock.send(b"in flight")

    pools = dut.mem().pools

    assert {name: pool for name, pool in pools.items() if not pool.used <= pool.most <= pool.size} == {}
    assert pools["arena"].used > 0
