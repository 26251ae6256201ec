# SPDX-License-Identifier: GPL-2.0-or-later
"""What scenarios of this family begin with: a connection in a given state, and a device started in another way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Peer, TcpEnd, TcpSocket, connected

PORT = 7
Given = tuple[TcpEnd, TcpSocket]


class Bench(Protocol):
    def reset(self, *, seed: int | None = None, held_at_ms: int | None = 0) -> None: ...


@pytest.fixture
def restart(bench: Bench) -> Callable[..., None]:
    """`restart(seed=..., held_at_ms=...)`: a new device in the place of the one that is there."""
    return bench.reset


@pytest.fixture
def reach(dut: Dut, peer: Peer) -> Callable[[str], Given]:
    """`conn, sock = reach("FIN-WAIT-2")`: brought there over the wire, nothing left to be looked at."""

    def bring(state: str) -> Given:
        conn, sock = _WAYS[state](dut, peer)
        assert sock.state().state == state
        return conn, sock

    return bring


def _syn_sent(dut: Dut, peer: Peer) -> Given:
    sock, conn = dut.tcp(), peer.tcp(sport=PORT)
    sock.connect(peer, PORT)
    conn.expect(TCP(flags="S"))
    return conn, sock


def _syn_received(dut: Dut, peer: Peer) -> Given:
    sock, conn = dut.accept_on(PORT), peer.tcp(PORT)
    conn.send(TCP(flags="S"))
    conn.expect(TCP(flags="SA", ack=conn.snd_nxt))
    return conn, sock


def _fin_wait_1(dut: Dut, peer: Peer) -> Given:
    conn, sock = connected(dut, peer)
    sock.close()
    conn.expect(TCP(flags="FA", seq=conn.rcv_nxt))
    return conn, sock


def _fin_wait_2(dut: Dut, peer: Peer) -> Given:
    conn, sock = _fin_wait_1(dut, peer)
    conn.send(TCP(flags="A"))
    return conn, sock


def _closing(dut: Dut, peer: Peer) -> Given:
    conn, sock = _fin_wait_1(dut, peer)
    conn.send(TCP(flags="FA", ack=(conn.rcv_nxt - 1) % (1 << 32)))
    conn.expect(TCP(flags="A", ack=conn.snd_nxt))
    return conn, sock


def _time_wait(dut: Dut, peer: Peer) -> Given:
    conn, sock = _fin_wait_2(dut, peer)
    conn.send(TCP(flags="FA"))
    conn.expect(TCP(flags="A", ack=conn.snd_nxt))
    return conn, sock


def _close_wait(dut: Dut, peer: Peer) -> Given:
    conn, sock = connected(dut, peer)
    conn.send(TCP(flags="FA"))
    conn.expect(TCP(flags="A", ack=conn.snd_nxt))
    return conn, sock


def _last_ack(dut: Dut, peer: Peer) -> Given:
    conn, sock = _close_wait(dut, peer)
    sock.close()
    conn.expect(TCP(flags="FA", seq=conn.rcv_nxt))
    return conn, sock


_WAYS: dict[str, Callable[[Dut, Peer], Given]] = {
    "SYN-SENT": _syn_sent,
    "SYN-RECEIVED": _syn_received,
    "ESTABLISHED": connected,
    "FIN-WAIT-1": _fin_wait_1,
    "FIN-WAIT-2": _fin_wait_2,
    "CLOSING": _closing,
    "TIME-WAIT": _time_wait,
    "CLOSE-WAIT": _close_wait,
    "LAST-ACK": _last_ack,
}
