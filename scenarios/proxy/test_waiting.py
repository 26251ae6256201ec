# SPDX-License-Identifier: GPL-2.0-or-later
"""A task that waits for the proxy is woken by what it waits for, and by nothing else."""

from __future__ import annotations

import pytest

from plumbline.scenario import Dut, Peer, StackClock, refused, scenario
from scenarios.proxy.place import ITS_PORT, THERE, proxied

DNS = 53
IDLE_MS = 1000
RING = 100


@scenario("AX-PROXY-6")
def test_a_datagram_wakes_who_waits_for_one(dut: Dut, peer: Peer) -> None:
    proxy = proxied(dut, peer)
    proxy.wait("readable")
    assert proxy.woken() == []

    peer.udp(DNS, at=THERE).send(b"ask")

    assert proxy.woken() == ["readable"]


@scenario("AX-PROXY-6")
def test_a_datagram_that_is_there_wakes_at_once(dut: Dut, peer: Peer) -> None:
    proxy = proxied(dut, peer)
    peer.udp(DNS, at=THERE).send(b"ask")

    proxy.wait("readable")

    assert proxy.woken() == ["readable"]


@scenario("AX-PROXY-6")
def test_room_for_so_many_bytes_wakes_who_waits_for_it(dut: Dut, peer: Peer) -> None:
    proxy = proxied(dut, peer, ring=RING)
    end = peer.udp(DNS, at=THERE)
    end.send(b"ask")
    came = proxy.recv()
    dut.fault_tx_full("all")
    proxy.send(came.to, peer, end.sport, bytes(RING // 2))
    proxy.wait("writable", room=RING)
    assert proxy.woken() == []

    dut.fault_tx_full("off")

    end.expect(bytes(RING // 2))
    assert proxy.woken() == ["writable"]


@pytest.mark.parametrize("how", ["idle", "evicted"])
@scenario("AX-PROXY-6", "AX-PROXY-3")
def test_the_end_of_a_tuple_wakes_who_waits_for_it(dut: Dut, peer: Peer, clock: StackClock, how: str) -> None:
    proxy = proxied(dut, peer, tuples=1, udp_idle=IDLE_MS)
    peer.udp(DNS, ITS_PORT, at=THERE).send(b"ask")
    proxy.wait("end")
    assert proxy.woken() == []

    if how == "idle":
        clock.advance(IDLE_MS)
    else:
        peer.udp(DNS, ITS_PORT + 1, at=THERE).send(b"ask")

    assert proxy.woken() == ["end"]


@pytest.mark.parametrize("kind", ["readable", "writable", "end"])
@scenario("AX-PROXY-6")
def test_who_gave_up_is_not_woken(dut: Dut, peer: Peer, clock: StackClock, kind: str) -> None:
    proxy = proxied(dut, peer, tuples=1, udp_idle=IDLE_MS, ring=RING)
    end = peer.udp(DNS, ITS_PORT, at=THERE)
    end.send(b"ask")
    came = proxy.recv()
    dut.fault_tx_full("all")
    proxy.send(came.to, peer, end.sport, bytes(RING))
    proxy.wait(kind, room=RING if kind == "writable" else None)

    proxy.unwait()

    dut.fault_tx_full("off")
    end.expect(bytes(RING))
    end.send(b"ask again")
    clock.advance(IDLE_MS)
    assert proxy.woken() == []
    with refused("state"):
        proxy.unwait()
