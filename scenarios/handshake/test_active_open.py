# SPDX-License-Identifier: GPL-2.0-or-later
"""The device connects: its SYN, its ACK, its ports, and what the socket says on the way."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP
from scapy.layers.l2 import ARP

from plumbline.scenario import NO_OPTIONS, NO_PAYLOAD, Dut, Peer, connected, refused, scenario

PORT = 7


@scenario("RFC9293 MUST-14", "RFC9293 SHLD-5", "RFC9293 MUST-67", "AX-TCP-3", "AX-TIME-4")
def test_sends_a_syn_with_every_field_right(dut: Dut, peer: Peer) -> None:
    sock, conn = dut.tcp(rx=3000), peer.tcp(sport=PORT)

    sock.connect(peer, PORT)

    mss = dut.profile["mss"]
    conn.expect(TCP(flags="S", ack=0, window=3000, urgptr=0, options=[("MSS", mss)]) / NO_PAYLOAD)
    assert sock.state().state == "SYN-SENT"
    conn.expect_nothing()


@scenario("AX-PRED-3", "AX-PRED-4")
def test_acknowledges_the_answer_at_once_and_is_established(dut: Dut, peer: Peer) -> None:
    sock, conn = dut.tcp(rx=3000), peer.tcp(sport=PORT)
    sock.connect(peer, PORT)
    conn.expect(TCP(flags="S"))
    before = sock.state()

    conn.send(TCP(flags="SA", options=[("MSS", 1460)]))

    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=conn.snd_nxt, window=3000, options=NO_OPTIONS) / NO_PAYLOAD)
    conn.expect_nothing()
    after = sock.state()
    assert (before.may_send, before.may_recv) == (False, False)
    assert (after.state, after.may_send, after.can_send, after.may_recv, after.can_recv, after.end) == (
        "ESTABLISHED", True, True, True, False, "ok",
    )  # fmt: skip


@scenario("RFC826 1", "AX-TIME-4")
def test_asks_for_the_neighbour_first_and_sends_the_syn_when_it_answers(dut: Dut, peer: Peer) -> None:
    peer.arp = False
    sock, conn = dut.tcp(), peer.tcp(sport=PORT)

    sock.connect(peer, PORT)
    question = peer.expect(ARP(op="who-has", pdst=peer.ip, psrc=dut.net().addr))
    conn.expect_nothing()
    peer.send(ARP(op="is-at", hwdst=question.hwsrc, pdst=question.psrc))

    conn.expect(TCP(flags="S"))
    conn.expect_nothing()


@scenario("AX-TCP-35")
def test_ephemeral_ports_are_dynamic_ones_and_all_different(dut: Dut, peer: Peer) -> None:
    ports = []

    for _ in range(min(8, dut.profile["tcp_sockets"])):
        sock, conn = dut.tcp(rx=100, tx=100), peer.tcp(sport=PORT)
        sock.connect(peer, PORT)
        ports.append(conn.expect(TCP(flags="S")).sport)

    assert len(set(ports)) == len(ports)
    assert all(port >= 49152 for port in ports)
    peer.expect_nothing()


@pytest.mark.parametrize("local", [1, 1024, 49152, 65535])
@scenario("AX-TCP-34", "RFC9293 MUST-43")
def test_connects_from_the_port_it_was_told(dut: Dut, peer: Peer, local: int) -> None:
    sock, conn = dut.tcp(), peer.tcp(sport=PORT)

    sock.connect(peer, PORT, local=local)

    conn.expect(TCP(flags="S", sport=local))
    assert sock.state().local.port == local
    conn.expect_nothing()


@scenario("AX-TCP-34")
def test_a_port_that_is_listened_on_is_refused_at_the_call(dut: Dut, peer: Peer) -> None:
    dut.listen(1024)
    sock = dut.tcp()

    with refused("in-use"):
        sock.connect(peer, PORT, local=1024)

    assert sock.state().state == "CLOSED"
    peer.expect_nothing()


@pytest.mark.parametrize(
    ("to", "port", "error"),
    [
        ("0.0.0.0", PORT, "arg"), ("255.255.255.255", PORT, "arg"), ("10.0.0.255", PORT, "arg"),
        ("224.0.0.1", PORT, "arg"), ("239.255.255.255", PORT, "arg"), ("10.0.0.9", 0, "arg"),
        ("0.0.0.1", PORT, "arg"), ("0.255.255.255", PORT, "arg"), ("127.0.0.1", PORT, "arg"),
        ("127.255.255.254", PORT, "arg"), ("240.0.0.1", PORT, "arg"), ("255.255.255.254", PORT, "arg"),
        ("10.0.0.2", PORT, "arg"),
    ],
)  # fmt: skip
@scenario("AX-TCP-41", "RFC9293 MUST-46")
def test_connecting_to_nobody_is_refused_at_the_call(dut: Dut, peer: Peer, to: str, port: int, error: str) -> None:
    sock = dut.tcp()

    with refused(error):
        sock.connect(to, port)

    assert sock.state().state == "CLOSED"
    peer.expect_nothing()


@pytest.mark.parametrize("to", ["1.0.0.0", "126.255.255.255", "128.0.0.1", "223.255.255.255", "10.0.0.1", "10.0.0.3"])
@scenario("AX-TCP-41", "AX-TCP-34")
def test_next_to_those_addresses_anybody_can_be_called(dut: Dut, to: str) -> None:
    sock = dut.tcp()

    sock.connect(to, PORT)

    assert sock.state().state == "SYN-SENT"


@scenario("AX-TCP-41")
def test_without_a_route_it_is_refused_at_the_call(dut: Dut, peer: Peer) -> None:
    dut.net(dut.net().addr, gateway="0.0.0.0")
    peer.frames()
    sock = dut.tcp()

    with refused("unreachable"):
        sock.connect("192.0.2.1", PORT)

    assert sock.state().state == "CLOSED"
    peer.expect_nothing()


@pytest.mark.parametrize("local", [None, "*:1024", "10.0.0.2:1024"])
@scenario("RFC9293 MUST-41", "RFC9293 MUST-42")
def test_listening_leaves_other_connections_alone(dut: Dut, peer: Peer, local: str | None) -> None:
    conn, sock = connected(dut, peer)
    caller, callee = dut.tcp(), peer.tcp(sport=99)
    caller.connect(peer, 99, local=local)
    callee.expect(TCP(flags="S"))

    dut.listen(1024).lend(dut.tcp())

    assert (sock.state().state, caller.state().state) == ("ESTABLISHED", "SYN-SENT")
    callee.send(TCP(flags="SA"))
    callee.expect(TCP(flags="A"))
    conn.expect_nothing()
