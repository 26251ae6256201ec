# SPDX-License-Identifier: GPL-2.0-or-later
"""A full transmit ring: how much is taken, when room comes back, and who is woken."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Pattern, Peer, TcpEnd, TcpSocket, connected, refused, scenario
from scenarios.full_buffer.segments import MSS, RING_SIZES, first_octet
from scenarios.full_buffer.windows import open_wide, with_window

SEED = 21
RING = 4000


@scenario("AX-FULL-5", "AX-PRED-10", "AX-TCP-1")
@pytest.mark.parametrize("size", RING_SIZES)
def test_send_takes_what_fits_then_would_block(dut: Dut, peer: Peer, size: int) -> None:
    _, sock = with_window(dut, peer, 0, tx=size)

    taken = sock.send(Pattern(SEED, 0, size + 1))

    assert taken == size
    with refused("would-block"):
        sock.send(Pattern(SEED, size, 1))
    view = sock.state()
    assert (view.tx, view.may_send, view.can_send) == (size, True, False)


@scenario("AX-FULL-5", "AX-PRED-10", "AX-PRED-12")
def test_a_nearly_full_ring_takes_a_part_and_a_refused_call_changes_nothing(dut: Dut, peer: Peer) -> None:
    conn, sock = with_window(dut, peer, 0, tx=RING)
    sock.send(Pattern(SEED, 0, RING - 7))

    taken = sock.send(Pattern(SEED, RING - 7, 100))
    with refused("would-block"):
        sock.send(Pattern(0, 0, 100))

    assert taken == 7
    open_wide(conn)
    conn.receive_pattern(SEED, RING)
    conn.expect_nothing()


@scenario("AX-FULL-6", "AX-FULL-7", "AX-WAKE-8", "AX-PRED-8")
@pytest.mark.parametrize("segments", [1, 2, 3])
def test_the_ack_of_whole_segments_gives_their_room_back(dut: Dut, peer: Peer, segments: int) -> None:
    conn, sock = _full(dut, peer)
    acked = min(segments * MSS, RING)
    watch = dut.watch(sock, "writable")

    conn.send(TCP(ack=first_octet(conn) + acked))

    assert [event.writable for event in watch.events()] == [True]
    assert (sock.state().can_send, sock.state().tx) == (True, RING - acked)
    assert sock.send(Pattern(SEED, RING, RING)) == acked


@scenario("AX-FULL-7", "AX-WAKE-3", "AX-WAKE-8")
def test_room_wakes_every_writer_and_no_reader(dut: Dut, peer: Peer) -> None:
    conn, sock = _full(dut, peer)
    writers = [dut.watch(sock, "writable"), dut.watch(sock, "both")]
    reader = dut.watch(sock, "readable")

    conn.send(TCP(flags="A"))

    for writer in writers:
        assert [(event.kind, event.writable) for event in writer.events()] == [("wake", True)]
    assert reader.events() == []


@scenario("AX-WAKE-11", "RFC9293 SA-28")
@pytest.mark.parametrize("kind", ["duplicate", "old", "window"])
def test_an_ack_without_progress_wakes_nobody(dut: Dut, peer: Peer, kind: str) -> None:
    conn, sock = _full(dut, peer)
    watch = dut.watch(sock, "writable")
    una = first_octet(conn)

    ack, window = {"duplicate": (una, 65535), "old": (una - 1, 65535), "window": (una, 40000)}[kind]
    conn.send(TCP(ack=ack, window=window))

    assert watch.events() == []
    with refused("would-block"):
        sock.send(b"?")


@scenario("AX-FULL-6", "AX-FULL-7", "AX-FULL-10")
def test_a_window_update_lets_a_full_ring_go(dut: Dut, peer: Peer) -> None:
    conn, sock = with_window(dut, peer, 0, tx=RING)
    sock.send(Pattern(SEED, 0, RING))
    watch = dut.watch(sock, "writable")
    conn.expect_nothing()

    open_wide(conn)
    conn.receive_pattern(SEED, RING)

    assert [event.writable for event in watch.events()] == [True]
    assert (sock.state().tx, sock.stats()["tx_bytes"]) == (0, RING)


@scenario("AX-TCP-9", "AX-FULL-5")
def test_room_in_place_ends_at_the_end_of_the_ring(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer, tx=100)
    sock.send(Pattern(SEED, 0, 60))
    conn.receive_pattern(SEED, 60)

    spans = []
    for at in (60, 100):
        spans.append(sock.room())
        sock.commit(Pattern(SEED, at, spans[-1]))
    with refused("would-block"):
        sock.room()

    assert spans == [40, 60]
    conn.receive_pattern(SEED, 100, offset=60)


@scenario("AX-FULL-10", "AX-FULL-11", "AX-TCP-8")
@pytest.mark.parametrize("size", [1, 2, 3, 537, 1461, 4096, 65536])
def test_a_stream_through_a_ring_of_any_size_arrives_whole(dut: Dut, peer: Peer, size: int) -> None:
    conn, sock = connected(dut, peer, tx=size)
    total = min(3 * size + 50, 100_000)
    sock.option(no_delay=1)

    pump = dut.pump_source(sock, SEED, total)
    conn.receive_pattern(SEED, total)

    done = pump.done()
    assert done is not None
    assert done.bytes == total
    assert (sock.state().tx, sock.stats()["tx_bytes"]) == (0, total)


def _full(dut: Dut, peer: Peer) -> tuple[TcpEnd, TcpSocket]:
    """A full transmit ring, all of it in flight: two whole segments and a part."""
    conn, sock = connected(dut, peer, tx=RING)
    sock.option(no_delay=1)
    sock.send(Pattern(SEED, 0, RING))
    for at in range(0, RING, MSS):
        conn.expect(TCP(seq=conn.rcv_nxt) / bytes(Pattern(SEED, at, min(MSS, RING - at))))
    return conn, sock
