# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls that meet what is in use or gone: a taken four-tuple, an address that changed, segments that ran out."""

from __future__ import annotations

from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Peer, TcpSocket, Wire, connected, introduce, scenario

PORT, LOCAL = 9, 1024
OTHER = "10.0.0.77"


@scenario("AX-TCP-34")
def test_a_four_tuple_that_is_taken_ends_the_connect(dut: Dut, peer: Peer) -> None:
    first, conn = dut.tcp(), peer.tcp(sport=PORT)
    first.connect(peer, PORT, local=LOCAL)
    conn.accept()
    second = dut.tcp()

    second.connect(peer, PORT, local=LOCAL)

    assert (first.state().state, second.state().state) == ("ESTABLISHED", "CLOSED")
    assert (second.state().end, second.state().released) == ("in-use", True)
    conn.expect_nothing()


@scenario("AX-TCP-21", "RFC9293 MUST-46")
def test_a_connect_that_waits_does_not_leave_from_the_old_address(dut: Dut, peer: Peer, wire: Wire) -> None:
    introduce(peer)
    dut.poll_by_hand()
    sock = dut.tcp()
    sock.connect(peer, PORT, local=f"{dut.net().addr}:{LOCAL}")
    wire.frames()

    dut.net(OTHER)
    dut.poll_auto()

    assert [frame for frame in wire.frames() if frame.ip] == []
    assert (sock.state().state, sock.state().end) == ("CLOSED", "address-lost")


@scenario("AX-TCP-25", "AX-FULL-12", "AX-FULL-11", needs={"pools"})
def test_a_close_in_syn_received_without_segments_is_lived_through(dut: Dut, peer: Peer) -> None:
    half_open, conn = dut.accept_on(PORT), peer.tcp(PORT)
    conn.send(TCP(flags="S"))
    conn.expect(TCP(flags="SA", ack=conn.snd_nxt))
    hoarders = exhaust_segments(dut, peer)

    half_open.close()

    pool = dut.mem().pools["tcp_seg"]
    assert pool.used == pool.size, f"{pool.used} of {pool.size} segments are in use"
    for sock in hoarders:
        sock.abort()
    conn.send(TCP(flags="A"))
    assert half_open.state().state in {"FIN-WAIT-1", "CLOSED"}


def exhaust_segments(dut: Dut, peer: Peer) -> list[TcpSocket]:
    """Octets that each take a segment, and a peer that acknowledges none of them."""
    hoarders: list[TcpSocket] = []
    for port in range(20, 19 + dut.profile["listeners"]):
        _, sock = connected(dut, peer, port=port, tx=dut.profile["segment_queue"])
        sock.option(no_delay=1)
        for _ in range(dut.profile["segment_queue"]):
            sock.send(b"x")
        hoarders.append(sock)
        if dut.mem().pools["tcp_seg"].used == dut.mem().pools["tcp_seg"].size:
            break
    return hoarders
