# SPDX-License-Identifier: GPL-2.0-or-later
"""The device's address changes: what ends, what is told before, what waits for it to come back. Nothing leaves from the
old one afterwards."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP
from scapy.layers.l2 import ARP

from plumbline.scenario import (
    AT_ITS_OWN_ADDRESS,
    STATES,
    Dut,
    Peer,
    StackClock,
    TcpEnd,
    Wire,
    connected,
    has_flags,
    introduce,
    reach,
    refused,
    scenario,
)
from scenarios.sequence import off

PORT = 7
OLD, NEW = "10.0.0.2", "10.0.0.77"
WITHOUT_PEER = {"SYN-SENT", "CLOSING", "LAST-ACK"}  # RFC 9293 3.10.5: an abort resets nobody
ENDS = sorted(set(STATES) - {"CLOSED", "LISTEN", "TIME-WAIT"})


def move(dut: Dut, peer: Peer, address: str) -> None:
    """The device has another address from now on, and the peer knows it by that."""
    dut.net(address)
    peer.dut_ip = address


def connect(peer: Peer) -> TcpEnd:
    """A SYN to where the peer knows the device to be."""
    conn = peer.tcp(PORT)
    conn.send(TCP(flags="S"))
    return conn


@pytest.mark.parametrize("state", ENDS)
@scenario("AX-TCP-21", "AX-TCP-28", "AX-TCP-42", ways=AT_ITS_OWN_ADDRESS)
def test_the_peer_is_told_where_there_is_one(dut: Dut, peer: Peer, state: str) -> None:
    reached = reach(dut, peer, state)

    dut.net(NEW)

    if state not in WITHOUT_PEER:
        reached.conn.expect(TCP(flags=has_flags("R")))
    reached.conn.expect_nothing()
    view = reached.sock.state()
    assert (view.state, view.end, view.released) == ("CLOSED", "address-lost", True)
    assert dut.mem().levels["active"] == 0


@scenario("AX-TCP-42", "AX-TCP-21")
def test_a_syn_that_waits_for_the_neighbour_never_leaves(dut: Dut, peer: Peer, wire: Wire) -> None:
    peer.arp = False
    sock = dut.tcp()
    sock.connect(peer, PORT)
    peer.expect(ARP(op="who-has", psrc=OLD))

    dut.net(NEW)
    peer.send(ARP(op="is-at", pdst=OLD))
    peer.send(ARP(op="is-at", pdst=NEW))

    assert [frame for frame in wire.frames() if frame.ip] == []
    assert sock.state().end == "address-lost"
    assert dut.mem().pools["neighbour_packets"].used == 0


@scenario("AX-TCP-42", "AX-TCP-21", ways=AT_ITS_OWN_ADDRESS)
def test_a_reset_that_waits_for_the_neighbour_never_leaves(dut: Dut, peer: Peer, clock: StackClock, wire: Wire) -> None:
    _, sock = connected(dut, peer)
    peer.arp = False
    clock.advance(dut.profile["arp_expiry_ms"])
    wire.frames()

    dut.net(NEW)
    peer.send(ARP(op="is-at", pdst=NEW))

    assert [frame for frame in wire.frames() if frame.ip] == []
    assert sock.state().end == "address-lost"


@scenario("AX-TCP-42", "AX-TCP-32", ways=AT_ITS_OWN_ADDRESS)
def test_what_rests_in_time_wait_says_nothing_more(dut: Dut, peer: Peer, clock: StackClock) -> None:
    reached = reach(dut, peer, "TIME-WAIT")

    dut.net(NEW)
    reached.conn.send(TCP(flags="FA", seq=off(reached.conn.snd_nxt, -1)))
    clock.advance(2 * dut.profile["msl_ms"] + dut.profile["tcp_slow_tick_ms"])

    reached.conn.expect_nothing()
    assert (reached.sock.state().end, dut.mem().levels["time_wait"]) == ("closed", 0)


@scenario("AX-TCP-21")
def test_another_gateway_or_mask_ends_nothing(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)

    dut.net(OLD, mask="255.255.0.0", gateway="10.0.9.9")

    sock.send(b"goes on")
    conn.expect(b"goes on")
    conn.expect_nothing()
    assert sock.state().state == "ESTABLISHED"


@scenario("AX-LISTEN-1", "AX-LISTEN-13")
def test_a_listener_of_one_address_serves_that(dut: Dut, peer: Peer) -> None:
    listener, sock = dut.listen(PORT, addr=OLD), dut.tcp()
    listener.lend(sock)

    peer.tcp(PORT).handshake()

    view = sock.state()
    assert view.local is not None
    assert (view.state, view.local.addr, view.local.port) == ("ESTABLISHED", OLD, PORT)


@scenario("AX-LISTEN-1", "AX-LISTEN-13")
def test_a_listener_of_one_address_waits_for_it_to_come_back(dut: Dut, peer: Peer) -> None:
    listener, sock = dut.listen(PORT, addr=OLD), dut.tcp()
    listener.lend(sock)

    move(dut, peer, NEW)
    elsewhere = connect(peer)
    elsewhere.expect(TCP(flags="RA", seq=0, ack=off(elsewhere.isn, 1)))
    assert (sock.state().state, listener.stats()["syns"], listener.stats()["lent"]) == ("LISTEN", 0, 1)
    move(dut, peer, OLD)

    peer.tcp(PORT).handshake()
    assert sock.state().state == "ESTABLISHED"


@scenario("AX-LISTEN-1", ways=AT_ITS_OWN_ADDRESS)
def test_a_listener_of_any_address_serves_the_new_one(dut: Dut, peer: Peer) -> None:
    sock = dut.accept_on(PORT)

    move(dut, peer, NEW)
    peer.tcp(PORT).handshake()

    view = sock.state()
    assert view.local is not None
    assert (view.state, view.local.addr) == ("ESTABLISHED", NEW)


@scenario("AX-LISTEN-13", "AX-LISTEN-4")
def test_the_port_of_a_listener_that_waits_is_still_its_own(dut: Dut, peer: Peer) -> None:
    dut.listen(PORT, addr=OLD)
    introduce(peer)

    move(dut, peer, NEW)
    sock = dut.tcp()
    with refused("in-use"):
        sock.connect(peer, 9, local=PORT)

    assert sock.state().state == "CLOSED"
    peer.expect(ARP(op="who-has", psrc=NEW, pdst=NEW))
    peer.expect_nothing()
