# SPDX-License-Identifier: GPL-2.0-or-later
"""A server that calls back, its pool of clients, and lives of their connections."""

from __future__ import annotations

from scapy.layers.inet import TCP

from plumbline.scenario import Callbacks, CallbackServer, Dut, TcpEnd, TcpSocket
from scenarios.callback.clients import PORT, prepared

RING = 1024  # bytes each way
# What a client of a pool is told of a life of which everything is told, and of one that its peer breaks off.
WHOLE = ["client", "packet 5", "ack 5", "end", "disconnect"]
BROKEN = ["client", "packet 5", "end", "error reset", "disconnect"]


def pool_of(dut: Dut, size: int, policy: str = "reset") -> tuple[CallbackServer, list[tuple[TcpSocket, Callbacks]]]:
    server, pool = dut.serve_callbacks(PORT, policy), [prepared(dut, RING, RING) for _ in range(size)]
    for sock, _ in pool:
        server.lend(sock)
    return server, pool


def live(conn: TcpEnd, sock: TcpSocket) -> None:
    """A whole life, up to both FINs and their acknowledgements."""
    conn.handshake()
    conn.send(b"hello")
    sock.send(b"reply")
    conn.expect(TCP(flags="PA") / b"reply", any_order=True)
    conn.send(TCP(flags="A"))
    conn.send(TCP(flags="FA"))
    sock.close()
    conn.expect(TCP(flags="FA"), any_order=True)
    conn.send(TCP(flags="A"))


def break_off(conn: TcpEnd) -> None:
    """As far as the device still has the connection."""
    conn.handshake()
    for segment in (TCP(flags="PA") / b"hello", TCP(flags="FA"), TCP(flags="RA")):
        conn.segments()  # acknowledged by what comes next
        conn.send(segment)
