# SPDX-License-Identifier: GPL-2.0-or-later
"""States that scenarios begin in when they are about something else."""

from __future__ import annotations

from plumbline.match.layers import ARP
from plumbline.peer import Peer, TcpEnd, UdpEnd
from plumbline.shell.dut import Dut
from plumbline.shell.tcp import TcpSocket
from plumbline.shell.udp import UdpSocket

PORT = 7  # of the device, where nothing else is said


def connected(
    dut: Dut, peer: Peer, *, port: int = PORT, rx: int = 4096, tx: int = 4096, **syn_fields: object
) -> tuple[TcpEnd, TcpSocket]:
    """A connection that the peer opened. The fields are those of its SYN: `options`, `window`."""
    sock = dut.accept_on(port, rx=rx, tx=tx)
    return peer.tcp(port).handshake(**syn_fields), sock


def connected_actively(
    dut: Dut, peer: Peer, *, port: int = PORT, rx: int = 4096, tx: int = 4096, **syn_fields: object
) -> tuple[TcpEnd, TcpSocket]:
    """A connection that the device opened to the peer's `port`. The fields are those of the peer's SYN-ACK."""
    sock = dut.tcp(rx=rx, tx=tx)
    conn = peer.tcp(sport=port)
    sock.connect(peer, port)
    return conn.accept(**syn_fields), sock


def bound(
    dut: Dut, peer: Peer, *, port: int = PORT, rx: int = 4096, rx_slots: int = 8, tx: int = 4096, tx_slots: int = 8
) -> tuple[UdpEnd, UdpSocket]:
    """A UDP socket of the device on `port`, and a port of the peer, whose Ethernet address the device knows."""
    udp = dut.udp(rx=rx, rx_slots=rx_slots, tx=tx, tx_slots=tx_slots)
    udp.bind(port)
    introduce(peer)
    return peer.udp(port), udp


def introduce(peer: Peer) -> None:
    """The peer asks for the device's Ethernet address, and so tells its own."""
    peer.send(ARP(op="who-has"))
    peer.expect(ARP(op="is-at", pdst=peer.ip))
