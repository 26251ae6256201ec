# SPDX-License-Identifier: GPL-2.0-or-later
"""Several operations in one task: the first of them, all of them, and who else is polled."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Peer, StackClock, connected, scenario


@scenario("AX-FUT-7")
def test_of_two_that_are_done_at_once_the_first_counts(dut: Dut, peer: Peer) -> None:
    (one, sock), (two, other) = connected(dut, peer, port=7), connected(dut, peer, port=8)
    dut.poll_by_hand()
    parts = [dut.futures.recv(sock, 1, hold=True), dut.futures.recv(other, 1, hold=True)]
    select = dut.futures.select(*parts)

    two.send(b"2")
    one.send(b"1")
    dut.poll(frames=2)

    told = select.outcome()
    assert (told.result, parts[0].view().data, parts[1].view().result) == (0, b"1", "aborted")
    assert other.recv() == b"2"


@scenario("AX-FUT-7")
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_all_of_several_are_done_with_the_last(dut: Dut, peer: Peer, clock: StackClock, order: tuple[int, ...]) -> None:
    parts = [dut.futures.sleep(100 * (1 + order.index(number)), hold=True) for number in range(3)]
    join = dut.futures.join(*parts)

    clock.advance(299)
    assert join.ended() is None
    clock.advance(1)

    told = join.outcome()
    assert (told.ms, told.result) == (clock.now, 0)
    assert [part.view().result for part in parts] == [0, 0, 0]


@scenario("AX-FUT-7", "AX-FUT-9")
def test_what_is_done_is_not_done_again_while_the_others_go_on(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)
    parts = [dut.futures.recv(sock, 5, hold=True), dut.futures.sleep(100, hold=True), dut.futures.sleep(200, hold=True)]
    join = dut.futures.join(*parts)
    conn.send(b"first")
    conn.send(b"later")

    clock.advance(200)

    assert (join.outcome().ms, parts[0].view().data) == (200, b"first")
    assert sock.recv() == b"later"


@scenario("AX-FUT-7", "AX-FUT-8")
def test_of_all_of_several_what_is_done_stays_done_when_they_are_withdrawn(
    dut: Dut, peer: Peer, clock: StackClock
) -> None:
    conn, sock = connected(dut, peer)
    parts = [dut.futures.sleep(100, hold=True), dut.futures.recv(sock, hold=True)]
    join = dut.futures.join(*parts)
    clock.advance(100)

    assert join.withdraw().result == "aborted"

    assert [part.view().result for part in parts] == [0, "aborted"]
    conn.send(b"later")
    assert sock.recv() == b"later"


@scenario("AX-FUT-2", "AX-FUT-9")
def test_reading_and_writing_of_one_socket_go_on_side_by_side(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer, tx=10)
    writing, reading = dut.futures.write_all(sock, b"0123456789abcdef"), dut.futures.read_exact(sock, 6)

    conn.expect(TCP() / b"0123456789")
    conn.send(b"uvw")
    conn.expect(TCP() / b"abcdef")
    conn.send(b"xyz")

    assert reading.view().data == b"uvwxyz"
    assert [future.outcome().result for future in (writing, reading)] == [16, 6]


@scenario("AX-FUT-2", "AX-WAKE-2", "AX-WAKE-3")
def test_each_of_many_that_wait_for_one_socket_is_woken(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    flushes = [dut.futures.flush(sock) for _ in range(3)]
    assert [flush.outcome().result for flush in flushes] == [0, 0, 0]
    sock.send(b"to be acknowledged")
    flushes = [dut.futures.flush(sock) for _ in range(3)]
    assert [flush.ended() for flush in flushes] == [None, None, None]

    conn.segments()
    conn.send(TCP(flags="A"))

    assert [len(flush.told()) for flush in flushes] == [1, 1, 1]
