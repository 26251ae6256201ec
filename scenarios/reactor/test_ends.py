# SPDX-License-Identifier: GPL-2.0-or-later
"""Connections that end, however, with operations under way: each completes once, with the end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Given, Peer, Reached, StackClock, connected, reach, scenario

TX = 24
End = Callable[[Dut, Reached, StackClock], object]
ENDS: dict[str, tuple[End, str]] = {
    "reset": (lambda dut, at, clock: at.conn.send(TCP(flags="R")), "reset"),
    "abort": (lambda dut, at, clock: at.sock.abort(), "aborted"),
    "destroy": (lambda dut, at, clock: at.sock.destroy(), "aborted"),
    "another address": (lambda dut, at, clock: dut.net("10.0.0.77"), "address-lost"),
    "user timeout": (lambda dut, at, clock: clock.advance(100), "user-timeout"),
}


@scenario("AX-DONE-1", "AX-DONE-4", "AX-WAKE-10")
@pytest.mark.parametrize("how", ENDS)
def test_all_that_is_under_way_completes_with_the_end(dut: Dut, peer: Peer, clock: StackClock, how: str) -> None:
    end, result = ENDS[how]
    reactor = dut.reactor(8)
    at = reach(dut, peer, "ESTABLISHED", Given(tx_full=True, tx=TX))
    at.sock.option(user_timeout_ms=100)
    under_way = [
        reactor.read_exact(at.sock, 20), reactor.recv(at.sock), reactor.write_all(at.sock, b"more"),
        reactor.send(at.sock, b"and more"), reactor.flush(at.sock), reactor.shutdown(at.sock),
    ]  # fmt: skip
    assert reactor.completed() == []

    end(dut, at, clock)

    assert [one.outcome().result for one in under_way] == [result] * len(under_way)
    assert (reactor.view().under_way, reactor.view().spoiled) == (0, 0)


@scenario("AX-DONE-1", "AX-PRED-17")
def test_bytes_before_a_reset_are_given_first(dut: Dut, peer: Peer) -> None:
    reactor = dut.reactor(4)
    conn, sock = connected(dut, peer)
    dut.poll_by_hand()
    readers = [reactor.recv(sock, 2) for _ in range(3)]
    conn.send(b"abc")
    conn.send(TCP(flags="R"))

    dut.poll(frames=2)

    assert [(one.view().result, one.view().data) for one in readers] == [(2, b"ab"), (1, b"c"), ("reset", b"")]


@scenario("AX-DONE-1")
def test_the_end_of_the_stream_completes_each_who_reads(dut: Dut, peer: Peer) -> None:
    reactor = dut.reactor(4)
    conn, sock = connected(dut, peer)
    readers = [reactor.read_exact(sock, 9), reactor.recv(sock)]

    conn.send(TCP(flags="PFA") / b"abc")

    assert [(one.view().result, one.view().data) for one in readers] == [("eof", b"abc"), ("eof", b"")]
    assert reactor.write_all(sock, b"still").outcome().result == 5


@scenario("AX-DONE-1")
def test_a_listener_that_is_closed_completes_who_waits_at_it(dut: Dut) -> None:
    reactor = dut.reactor(2)
    listener, sock = dut.listen(7), dut.tcp()
    accepting = reactor.accept(listener, sock)

    listener.close()

    assert accepting.outcome().result == "aborted"


@scenario("AX-DONE-1")
def test_a_datagram_socket_that_is_closed_completes_who_waits_for_it(dut: Dut, peer: Peer) -> None:
    reactor = dut.reactor(2)
    udp = dut.udp()
    udp.bind(7)
    receiving = reactor.recv_from(udp)

    udp.close()

    assert receiving.outcome().result == "state"
