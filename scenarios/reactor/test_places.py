# SPDX-License-Identifier: GPL-2.0-or-later
"""The reactor's table, when it is full and when it is not, and what an id means."""

from __future__ import annotations

from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Peer, StackClock, connected, refused, scenario

PLACES = 3
NEVER_MS = 2**31 - 1  # as far ahead as a deadline may lie


@scenario("AX-DONE-5")
def test_with_every_place_taken_another_is_refused_and_those_there_go_on(dut: Dut, peer: Peer) -> None:
    reactor = dut.reactor(PLACES)
    conn, sock = connected(dut, peer)
    readers = [reactor.recv(sock, 1) for _ in range(PLACES)]

    with refused("memory"):
        reactor.recv(sock)
    assert reactor.view().spoiled == 0
    conn.send(b"ab")
    again = reactor.recv(sock)

    assert [reader.view().result for reader in readers] == [1, 1, "would-block"]
    assert (reactor.view().under_way, again.ended()) == (2, None)
    conn.send(b"cd")
    assert (readers[2].view().data, again.view().data) == (b"c", b"d")


@scenario("AX-DONE-5", "AX-DONE-1")
def test_an_id_names_its_operation_and_no_other(dut: Dut, peer: Peer) -> None:
    reactor = dut.reactor(1)
    conn, sock = connected(dut, peer)
    first = reactor.recv(sock)
    first.cancel()
    second = reactor.recv(sock)

    assert second.handle != first.handle
    with refused("arg"):
        first.cancel()
    with refused("arg"):
        first.within(10)
    conn.send(b"x")
    assert (first.outcome().result, second.outcome().result) == ("aborted", 1)
    with refused("arg"):
        second.cancel()


@scenario("AX-DONE-3")
def test_a_deadline_beyond_the_clocks_reach_is_refused_and_changes_nothing(
    dut: Dut, peer: Peer, clock: StackClock
) -> None:
    reactor = dut.reactor(1)
    _, sock = connected(dut, peer)
    reading = reactor.recv(sock, within_ms=100)

    with refused("arg"):
        reading.within(NEVER_MS + 1)
    clock.advance(100)

    assert reading.outcome().result == "timeout"


@scenario("AX-DONE-3", "AX-DONE-1")
def test_all_of_a_socket_are_cancelled_and_none_of_another(dut: Dut, peer: Peer) -> None:
    reactor = dut.reactor(4)
    (_, one), (conn, other) = connected(dut, peer, port=7), connected(dut, peer, port=8)
    ended = [reactor.recv(one), reactor.read_exact(one, 5)]
    reading = reactor.recv(other)

    assert reactor.cancel_all(one) == 2
    conn.send(b"x")

    assert [operation.outcome().result for operation in ended] == ["aborted", "aborted"]
    assert reading.outcome().result == 1


@scenario("AX-DONE-4", "AX-DONE-3")
def test_nothing_touches_the_bytes_of_what_is_over(dut: Dut, peer: Peer) -> None:
    reactor = dut.reactor(4)
    conn, sock = connected(dut, peer)
    reading, behind = reactor.read_exact(sock, 100), reactor.recv(sock)
    conn.send(b"some")
    behind.cancel()
    reading.cancel()

    conn.send(b"what comes later")
    conn.send(TCP(flags="FA"))

    assert reactor.view().spoiled == 0
    assert sock.recv() == b"what comes later"
