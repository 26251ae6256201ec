# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the proxy's scenarios take place: a prefix on the link, and addresses of it."""

from __future__ import annotations

from plumbline.scenario import Dut, Peer, Proxy, TcpEnd, TcpSocket, introduce, takes

PREFIX, MASK = "198.51.100.0", "255.255.255.0"
THERE, ELSEWHERE = "198.51.100.7", "198.51.100.8"
PORT = 80
IDLE_MS, KEEP_MS, HANDSHAKE_MS = 30_000, 5_000, 200
UNREACHABLE, ITS_PORT, ITS_PROTOCOL = 3, 3, 2  # of ICMP


def proxied(dut: Dut, peer: Peer, policy: str = "reset", sockets: int = 0, **options: int) -> Proxy:
    """A proxy with so many sockets lent. The device knows the peer's Ethernet address."""
    takes(dut, "proxy", 1)
    proxy = dut.proxy(PREFIX, MASK, policy, **options)
    for _ in range(sockets):
        proxy.listener.lend(dut.tcp(rx=1000, tx=1000))
    introduce(peer)
    return proxy


def opened(
    dut: Dut, peer: Peer, proxy: Proxy, *, at: str = THERE, port: int = PORT, sport: int | None = None, **syn: object
) -> tuple[TcpEnd, TcpSocket]:
    """A connection that the peer opened to an address of the prefix, and the socket it took."""
    sock = dut.tcp()
    proxy.listener.lend(sock)
    return peer.tcp(port, sport, at=at).handshake(**syn), sock
