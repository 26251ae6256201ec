# SPDX-License-Identifier: GPL-2.0-or-later
"""TTL and TOS of one socket: on each segment of its, whoever opened it and whatever the segment is for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from scapy.layers.inet import IP, TCP
from scapy.packet import Packet

from plumbline.scenario import AT_ITS_OWN_ADDRESS, Dut, Peer, StackClock, TcpEnd, TcpSocket, has_flags, scenario
from scenarios.sequence import off

PORT = 7
TTL, TOS = 7, 0xB8
MINUTE_MS = 60_000
RESET = has_flags("R", without="SF")


@dataclass(frozen=True)
class Marked:
    """A connection whose socket has a TTL and a TOS of its own."""

    conn: TcpEnd
    sock: TcpSocket
    clock: StackClock

    def expect(self, segment: Packet) -> None:
        self.conn.expect(marked() / segment)

    def expect_next(self, segment: Packet) -> None:
        """The next deadline that sends brings it."""
        assert self.clock.advance_to_frame(at_most_ms=MINUTE_MS)
        self.expect(segment)


def marked() -> IP:
    return IP(ttl=TTL, tos=TOS)


def marked_socket(dut: Dut) -> TcpSocket:
    sock = dut.tcp()
    sock.option(ttl=TTL, tos=TOS)
    return sock


def passive(dut: Dut, peer: Peer, clock: StackClock) -> Marked:
    sock, conn = marked_socket(dut), peer.tcp(PORT)
    dut.listen(PORT).lend(sock)
    conn.send(TCP(flags="S"))
    conn.expect(marked() / TCP(flags="SA"))
    conn.send(TCP(flags="A"))
    return Marked(conn, sock, clock)


def active(dut: Dut, peer: Peer, clock: StackClock) -> Marked:
    sock, conn = marked_socket(dut), peer.tcp(sport=PORT)
    sock.connect(peer, PORT)
    conn.expect(marked() / TCP(flags="S"))
    conn.send(TCP(flags="SA"))
    conn.expect(marked() / TCP(flags="A"))
    return Marked(conn, sock, clock)


def _data(one: Marked) -> None:
    one.sock.send(b"marked")
    one.expect(TCP(flags="PA") / b"marked")


def _retransmission(one: Marked) -> None:
    _data(one)
    one.expect_next(TCP(flags="PA") / b"marked")


def _fast_retransmission(one: Marked) -> None:
    _data(one)
    one.conn.send(TCP(flags="A"))
    una = one.conn.rcv_nxt
    _data(one)
    for _ in range(3):
        one.conn.send(TCP(flags="A", ack=una))
    one.expect(TCP(flags="PA", seq=una) / b"marked")


def _delayed_ack(one: Marked) -> None:
    one.conn.send(b"answer me")
    one.expect_next(TCP(flags="A", ack=one.conn.snd_nxt))


def _ack_of_a_gap(one: Marked) -> None:
    one.conn.send(TCP(flags="PA", seq=off(one.conn.snd_nxt, 10)) / b"ahead")
    one.expect(TCP(flags="A", ack=one.conn.snd_nxt))


def _window_update(one: Marked) -> None:
    one.conn.send_pattern(1, 4096)
    one.conn.segments()
    one.sock.recv_pattern(4096, 1)
    one.expect(TCP(flags="A", window=4096))


def _challenge(one: Marked) -> None:
    one.conn.send(TCP(flags="S", seq=one.conn.snd_nxt))
    one.expect(TCP(flags="A"))


def _window_probe(one: Marked) -> None:
    one.sock.send(b"x")
    one.expect(TCP() / b"x")
    one.conn.send(TCP(flags="A", window=0))
    one.sock.send(b"probe")
    one.expect_next(TCP(flags="A") / b"p")


def _keepalive(one: Marked) -> None:
    one.sock.option(ttl=TTL, tos=TOS, keepalive_ms=10_000, keepalive_every_ms=1000, keepalive_count=1)
    one.expect_next(TCP(flags="A", seq=off(one.conn.rcv_nxt, -1)))
    one.expect_next(TCP(flags=RESET))


def _fin(one: Marked) -> None:
    one.sock.close()
    one.expect(TCP(flags="FA"))
    one.expect_next(TCP(flags="FA"))


def _ack_in_time_wait(one: Marked) -> None:
    one.sock.close()
    one.expect(TCP(flags="FA"))
    for _ in range(2):
        one.conn.send(TCP(flags="FA", seq=off(one.conn.isn, 1)))
        one.expect(TCP(flags="A", ack=one.conn.snd_nxt))


def _last_ack(one: Marked) -> None:
    one.conn.send(TCP(flags="FA"))
    one.expect(TCP(flags="A", ack=one.conn.snd_nxt))
    one.sock.close()
    one.expect(TCP(flags="FA"))


def _reset(one: Marked) -> None:
    one.sock.abort()
    one.expect(TCP(flags=RESET))


SEGMENTS: dict[str, Callable[[Marked], None]] = {
    "data": _data,
    "retransmission": _retransmission,
    "fast-retransmission": _fast_retransmission,
    "delayed-ack": _delayed_ack,
    "ack-of-a-gap": _ack_of_a_gap,
    "window-update": _window_update,
    "challenge": _challenge,
    "window-probe": _window_probe,
    "keep-alive": _keepalive,
    "fin": _fin,
    "ack-in-time-wait": _ack_in_time_wait,
    "last-ack": _last_ack,
    "reset": _reset,
}


@pytest.mark.parametrize("opened", [passive, active])
@pytest.mark.parametrize("segment", SEGMENTS)
@scenario("AX-TCP-38", "AX-TCP-39", "RFC9293 MUST-48", "RFC9293 MUST-49")
def test_they_are_on_each_segment(
    dut: Dut, peer: Peer, clock: StackClock, segment: str, opened: Callable[[Dut, Peer, StackClock], Marked]
) -> None:
    one = opened(dut, peer, clock)

    SEGMENTS[segment](one)

    one.conn.expect_nothing()


@scenario("AX-TCP-38", "AX-TCP-39", "RFC9293 MUST-48", "RFC9293 MUST-49", ways=AT_ITS_OWN_ADDRESS)
def test_the_syn_ack_again_has_those_of_its_socket_and_another_has_none(
    dut: Dut, peer: Peer, clock: StackClock
) -> None:
    dut.accept_on(PORT + 1)
    dut.listen(PORT).lend(marked_socket(dut))
    conn, plain = peer.tcp(PORT), peer.tcp(PORT + 1)

    for end in (conn, plain):
        end.send(TCP(flags="S"))
    clock.advance(dut.profile["rto_initial_ms"])

    for _ in range(2):
        conn.expect(marked() / TCP(flags="SA"))
        plain.expect(IP(ttl=dut.profile["ttl"], tos=0) / TCP(flags="SA"))
    conn.expect_nothing()


@scenario("AX-TCP-38", "AX-TCP-39", "RFC9293 SHLD-21", "RFC9293 SHLD-22")
def test_they_can_change_in_a_connection(dut: Dut, peer: Peer, clock: StackClock) -> None:
    one = active(dut, peer, clock)

    one.sock.option(ttl=64, tos=0)
    one.sock.send(b"other marks")

    one.conn.expect(IP(ttl=64, tos=0) / TCP() / b"other marks")
    one.conn.expect_nothing()
