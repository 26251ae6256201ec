# SPDX-License-Identifier: GPL-2.0-or-later
"""Bytes worked on in the rings themselves: room and commit, data and consume, across the ring's end."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Peer, connected, refused, scenario

SIZE = 10


@scenario("AX-TCP-9", "AX-TCP-10")
def test_data_without_consume_is_a_peek(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    conn.send(b"looked at")

    lent = [sock.data(), sock.data()]
    peeked = sock.peek()

    assert (lent, peeked) == ([9, 9], b"looked at")
    assert sock.consume(7) == 7
    assert sock.recv() == b"at"


@scenario("AX-TCP-10")
def test_data_ends_at_the_ring_and_goes_on_at_its_front(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer, rx=SIZE)
    conn.send(b"0123456")
    sock.consume(7)
    conn.segments()

    conn.send(b"abcdef")

    assert (sock.data(), sock.state().rx) == (3, 6)
    assert sock.peek() == b"abc"
    sock.consume(3)
    assert (sock.data(), sock.recv()) == (3, b"def")


@scenario("AX-TCP-9")
def test_room_ends_at_the_ring_and_goes_on_at_its_front(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer, tx=SIZE)
    sock.commit(b"0123456")
    conn.expect(b"0123456")
    conn.send(TCP(flags="A"))

    rooms = [sock.room()]
    sock.commit(b"abc")
    rooms.append(sock.room())
    sock.commit(b"defghij")

    assert rooms == [3, 7]
    with refused("would-block"):
        sock.room()
    first = conn.segments()
    conn.send(TCP(flags="A"))  # Nagle held the rest back
    assert b"".join(segment.payload for segment in [*first, *conn.segments()]) == b"abcdefghij"


@scenario("AX-TCP-9", "AX-TCP-10", "AX-PRED-12")
@pytest.mark.parametrize("excess", [1, 1000])
def test_more_than_was_lent_is_refused(dut: Dut, peer: Peer, excess: int) -> None:
    conn, sock = connected(dut, peer)
    conn.send(b"five!")

    with refused("arg"):
        sock.consume(5 + excess)

    assert sock.recv() == b"five!"
