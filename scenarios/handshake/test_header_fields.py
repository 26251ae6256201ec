# SPDX-License-Identifier: GPL-2.0-or-later
"""TTL and TOS of one socket: on each segment of its, and on no other's."""

from __future__ import annotations

from scapy.layers.inet import IP, TCP

from plumbline.scenario import Dut, Peer, StackClock, connected, scenario

PORT = 7
TTL, TOS = 7, 0xB8


def marked() -> IP:
    return IP(ttl=TTL, tos=TOS)


@scenario("AX-TCP-38", "AX-TCP-39", "RFC9293 MUST-48", "RFC9293 MUST-49")
def test_a_passive_open_answers_with_those_of_its_socket(dut: Dut, peer: Peer) -> None:
    sock, other = dut.tcp(), dut.accept_on(PORT + 1)
    sock.option(ttl=TTL, tos=TOS)
    dut.listen(PORT).lend(sock)
    conn, plain = peer.tcp(PORT), peer.tcp(PORT + 1)

    conn.send(TCP(flags="S"))
    plain.send(TCP(flags="S"))

    conn.expect(marked() / TCP(flags="SA"))
    plain.expect(IP(ttl=dut.profile["ttl"], tos=0) / TCP(flags="SA"))
    assert other.state().state == "SYN-RECEIVED"


@scenario("AX-TCP-38", "AX-TCP-39", "RFC9293 MUST-48", "RFC9293 MUST-49")
def test_an_active_open_begins_with_them(dut: Dut, peer: Peer) -> None:
    sock, conn = dut.tcp(), peer.tcp(sport=PORT)
    sock.option(ttl=TTL, tos=TOS)

    sock.connect(peer, PORT)

    conn.expect(marked() / TCP(flags="S"))


@scenario("AX-TCP-38", "AX-TCP-39", "RFC9293 SHLD-21", "RFC9293 SHLD-22")
def test_they_hold_for_data_acks_retransmissions_and_the_reset(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)
    sock.option(ttl=TTL, tos=TOS)

    sock.send(b"marked")
    conn.expect(marked() / TCP() / b"marked")
    clock.advance_to_frame(at_most_ms=dut.profile["rto_initial_ms"])
    conn.expect(marked() / TCP() / b"marked")
    conn.send(b"answer")
    clock.advance_to_frame(at_most_ms=dut.profile["delayed_ack_ms"])
    conn.expect(marked() / TCP(flags="A", ack=conn.snd_nxt))
    sock.abort()

    conn.expect(marked() / TCP(flags="RA"))
    conn.expect_nothing()
