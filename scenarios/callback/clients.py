# SPDX-License-Identifier: GPL-2.0-or-later
"""Clients of the device that call back, with what they are told from the start."""

from __future__ import annotations

from dataclasses import dataclass

from plumbline.scenario import Callbacks, Dut, Peer, TcpEnd, TcpSocket

PORT = 7


@dataclass(frozen=True)
class Client:
    conn: TcpEnd
    sock: TcpSocket
    callbacks: Callbacks


def prepared(dut: Dut, rx: int = 4096, tx: int = 4096) -> tuple[TcpSocket, Callbacks]:
    sock = dut.tcp(rx, tx, through="callback")
    return sock, dut.callbacks(sock)


def lent(dut: Dut, port: int = PORT, rx: int = 4096, tx: int = 4096) -> tuple[TcpSocket, Callbacks]:
    sock, callbacks = prepared(dut, rx, tx)
    dut.listen(port).lend(sock)
    return sock, callbacks


def accepted(dut: Dut, peer: Peer, port: int = PORT, rx: int = 4096, tx: int = 4096) -> Client:
    """One whose peer connected."""
    sock, callbacks = lent(dut, port, rx, tx)
    return Client(peer.tcp(port).handshake(), sock, callbacks)
