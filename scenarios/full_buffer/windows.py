# SPDX-License-Identifier: GPL-2.0-or-later
"""A peer whose window scenarios begin with, and how it opens."""

from __future__ import annotations

from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Peer, TcpEnd, TcpSocket

PORT = 7
WIDE = 65535


def with_window(dut: Dut, peer: Peer, window: int, *, port: int = PORT, tx: int = 4096) -> tuple[TcpEnd, TcpSocket]:
    """A peer that offers so much from the first segment on; 0: it cannot take anything yet."""
    sock, conn = dut.accept_on(port, tx=tx), peer.tcp(port)
    conn.window = window
    return conn.handshake(), sock


def open_wide(conn: TcpEnd) -> None:
    """It takes all there is."""
    conn.window = WIDE
    conn.send(TCP(flags="A"))
