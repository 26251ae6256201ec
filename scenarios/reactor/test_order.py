# SPDX-License-Identifier: GPL-2.0-or-later
"""Operations of one socket and of several: whose turn it is, and in which order they complete."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Given, Peer, StackClock, bound, connected, reach, scenario

TX = 24


@scenario("AX-DONE-2")
def test_bytes_go_to_those_who_wait_in_the_order_in_which_they_came(dut: Dut, peer: Peer) -> None:
    reactor = dut.reactor(4)
    conn, sock = connected(dut, peer)
    readers = [reactor.read_exact(sock, 4), reactor.recv(sock, 2), reactor.recv(sock)]

    conn.send(b"one")
    assert reactor.completed() == []
    conn.send(b"2three")

    assert [reader.view().data for reader in readers] == [b"one2", b"th", b"ree"]
    assert reactor.completed() == [reader.handle for reader in readers]


@scenario("AX-DONE-2")
def test_what_is_written_leaves_in_order_and_waits_for_nobody_who_reads(dut: Dut, peer: Peer) -> None:
    reactor = dut.reactor(4)
    reached = reach(dut, peer, "ESTABLISHED", Given(tx=TX))
    reading = reactor.recv(reached.sock)
    writers = [reactor.write_all(reached.sock, b"a" * 2 * TX), reactor.send(reached.sock, b"bb")]
    ending = reactor.shutdown(reached.sock)

    came = b""
    for _ in range(4):
        came += b"".join(segment.payload for segment in reached.conn.segments())
        reached.conn.send(TCP(flags="A"))

    assert came == b"a" * 2 * TX + b"bb"
    assert reactor.completed() == [writers[0].handle, writers[1].handle, ending.handle]
    assert reading.ended() is None


@scenario("AX-DONE-2")
def test_completions_are_told_as_they_come_about(dut: Dut, peer: Peer) -> None:
    reactor = dut.reactor(3)
    pairs = [connected(dut, peer, port=port) for port in (7, 8, 9)]
    readers = [reactor.recv(sock) for _, sock in pairs]

    for number in (2, 0, 1):
        pairs[number][0].send(bytes([number]))

    assert reactor.completed() == [readers[number].handle for number in (2, 0, 1)]


@scenario("AX-DONE-2", "AX-DONE-1")
@pytest.mark.parametrize("answer", ["SA", "RA"])
def test_what_is_submitted_behind_a_connect_waits_for_it_and_shares_its_end(dut: Dut, peer: Peer, answer: str) -> None:
    reactor, sock, conn = dut.reactor(4), dut.tcp(), peer.tcp(sport=7)
    operations = [reactor.connect(sock, peer, 7), reactor.write_all(sock, b"hello"), reactor.recv(sock)]
    conn.expect(TCP(flags="S"))

    conn.send(TCP(flags=answer))

    results = [operation.view().result for operation in operations]
    if answer == "RA":
        assert results == ["refused"] * 3
        return
    assert results == [0, 5, "would-block"]
    conn.send(b"x")
    assert operations[2].outcome().result == 1
    assert b"hello" in [segment.payload for segment in conn.segments()]


@scenario("AX-DONE-2", "AX-DONE-3", "AX-TIME-1")
def test_who_was_behind_one_that_is_ended_goes_on(dut: Dut, peer: Peer, clock: StackClock) -> None:
    reactor = dut.reactor(4)
    conn, sock = connected(dut, peer)
    first, second, third = reactor.read_exact(sock, 9), reactor.read_exact(sock, 3), reactor.recv(sock)
    second.within(20)
    conn.send(b"ab")

    clock.advance(20)  # behind another it is late all the same
    first.cancel()
    conn.send(b"c")

    ends = [(one.view().result, one.view().data) for one in (first, second, third)]
    assert ends == [("aborted", b"ab"), ("timeout", b""), (1, b"c")]
    assert reactor.completed() == [second.handle, first.handle, third.handle]


@scenario("AX-DONE-2", "AX-DONE-3")
def test_of_a_tick_that_is_both_the_operation_counts(dut: Dut, peer: Peer, clock: StackClock) -> None:
    reactor = dut.reactor(2)
    _, sock = connected(dut, peer)
    sock.option(user_timeout_ms=100)
    sock.send(b"never acknowledged")
    reading = reactor.recv(sock, within_ms=100)

    clock.advance(100)

    assert reading.outcome().result == "user-timeout"


@scenario("AX-DONE-2", "AX-UDP-10")
def test_a_datagram_that_fits_does_not_overtake_one_that_does_not(dut: Dut, peer: Peer) -> None:
    reactor = dut.reactor(2)
    end, udp = bound(dut, peer, tx=8)
    dut.poll_by_hand()
    udp.send(peer, end.sport, b"first")
    sending = [reactor.send_to(udp, peer, end.sport, text) for text in (b"too long", b"fits")]
    assert reactor.completed() == []

    for _ in range(3):
        dut.poll(datagrams=1)

    assert reactor.completed() == [one.handle for one in sending]
    for text in (b"first", b"too long", b"fits"):
        end.expect(text)
