# SPDX-License-Identifier: GPL-2.0-or-later
"""ICMP errors from the wire, true and invented: whom they tell, and that they touch nobody else."""

from __future__ import annotations

import pytest
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.packet import Packet

from plumbline.scenario import Dut, Peer, StackClock, UdpEnd, UdpSocket, bound, connected, scenario

# Type and code.
ERRORS = {
    "net unreachable": (3, 0),
    "host unreachable": (3, 1),
    "protocol unreachable": (3, 2),
    "port unreachable": (3, 3),
    "fragmentation needed": (3, 4),
    "source quench": (4, 0),
    "redirect": (5, 1),
    "time exceeded": (11, 0),
    "parameter problem": (12, 0),
}
every_error = pytest.mark.parametrize("error", ERRORS)

# Ports of the quotation; the device sent from 7 to 9.
LIES = {
    "source port": (8, 9),
    "destination port": (7, 10),
    "ports turned around": (9, 7),
    "port 0": (0, 0),
}


def told(error: str, peer: Peer, about: Packet) -> Packet:
    kind, code = ERRORS[error]
    return ICMP(type=kind, code=code) / IP(src=peer.dut_ip, dst=peer.ip) / about


def one_sent(dut: Dut, peer: Peer) -> tuple[UdpEnd, UdpSocket]:
    """A socket on port 7 that has sent a datagram to port 9."""
    _, udp = bound(dut, peer)
    end = peer.udp(7, sport=9)
    udp.send(peer, 9, b"anybody?")
    end.expect(b"anybody?")
    return end, udp


@scenario("RFC1122 U2")
def test_the_socket_is_told_of_an_unreachable_port(dut: Dut, peer: Peer) -> None:
    _, udp = one_sent(dut, peer)
    before = udp.stats()

    peer.send(IP() / told("port unreachable", peer, UDP(sport=7, dport=9, len=16) / b"anybody?"))

    assert udp.stats() != before


@every_error
@pytest.mark.parametrize("lie", LIES)
@scenario("AX-UDP-3", "AX-WAKE-2")
def test_an_error_about_somebody_else_touches_no_socket(dut: Dut, peer: Peer, error: str, lie: str) -> None:
    sport, dport = LIES[lie]
    end, udp = one_sent(dut, peer)
    watch = dut.watch(udp, "readable")
    before = udp.state(), udp.stats()

    peer.send(IP() / told(error, peer, UDP(sport=sport, dport=dport, len=16) / b"anybody?"))

    assert (udp.state(), udp.stats(), watch.events()) == (*before, [])
    udp.send(peer, 9, b"as ever")
    end.expect(b"as ever")
    peer.expect_nothing()


@every_error
@pytest.mark.parametrize("octets", [0, 4, 19, 20, 27])
@scenario("RFC1122 I2", "AX-BENCH-10")
def test_a_quotation_cut_short_is_ignored(dut: Dut, peer: Peer, error: str, octets: int) -> None:
    kind, code = ERRORS[error]
    end, udp = one_sent(dut, peer)
    quoted = bytes(IP(src=peer.dut_ip, dst=peer.ip) / UDP(sport=7, dport=9, len=16))

    peer.send(IP() / ICMP(type=kind, code=code) / quoted[:octets])

    udp.send(peer, 9, b"as ever")
    end.expect(b"as ever")
    peer.expect_nothing()


@every_error
@pytest.mark.parametrize("off_by", [0, 1, -1, 1 << 31], ids=["in flight", "ahead", "behind", "far off"])
@scenario("RFC5927 1", "RFC6633 1", "RFC9293 MUST-55", "RFC9293 MUST-56")
def test_no_error_ends_or_slows_a_connection(dut: Dut, peer: Peer, clock: StackClock, error: str, off_by: int) -> None:
    conn, sock = connected(dut, peer, port=7)
    una = conn.rcv_nxt
    sock.send(b"in flight")
    conn.expect(b"in flight")
    before = sock.state()

    about = TCP(sport=7, dport=conn.sport, seq=(una + off_by) % (1 << 32), flags="A")
    peer.send(IP() / told(error, peer, about))
    assert sock.state() == before
    sock.send(b"goes on")
    conn.send(TCP(flags="A"))

    conn.expect(b"goes on")
    assert (sock.state().state, sock.state().end, clock.now) == ("ESTABLISHED", "ok", 0)
    peer.expect_nothing()
