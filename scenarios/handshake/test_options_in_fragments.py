# SPDX-License-Identifier: GPL-2.0-or-later
"""One TCP segment in two IP fragments: its options count as if it had come whole, wherever the cut lies."""

from __future__ import annotations

import pytest
from scapy.layers.inet import IP, TCP
from scapy.layers.l2 import Ether

from plumbline.scenario import Dut, Pattern, Peer, TcpEnd, Wire, connected, scenario
from scenarios.sequence import off

SEED = 5
SYN_MSS, LATER_MSS = 1000, 64
NOPS = [("NOP", None)] * 8
CUTS = [8, 16, 24]  # the last lies between the NOPs and the MSS behind them


def in_two(wire: Wire, dut: Dut, peer: Peer, segment: bytes, cut: int) -> None:
    mac = dut.net().mac
    ether = Ether(src=peer.mac.hex(":"), dst=":".join(mac[at : at + 2] for at in range(0, 12, 2)))
    ip = IP(src=peer.ip, dst=peer.called_ip, id=77, proto=6)
    first, second = ip.copy(), ip.copy()
    first.flags, second.frag = "MF", cut // 8
    wire.send(ether / first / segment[:cut])
    wire.send(ether / second / segment[cut:])


def segment_of(peer: Peer, conn: TcpEnd, flags: str, mss: int, payload: bytes) -> bytes:
    """With its checksum, as the IP layer makes it."""
    tcp = TCP(sport=conn.sport, dport=7, seq=conn.snd_nxt, ack=conn.rcv_nxt, window=conn.window, flags=flags)
    tcp.options = [*NOPS, ("MSS", mss)]
    return bytes(IP(bytes(IP(src=peer.ip, dst=peer.called_ip) / tcp / payload)).payload)


@pytest.mark.parametrize("cut", CUTS)
@scenario("RFC9293 MUST-5", "RFC9293 MUST-14", "RFC1122 F1")
def test_mss_behind_the_handshake_does_not_count(dut: Dut, peer: Peer, wire: Wire, cut: int) -> None:
    conn, sock = connected(dut, peer, options=[("MSS", SYN_MSS)])
    segment = segment_of(peer, conn, "A", LATER_MSS, b"data")

    in_two(wire, dut, peer, segment, cut)
    conn.snd_nxt = off(conn.snd_nxt, len(b"data"))
    received = sock.state().rx
    sock.send(Pattern(SEED, 0, SYN_MSS))

    assert received == len(b"data"), f"{received} octets of a segment in two fragments are taken"
    assert [len(came.payload) for came in conn.segments() if came.payload] == [SYN_MSS]


@pytest.mark.parametrize("cut", CUTS)
@scenario("RFC9293 MUST-5", "RFC1122 F1")
def test_mss_of_a_syn_counts(dut: Dut, peer: Peer, wire: Wire, cut: int) -> None:
    sock, conn = dut.accept_on(7), peer.tcp(7)
    segment = segment_of(peer, conn, "S", SYN_MSS, b"")

    in_two(wire, dut, peer, segment, cut)
    conn.snd_nxt = off(conn.isn, 1)
    conn.expect(TCP(flags="SA", ack=conn.snd_nxt))
    conn.send(TCP(flags="A", seq=conn.snd_nxt, ack=conn.rcv_nxt))
    sock.send(Pattern(SEED, 0, SYN_MSS + 1))

    assert len(conn.segments()[0].payload) == SYN_MSS
