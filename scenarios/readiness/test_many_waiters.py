# SPDX-License-Identifier: GPL-2.0-or-later
"""Several tasks wait for one thing: all are woken, none twice, and who withdraws takes nobody else with him."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import (
    CORE,
    Dut,
    Given,
    Peer,
    Reached,
    StackClock,
    TcpEnd,
    TcpSocket,
    Watch,
    bound,
    connected,
    reach,
    scenario,
)

PORT = 7
WAITERS = 4


def kinds(watches: Sequence[Watch]) -> list[list[str]]:
    return [[event.kind for event in watch.events()] for watch in watches]


def bytes_come(conn: TcpEnd, sock: TcpSocket) -> None:
    conn.send(b"x")


def bytes_come_twice(conn: TcpEnd, sock: TcpSocket) -> None:
    conn.send(b"x")
    conn.send(b"y")


def stream_ends(conn: TcpEnd, sock: TcpSocket) -> None:
    conn.send(TCP(flags="FA"))


def reset_and_reset_again(conn: TcpEnd, sock: TcpSocket) -> None:
    conn.send(TCP(flags="R"))
    conn.send(TCP(flags="R"))


def aborted(conn: TcpEnd, sock: TcpSocket) -> None:
    sock.abort()


EVENTS: dict[str, Callable[[TcpEnd, TcpSocket], None]] = {
    "bytes": bytes_come,
    "bytes twice": bytes_come_twice,
    "end of stream": stream_ends,
    "resets": reset_and_reset_again,
    "abort": aborted,
}


@scenario("AX-WAKE-3", "AX-WAKE-2")
@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("event", EVENTS)
def test_each_is_told_once(dut: Dut, peer: Peer, event: str, again: bool) -> None:
    conn, sock = connected(dut, peer)
    watches = [dut.watch(sock, "readable", again=again) for _ in range(WAITERS)]

    EVENTS[event](conn, sock)

    assert kinds(watches) == [["wake"]] * WAITERS


@scenario("AX-WAKE-3", "AX-WAKE-8")
def test_room_is_told_to_each_who_waits_for_it(dut: Dut, peer: Peer) -> None:
    reached = reach(dut, peer, "ESTABLISHED", Given(tx_full=True))
    writers = [dut.watch(reached.sock, interest) for interest in ("writable", "both", "writable", "both")]

    reached.conn.send(TCP(flags="A"))

    assert kinds(writers) == [["wake"]] * len(writers)
    reached.conn.expect_nothing()


@scenario("AX-WAKE-3", "AX-TIME-2")
@pytest.mark.parametrize("who", range(WAITERS))
def test_one_who_withdraws_takes_nobody_with_him(dut: Dut, peer: Peer, who: int) -> None:
    conn, sock = connected(dut, peer)
    dut.poll_by_hand()
    watches = [dut.watch(sock, "readable", deadline_ms=100) for _ in range(WAITERS)]
    conn.send(b"on its way")

    watches[who].stop()
    dut.poll(frames=1)

    assert kinds(watches) == [[] if number == who else ["wake"] for number in range(WAITERS)]


@scenario("AX-WAKE-3", "AX-TIME-1", "AX-TIME-2")
def test_one_whose_deadline_passes_takes_nobody_with_him(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)
    watches = [dut.watch(sock, "readable", deadline_ms=ms) for ms in (50, 100, 150, 200)]

    clock.advance(100)
    conn.send(b"for who is left")
    clock.advance(1000)

    assert kinds(watches) == [["deadline"], ["deadline"], ["wake"], ["wake"]]
    assert sock.recv() == b"for who is left"


@scenario("AX-WAKE-10", "AX-TIME-1", "AX-TIME-13", "AX-TIME-14")
def test_of_an_end_and_a_deadline_in_one_instant_the_first_is_told(dut: Dut, peer: Peer, clock: StackClock) -> None:
    """Who was told of the first has withdrawn from the other."""
    _, sock = connected(dut, peer)
    sock.option(user_timeout_ms=100)

    before = dut.watch(sock, "readable", deadline_ms=100)
    sock.send(b"never acknowledged")
    behind = dut.watch(sock, "readable", deadline_ms=100)
    clock.advance(100)

    assert kinds([before, behind]) == [["deadline"], ["wake"]]
    assert sock.state().end == "user-timeout"


@scenario("AX-WAKE-2", "AX-WAKE-3")
def test_who_finds_that_another_took_it_waits_on(dut: Dut, peer: Peer) -> None:
    """The sink reads what came before the task behind it has looked: woken for nothing, it must not be forgotten."""
    conn, sock = connected(dut, peer)
    sink = dut.pump_sink(sock, 1, 8)
    watch = dut.watch(sock, "readable")

    for octets in (bytes(2), bytes(6), b"for the watch"):
        conn.send(octets)

    *in_vain, told = kinds([watch])[0]
    assert (in_vain[:2], told) == (["spurious"] * len(in_vain), "wake")
    done = sink.done()
    assert done is not None
    assert (done.bytes, sock.recv()) == (8, b"for the watch")


def leaves(dut: Dut, peer: Peer, clock: StackClock, how: str) -> tuple[Reached, Watch]:
    """One who waited for both leaves with one; the next task has his place, and waits for something else."""
    reached = reach(dut, peer, "ESTABLISHED", Given(tx_full=True))
    _, other = connected(dut, peer, port=PORT + 1)
    first = dut.watch(reached.sock, "both", deadline_ms=100)

    if how == "readable":
        reached.conn.send(TCP(flags="A", ack=reached.una) / b"x")
    elif how == "writable":
        reached.conn.send(TCP(flags="A"))
    elif how == "stop":
        first.stop()
    else:
        clock.advance(100)
    second = dut.watch(other, "readable")
    assert second.handle == first.handle
    return reached, second


LEAVING = ("readable", "writable", "stop", "deadline")


@scenario("AX-WAKE-3", "AX-TIME-2")
@pytest.mark.parametrize("how", LEAVING)
def test_who_has_left_is_not_woken_in_anothers_name(dut: Dut, peer: Peer, clock: StackClock, how: str) -> None:
    reached, second = leaves(dut, peer, clock, how)

    reached.conn.send(TCP(flags="A") / b"y")

    assert kinds([second]) == [[]]


@scenario("AX-WAKE-3", "AX-TIME-2", ways={CORE, "futures"})  # in other ways somebody always waits
@pytest.mark.parametrize("how", LEAVING)
def test_when_the_last_has_left_nobody_is_woken(dut: Dut, peer: Peer, clock: StackClock, how: str) -> None:
    reached, _ = leaves(dut, peer, clock, how)
    before = reached.sock.stats()["wakes"]

    reached.conn.send(TCP(flags="A") / b"y")

    assert reached.sock.stats()["wakes"] == before


@scenario("AX-TIME-10", "AX-WAKE-2", ways={CORE})  # in other ways somebody always does
def test_where_nobody_waits_nobody_is_woken(dut: Dut, peer: Peer) -> None:
    reached = reach(dut, peer, "ESTABLISHED", Given(tx_full=True))
    end, udp = bound(dut, peer, port=8)

    reached.conn.send(b"and an ACK of all")
    end.send(b"a datagram")
    udp.send(peer, end.sport, b"and one back")
    reached.conn.send(TCP(flags="R"))

    assert (reached.sock.stats()["wakes"], udp.stats()["wakes"]) == (0, 0)
    end.expect(b"and one back")
