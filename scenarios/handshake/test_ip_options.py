# SPDX-License-Identifier: GPL-2.0-or-later
"""IP options, known and unknown, in what the device receives: it is received all the same (RFC 9293 3.9.2)."""

from __future__ import annotations

import pytest
from scapy.layers.inet import ICMP, IP, TCP, UDP, IPOption

from plumbline.scenario import WITH_DATAGRAMS, Dut, Peer, TcpEnd, bound, introduce, scenario

OPTIONS = {
    "no-operations": "01010101",
    "end of list": "00000000",
    "record route without room": "07070800000000" + "00",
    "record route": "070704" + "00000000" + "00",
    "timestamp": "44080500" + "00000000",
    "router alert": "94040000",
    "unknown": "de04aaaa",
    "unknown, to be copied": "fe06aaaaaaaa" + "0101",
    "unknown, of length 0": "de000000",
    "unknown, past the header": "deff0000",
    "of all the room there is": "1e28" + "55" * 38,
}
every_option = pytest.mark.parametrize("name", OPTIONS)


def ip(name: str) -> IP:
    """With these octets behind its header, as they stand."""
    return IP(options=[IPOption(bytes.fromhex(OPTIONS[name]))])


def handshake(peer: Peer, name: str) -> TcpEnd:
    conn = peer.tcp(7)
    conn.send(ip(name) / TCP(flags="S", options=[("MSS", 1000)]))
    conn.expect(TCP(flags="SA", ack=conn.snd_nxt))
    conn.send(ip(name) / TCP(flags="A"))
    return conn


@every_option
@scenario("RFC9293 MUST-50")
def test_a_connection_is_opened_and_used_and_closed(dut: Dut, peer: Peer, name: str) -> None:
    sock = dut.accept_on(7)

    conn = handshake(peer, name)
    conn.send(ip(name) / TCP() / b"to the device")
    received = sock.recv()
    sock.send(b"from it")
    conn.expect(b"from it")
    conn.send(ip(name) / TCP(flags="FA"))

    assert received == b"to the device"
    assert sock.state().state == "CLOSE-WAIT"
    conn.expect(TCP(flags="A", ack=conn.snd_nxt))
    conn.expect_nothing()


@every_option
@scenario("RFC9293 MUST-50", "RFC9293 SA-10")
def test_a_connect_is_answered_and_reset(dut: Dut, peer: Peer, name: str) -> None:
    sock, conn = dut.tcp(), peer.tcp(sport=9)
    sock.connect(peer, 9)
    conn.expect(TCP(flags="S"))

    conn.send(ip(name) / TCP(flags="SA"))
    conn.expect(TCP(flags="A", ack=conn.snd_nxt))
    conn.send(ip(name) / TCP(flags="R"))

    assert sock.state().end == "reset"
    conn.expect_nothing()


@every_option
@scenario("RFC9293 MUST-50", "RFC768 1", ways=WITH_DATAGRAMS)
def test_a_datagram_is_received(dut: Dut, peer: Peer, name: str) -> None:
    end, udp = bound(dut, peer)

    peer.send(ip(name) / UDP(sport=end.sport, dport=7) / b"behind options")

    assert udp.recv().data == b"behind options"
    peer.expect_nothing()


@every_option
@scenario("RFC9293 MUST-50", "RFC792 1")
def test_an_echo_request_is_answered(peer: Peer, name: str) -> None:
    introduce(peer)

    peer.send(ip(name) / ICMP(type="echo-request", id=1, seq=2) / b"ping")

    peer.expect(ICMP(type="echo-reply", id=1, seq=2) / b"ping")
    peer.expect_nothing()
