# SPDX-License-Identifier: GPL-2.0-or-later
"""A stopped proxy leaves nothing behind, and gives back nothing that the stack still knows."""

from __future__ import annotations

import pytest

from plumbline.scenario import Dut, Peer, StackClock, introduce, refused, scenario, takes
from scenarios.proxy.place import IDLE_MS, MASK, PREFIX, THERE, opened, proxied


@pytest.mark.parametrize("kind", ["tcp", "udp"])
@scenario("AX-PROXY-9")
def test_stopped_it_leaves_no_deadline(dut: Dut, peer: Peer, clock: StackClock, kind: str) -> None:
    introduce(peer)
    before = dut.mem().levels["timers"]
    proxy = proxied(dut, peer, tcp_idle=IDLE_MS, udp_idle=IDLE_MS)
    if kind == "tcp":
        opened(dut, peer, proxy)
    else:
        peer.udp(53, at=THERE).send(b"ask")

    proxy.stop()
    clock.advance(2 * dut.profile["tcp_slow_tick_ms"])  # of the connection that was reset

    assert dut.mem().levels["timers"] == before


@pytest.mark.parametrize("tuples", [0, 4])
@scenario("AX-PROXY-1")
def test_stopped_before_the_stack_looked_at_it_its_memory_stays_lent(dut: Dut, tuples: int) -> None:
    takes(dut, "proxy", 1)
    before = dut.mem().levels["arena"]
    dut.poll_by_hand()
    dut.proxy(PREFIX, MASK, tuples=tuples).stop()

    assert dut.mem().levels["arena"] > before
    with refused("state"):
        dut.proxy(PREFIX, MASK)
    dut.poll()

    assert dut.mem().levels["arena"] == before
    dut.proxy(PREFIX, MASK)
