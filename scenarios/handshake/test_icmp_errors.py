# SPDX-License-Identifier: GPL-2.0-or-later
"""True ICMP errors about a connection: they are for that one, and its owner hears of them (RFC 9293 3.9.2.2)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import ICMP, IP, TCP
from scapy.packet import Packet

from plumbline.scenario import Dut, Peer, TcpEnd, TcpSocket, connected, non_strict, scenario

# Type and code.
SOFT = {"net unreachable": (3, 0), "host unreachable": (3, 1), "time exceeded": (11, 0), "parameter problem": (12, 0)}
HARD = {"protocol unreachable": (3, 2), "port unreachable": (3, 3)}
Reach = Callable[[str], tuple[TcpEnd, TcpSocket]]


def told(error: tuple[int, int], peer: Peer, conn: TcpEnd, una: int) -> Packet:
    """About the segment of the device that is not acknowledged."""
    kind, code = error
    quoted = TCP(sport=conn.dport, dport=conn.sport, seq=una)
    return IP() / ICMP(type=kind, code=code) / IP(src=peer.dut_ip, dst=peer.ip) / quoted


def known_of(sock: TcpSocket) -> object:
    return sock.state(), sock.stats()


@pytest.mark.parametrize("error", SOFT)
@scenario("RFC9293 MUST-54", "RFC9293 MUST-47", "RFC9293 SHLD-25")
def test_the_owner_of_the_connection_hears_of_a_soft_error(dut: Dut, peer: Peer, error: str) -> None:
    (conn, sock), (other_conn, other) = connected(dut, peer), connected(dut, peer, port=8)
    una = conn.rcv_nxt
    for end, socket in ((conn, sock), (other_conn, other)):
        socket.send(b"in flight")
        end.expect(b"in flight")
    before, of_other = known_of(sock), known_of(other)

    peer.send(told(SOFT[error], peer, conn, una))

    assert known_of(other) == of_other
    assert sock.state().state == "ESTABLISHED"
    assert known_of(sock) != before, "nothing that the device tells of the connection has changed"


@pytest.mark.parametrize("error", HARD)
@scenario("RFC9293 SHLD-26")
def test_a_hard_error_ends_a_connect(peer: Peer, reach: Reach, error: str) -> None:
    conn, sock = reach("SYN-SENT")
    assert conn.irs is not None

    peer.send(told(HARD[error], peer, conn, conn.irs))

    conn.expect_nothing()
    if sock.state().state != "CLOSED":
        non_strict(f"{error}, and the connect goes on")
    assert sock.state().end != "ok"
