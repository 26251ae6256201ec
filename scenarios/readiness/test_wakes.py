# SPDX-License-Identifier: GPL-2.0-or-later
"""What wakes a task that waits on a TCP socket, what must not, and that no wake is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Given, Peer, Reached, Refused, StackClock, Watch, connected, reach, scenario

PORT = 7
TX = 64  # what Given has by default


def kinds(watch: Watch) -> list[str]:
    return [event.kind for event in watch.events()]


@scenario("AX-WAKE-7", "AX-PRED-9")
def test_received_bytes_wake_a_reader(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    reader, writer = dut.watch(sock, "readable"), dut.watch(sock, "writable", again=True)
    already = kinds(writer)

    conn.send(b"hello")

    assert [(event.kind, event.readable) for event in reader.events()] == [("wake", True)]
    assert kinds(writer) == already
    assert sock.recv() == b"hello"


@scenario("AX-WAKE-8", "AX-FULL-7", "AX-PRED-8")
def test_an_ack_that_makes_room_wakes_a_writer(dut: Dut, peer: Peer) -> None:
    reached = reach(dut, peer, "ESTABLISHED", Given(tx_full=True))
    writer, reader = dut.watch(reached.sock, "writable"), dut.watch(reached.sock, "readable")
    assert kinds(writer) == []

    reached.conn.send(TCP(flags="A"))

    assert kinds(writer) == ["wake"]
    assert kinds(reader) == []
    assert reached.sock.send(b"s" * TX) == TX


@scenario("AX-WAKE-9")
def test_being_established_wakes_who_waits_to_send(dut: Dut, peer: Peer) -> None:
    reached = reach(dut, peer, "SYN-RECEIVED")
    watches = [dut.watch(reached.sock, interest) for interest in ("writable", "both", "readable")]
    assert [kinds(watch) for watch in watches] == [[], [], []]

    reached.conn.send(TCP(flags="A"))

    written, both, read = (kinds(watch) for watch in watches)
    assert (written, both) == (["wake"], ["wake"])
    assert "wake" not in read


@scenario("AX-WAKE-4")
def test_end_of_stream_wakes_every_reader(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    readers = [dut.watch(sock, "readable") for _ in range(4)]

    conn.send(TCP(flags="FA"))

    assert [kinds(reader) for reader in readers] == [["wake"]] * 4
    with pytest.raises(Refused, match="eof"):
        sock.recv()


@scenario("AX-WAKE-4")
@pytest.mark.parametrize("tx_full", [False, True])
@pytest.mark.parametrize("interest", ["readable", "writable", "both"])
def test_end_of_stream_makes_a_socket_ready_both_ways(dut: Dut, peer: Peer, interest: str, tx_full: bool) -> None:
    reached = reach(dut, peer, "ESTABLISHED", Given(tx_full=tx_full))
    before = [dut.watch(reached.sock, interest) for _ in range(2)]

    reached.conn.send(TCP(flags="FA", ack=reached.una))
    behind = [dut.watch(reached.sock, interest) for _ in range(2)]

    told = [(event.kind, event.readable, event.writable) for watch in behind for event in watch.events()]
    assert told == [("wake", True, True)] * 2
    if tx_full:  # with room in tx a wait for writable ends at once
        told = [(event.kind, event.readable, event.writable) for watch in before for event in watch.events()]
        assert told == [("wake", True, True)] * 2


@scenario("AX-WAKE-4", "AX-WAKE-8", "AX-TIME-5")
def test_who_needs_room_sleeps_behind_the_end_of_stream(dut: Dut, peer: Peer) -> None:
    reached = reach(dut, peer, "ESTABLISHED", Given(tx_full=True))
    pump = dut.pump_source(reached.sock, 1, TX // 2)
    reached.conn.send(TCP(flags="FA", ack=reached.una))

    with pytest.raises(Refused, match="would-block"):
        reached.sock.send(b"no room yet")
    writer = dut.watch(reached.sock, "writable")
    asleep = kinds(writer)
    reached.conn.send(TCP(flags="A"))

    done = pump.done()
    assert done is not None
    assert (asleep, kinds(writer)[-1:], done.bytes) == ([], ["wake"], TX // 2)


def _duplicate_ack(reached: Reached) -> None:
    reached.conn.send(TCP(flags="A", ack=reached.una))


def _old_segment(reached: Reached) -> None:
    reached.conn.send(TCP(flags="A", ack=reached.una, seq=reached.conn.snd_nxt - 1) / b"o")


def _beyond_the_window(reached: Reached) -> None:
    reached.conn.send(TCP(flags="A", ack=reached.una, seq=reached.conn.snd_nxt + 65535) / b"far")


def _out_of_order(reached: Reached) -> None:
    reached.conn.send(TCP(flags="A", ack=reached.una, seq=reached.conn.snd_nxt + 10) / b"later")


def _bad_checksum(reached: Reached) -> None:
    reached.conn.send(TCP(flags="A", chksum=0xBAD, seq=reached.conn.snd_nxt) / b"spoiled")


def _reset_outside_the_window(reached: Reached) -> None:
    reached.conn.send(TCP(flags="R", seq=reached.conn.snd_nxt - 1))


QUIET: dict[str, Callable[[Reached], None]] = {
    "duplicate ACK": _duplicate_ack,
    "old segment": _old_segment,
    "beyond the window": _beyond_the_window,
    "out of order": _out_of_order,
    "bad checksum": _bad_checksum,
    "RST outside the window": _reset_outside_the_window,
}


@scenario("AX-WAKE-11", "AX-WAKE-2")
@pytest.mark.parametrize("what", QUIET)
def test_no_progress_wakes_nobody(dut: Dut, peer: Peer, what: str) -> None:
    reached = reach(dut, peer, "ESTABLISHED", Given(tx_full=True))
    reader, writer = dut.watch(reached.sock, "readable"), dut.watch(reached.sock, "writable")
    before = reached.sock.stats()["wakes"]

    QUIET[what](reached)

    assert kinds(reader) + kinds(writer) == []
    assert reached.sock.stats()["wakes"] == before
    reached.conn.segments()
    reached.conn.expect_nothing()


@scenario("AX-WAKE-1", "AX-WAKE-2")
@pytest.mark.parametrize("order", ["event before the wait", "event after the wait"])
def test_an_event_around_the_wait_is_not_lost(dut: Dut, peer: Peer, order: str) -> None:
    conn, sock = connected(dut, peer)
    dut.poll_by_hand()
    with pytest.raises(Refused, match="would-block"):
        sock.recv()
    conn.send(b"between attempt and wait")

    if order == "event before the wait":
        dut.poll(frames=1)
        watch = dut.watch(sock, "readable")
    else:
        watch = dut.watch(sock, "readable")
        assert kinds(watch) == []
        dut.poll(frames=1)

    assert kinds(watch) == ["wake"]


@scenario("AX-WAKE-1", "AX-TIME-4")
def test_a_late_receive_event_loses_nothing(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    watch = dut.watch(sock, "readable")
    dut.fault_rx_defer(True)
    conn.send_data(b"not noticed yet")

    dut.fault_rx_defer(False)

    assert kinds(watch) == ["wake"]
    assert sock.recv() == b"not noticed yet"


@scenario("AX-WAKE-2")
def test_a_task_that_waits_again_is_woken_again(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    watch = dut.watch(sock, "readable", again=True)

    for number in range(1, 4):
        conn.send(b"x" * number)
        assert [event.kind for event in watch.events() if event.readable] == ["wake"] * number
        assert sock.recv() == b"x" * number


@scenario("AX-TIME-1", "AX-TIME-2")
def test_a_wait_ends_at_its_deadline_to_the_millisecond(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)
    watch = dut.watch(sock, "readable", deadline_ms=1234)

    clock.advance(1233)
    early = kinds(watch)
    clock.advance(1)

    assert early == []
    assert [(event.kind, event.ms) for event in watch.events()] == [("deadline", 1234)]
    conn.send(b"afterwards")
    assert kinds(watch) == ["deadline"]
    assert sock.recv() == b"afterwards"


@scenario("AX-TIME-2")
def test_a_withdrawn_wait_is_never_told(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    watch, other = dut.watch(sock, "readable"), dut.watch(sock, "readable")
    watch.stop()

    conn.send(b"for the other")

    assert kinds(watch) == []
    assert kinds(other) == ["wake"]
    assert sock.recv() == b"for the other"


@scenario("AX-WAKE-3")
def test_as_many_tasks_as_there_are_can_wait(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    watches = [dut.watch(sock, "readable") for _ in range(dut.profile["watches"])]

    conn.send(b"for all")

    assert [kinds(watch) for watch in watches] == [["wake"]] * dut.profile["watches"]
    conn.expect_nothing()
