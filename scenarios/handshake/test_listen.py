# SPDX-License-Identifier: GPL-2.0-or-later
"""Segments for a port that is listened on, other than a plain SYN. The socket that waits there goes on waiting."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import NO_PAYLOAD, Dut, Listener, Peer, TcpSocket, has_flags, scenario
from scenarios.sequence import off

PORT = 7
SEQ, ACK = 0x12345678, 0x9ABCDEF0
DATA = b"sent with the SYN"
RESET = has_flags("R", without="SF")  # whether it has ACK is a scenario of its own


@pytest.fixture
def listener(dut: Dut) -> Listener:
    return dut.listen(PORT)


@pytest.fixture
def sock(dut: Dut, listener: Listener) -> TcpSocket:
    """Lent to the listener."""
    sock = dut.tcp()
    listener.lend(sock)
    return sock


def still_waits(peer: Peer, listener: Listener, sock: TcpSocket) -> None:
    assert sock.state().state == "LISTEN"
    assert listener.stats()["syns"] == 0
    peer.tcp(PORT).handshake().expect_nothing()
    assert sock.state().state == "ESTABLISHED"


@pytest.mark.parametrize("flags", ["A", "SA", "FA", "PA", "SFA", "UA"])
@pytest.mark.parametrize("payload", [b"", DATA], ids=["empty", "data"])
@scenario("RFC9293 SA-05")
def test_an_ack_is_reset(peer: Peer, listener: Listener, sock: TcpSocket, flags: str, payload: bytes) -> None:
    conn = peer.tcp(PORT)

    conn.send(TCP(flags=flags, seq=SEQ, ack=ACK) / payload)

    conn.expect(TCP(flags=RESET, seq=ACK) / NO_PAYLOAD)
    conn.expect_nothing()
    still_waits(peer, listener, sock)


@scenario("RFC9293 SA-05")
def test_the_reset_of_an_ack_has_no_ack_itself(dut: Dut, peer: Peer) -> None:
    dut.accept_on(PORT)
    conn = peer.tcp(PORT)

    conn.send(TCP(flags="A", seq=SEQ, ack=ACK))

    conn.expect(TCP(flags="R", seq=ACK))
    conn.expect_nothing()


@pytest.mark.parametrize("flags", ["R", "RA", "RS", "RSA", "RF"])
@scenario("RFC9293 SA-04")
def test_a_reset_is_ignored(peer: Peer, listener: Listener, sock: TcpSocket, flags: str) -> None:
    conn = peer.tcp(PORT)

    conn.send(TCP(flags=flags, seq=SEQ, ack=ACK))

    conn.expect_nothing()
    still_waits(peer, listener, sock)


@pytest.mark.parametrize("flags", [0, "F", "P", "U", "FPU"], ids=["nothing", "fin", "psh", "urg", "all"])
@pytest.mark.parametrize("payload", [b"", DATA], ids=["empty", "data"])
@scenario("RFC9293 SA-07")
def test_what_says_nothing_is_dropped(
    peer: Peer, listener: Listener, sock: TcpSocket, flags: str, payload: bytes
) -> None:
    conn = peer.tcp(PORT)

    conn.send(TCP(flags=flags, seq=SEQ) / payload)

    conn.expect_nothing()
    still_waits(peer, listener, sock)


@scenario("RFC9293 SA-06", "AX-TCP-8")
def test_data_of_a_syn_is_delivered_once_when_it_comes_again(peer: Peer, sock: TcpSocket) -> None:
    conn = peer.tcp(PORT)

    conn.send(TCP(flags="S") / DATA)
    conn.expect(TCP(flags="SA"))
    conn.send(TCP(flags="PA", seq=off(conn.isn, 1)) / DATA)

    assert sock.recv() == DATA
    assert sock.state().state == "ESTABLISHED"
    conn.expect_nothing()


@scenario("RFC9293 SA-06")
def test_data_of_a_syn_is_kept(peer: Peer, sock: TcpSocket) -> None:
    conn = peer.tcp(PORT)

    conn.send(TCP(flags="S") / DATA)
    conn.expect(TCP(flags="SA"))
    conn.send(TCP(flags="A"))

    state = sock.state()
    assert (state.state, state.rx) == ("ESTABLISHED", len(DATA))
    conn.expect_nothing()


@scenario("RFC9293 SA-06")
def test_fin_of_a_syn_is_kept(peer: Peer, sock: TcpSocket) -> None:
    conn = peer.tcp(PORT)

    conn.send(TCP(flags="SF"))
    conn.expect(TCP(flags="SA"))
    conn.send(TCP(flags="A"))

    assert sock.state().state == "CLOSE-WAIT"


@scenario("RFC9293 SA-06", "AX-LISTEN-3")
def test_data_of_a_syn_is_not_given_away_before_the_handshake(peer: Peer, sock: TcpSocket) -> None:
    conn = peer.tcp(PORT)

    conn.send(TCP(flags="S") / DATA)

    conn.expect(TCP(flags="SA"))
    conn.expect_nothing()
    state = sock.state()
    assert (state.state, state.may_recv, state.can_recv) == ("SYN-RECEIVED", False, False)
