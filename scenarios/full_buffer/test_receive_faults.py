# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames the link cannot keep: no buffer, or a full queue. Each is counted, and the streams recover."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import WITH_DATAGRAMS, Dut, Pattern, Peer, StackClock, connected, scenario

SEED = 52
SEGMENT = 100
POLLS_MAX = 8  # task polls for one frame and the fence behind it


@scenario("AX-FULL-9", "AX-TIME-10", ways=WITH_DATAGRAMS)
@pytest.mark.parametrize("failures", [1, 3, 10])
def test_each_frame_without_a_buffer_is_counted(dut: Dut, peer: Peer, failures: int) -> None:
    udp = dut.udp(rx=4096, rx_slots=32)
    udp.bind(7)
    end = peer.udp(7)
    before = dut.link()
    dut.fault_rx_alloc(failures)

    for number in range(20):
        end.send(bytes([number]))

    received = [udp.recv().data for _ in range(udp.stats()["received"])]
    after = dut.link()
    assert after["rx_alloc"] - before["rx_alloc"] == failures
    assert received == [bytes([number]) for number in range(failures, 20)]


@scenario("AX-FULL-10", "AX-TIME-5", "AX-TCP-8")
@pytest.mark.parametrize("failures", [1, 4])
def test_a_stream_recovers_from_frames_without_a_buffer(dut: Dut, peer: Peer, clock: StackClock, failures: int) -> None:
    conn, sock = connected(dut, peer)
    first = conn.snd_nxt
    dut.fault_rx_alloc(failures)
    before = dut.tasks().polls
    for at in range(0, 6 * SEGMENT, SEGMENT):
        conn.send_data(bytes(Pattern(SEED, at, SEGMENT)))
    conn.inbox.take()
    polls = dut.tasks().polls - before

    conn.snd_nxt = first
    conn.send_pattern(SEED, 6 * SEGMENT)

    check = sock.recv_pattern(4096, SEED)
    found_no_place = max(0, 6 - failures - dut.profile["reorder_frames"])
    assert (check.n, check.bad) == (6 * SEGMENT, 0)
    assert sock.stats()["rx_dropped_reorder"] == found_no_place * SEGMENT
    assert polls <= 6 * POLLS_MAX
    assert dut.link()["rx_alloc"] == failures


@scenario("AX-TIME-5", "AX-TIME-9", "AX-FULL-9", ways=WITH_DATAGRAMS)
def test_a_link_without_any_buffer_does_not_spin(dut: Dut, peer: Peer) -> None:
    dut.fault_rx_alloc("all")
    before = dut.tasks()

    for _ in range(50):
        peer.udp(7).send(b"lost")

    after = dut.tasks()
    assert dut.link()["rx_alloc"] == 50
    assert after.polls - before.polls <= 50 * POLLS_MAX
    dut.fault_rx_alloc("off")
    udp = dut.udp()
    udp.bind(7)
    peer.udp(7).send(b"arrives")
    assert udp.recv().data == b"arrives"


@scenario("AX-FULL-9", "AX-BENCH-3", "AX-TIME-10", ways=WITH_DATAGRAMS)
@pytest.mark.parametrize("excess", [1, 10])
def test_frames_beyond_the_queue_are_counted(dut: Dut, peer: Peer, excess: int) -> None:
    udp = dut.udp(rx=4096, rx_slots=200)
    udp.bind(7)
    end = peer.udp(7)
    end.send(b"first")
    before = dut.link()
    dut.poll_by_hand()
    total = dut.profile["rx_queue"] + excess

    for number in range(total):
        end.send(number.to_bytes(2, "big"))
    waiting = dut.waiting()
    dut.poll_auto()

    dropped = dut.link()["rx_queue"] - before["rx_queue"]
    assert (waiting + dropped, dropped > 0) == (total, True)
    assert udp.recv().data == b"first"
    assert [udp.recv().data for _ in range(waiting)] == [number.to_bytes(2, "big") for number in range(waiting)]
    assert not udp.state().can_recv


@scenario("AX-FULL-8", "AX-FULL-10", "AX-TCP-8")
def test_a_stream_recovers_from_a_queue_that_overflowed(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer, rx=65535)
    first = conn.snd_nxt
    dut.poll_by_hand()
    segments = dut.profile["rx_queue"] + 10
    for at in range(0, segments * SEGMENT, SEGMENT):
        conn.send_data(bytes(Pattern(SEED, at, SEGMENT)))
    dropped = dut.link()["rx_queue"]
    dut.poll_auto()
    conn.inbox.take()

    kept = sock.stats()["rx_bytes"]
    conn.snd_nxt = first
    conn.send_pattern(SEED, segments * SEGMENT, mss=SEGMENT)

    assert kept == (segments - dropped) * SEGMENT
    check = sock.recv_pattern(65535, SEED)
    assert (check.n, check.bad) == (segments * SEGMENT, 0)


@scenario("AX-BENCH-3", "AX-TIME-9")
def test_frames_that_wait_for_a_poll_by_hand_change_nothing_until_then(dut: Dut, peer: Peer) -> None:
    frames = min(12, dut.profile["rx_queue"])
    conn, sock = connected(dut, peer, rx=frames - 2)
    dut.poll_by_hand()
    for number in range(frames):
        conn.send(TCP(flags="PA") / bytes([number]))
    assert (sock.state().rx, dut.waiting()) == (0, frames)

    polled = [dut.poll(frames=5).frames for _ in range(3)]

    assert polled == [min(5, max(0, frames - before)) for before in (0, 5, 10)]
    assert (sock.stats()["rx_bytes"], sock.stats()["rx_dropped_window"]) == (frames - 2, 2)
    assert sock.recv() == bytes(range(frames - 2))
