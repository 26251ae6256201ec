# SPDX-License-Identifier: GPL-2.0-or-later
"""Thousands of tuples that mean nothing, on the wire: those that move go on, and nothing is left behind.

A hundred thousand of them, and the packet device, are in the unit tests (`test_proxy_flood`)."""

from __future__ import annotations

from scapy.layers.inet import IP, TCP, UDP

from plumbline.scenario import (
    Dut,
    Pattern,
    Peer,
    Proxy,
    StackClock,
    TcpEnd,
    TcpSocket,
    UdpEnd,
    Wire,
    refused,
    scenario,
)
from scenarios.proxy.place import HANDSHAKE_MS, KEEP_MS, THERE, opened, proxied

WAVES, WAVE = 20, 40
SOCKETS = 2
CHUNK = 100
DRAWN = 12  # bytes for each packet


def junk(number: int) -> IP:
    """A SYN, a datagram, or a segment of nothing, from anybody to anybody of the prefix."""
    drawn = bytes(Pattern(1, number * DRAWN, DRAWN))
    ip = IP(src=f"{11 + drawn[0] % 100}.{drawn[1]}.3.4", dst=f"198.51.100.{drawn[2]}")
    sport, dport = (1 + drawn[at] * 256 + drawn[at + 1] // 2 for at in (3, 5))
    match drawn[7] % 3:
        case 0:
            return ip / UDP(sport=sport, dport=dport) / bytes(drawn[8] % 40)
        case 1:
            return ip / TCP(sport=sport, dport=dport, flags=("A", "PA", "FA", "SA")[drawn[8] % 4], seq=drawn[9] << 24)
    return ip / TCP(sport=sport, dport=dport, flags="S", seq=drawn[9] << 24)


def drain(proxy: Proxy) -> None:
    """As an application does that wants none of it."""
    with refused("would-block"):
        while True:
            proxy.recv()


def goes_on(conn: TcpEnd, sock: TcpSocket, wave: int) -> None:
    data = bytes([wave]) * CHUNK
    conn.send(data)
    assert sock.recv() == data
    sock.send(data)
    conn.expect(TCP(ack=conn.snd_nxt) / data)


def is_answered(proxy: Proxy, peer: Peer, flow: UdpEnd) -> None:
    flow.send(b"ask")
    proxy.send(proxy.recv().to, peer, flow.sport, b"answer")
    flow.expect(b"answer")


@scenario("AX-PROXY-13", "AX-PROXY-10", "AX-BENCH-7")
def test_a_flood_hurts_nobody_who_moves(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    proxy = proxied(dut, peer, "drop", handshake=HANDSHAKE_MS, keep=KEEP_MS)
    conn, sock = opened(dut, peer, proxy, at=THERE)
    for _ in range(SOCKETS):
        proxy.listener.lend(dut.tcp(rx=1000, tx=1000))
    flow = peer.udp(53, at=THERE)

    for wave in range(WAVES):
        for number in range(WAVE):
            peer.send(junk(wave * WAVE + number))
        wire.frames()
        drain(proxy)
        goes_on(conn, sock, wave)
        is_answered(proxy, peer, flow)
        clock.advance(HANDSHAKE_MS)

    stats, syns = proxy.stats(), proxy.listener.stats()
    assert stats["tcp_evicted"] == 0 < min(stats["tcp_evicted_early"], stats["udp_evicted"], syns["dropped"])
    assert sock.state().state == "ESTABLISHED"
