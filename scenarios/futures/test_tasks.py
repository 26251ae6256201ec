# SPDX-License-Identifier: GPL-2.0-or-later
"""As many tasks as there can be, and one more."""

from __future__ import annotations

from plumbline.scenario import Dut, Future, Peer, StackClock, connected, refused, scenario, takes

TASKS = 32


@scenario("AX-FUT-10", "AX-FUT-6")
def test_one_task_more_is_refused_and_those_there_are_go_on(dut: Dut, clock: StackClock) -> None:
    free = TASKS - dut.tasks().tasks
    takes(dut, "futures", free + 1)
    sleeps = [dut.futures.sleep(100 + number) for number in range(free)]
    assert dut.tasks().tasks == TASKS

    with refused("out-of-room"):
        dut.futures.sleep(1)

    clock.advance(100 + free)
    assert [sleep.outcome().ms for sleep in sleeps] == [100 + number for number in range(free)]
    assert dut.tasks().tasks == TASKS - free


@scenario("AX-FUT-10", "AX-FUT-9")
def test_a_task_that_has_ended_makes_room_for_another(dut: Dut, peer: Peer) -> None:
    free = TASKS - dut.tasks().tasks
    takes(dut, "futures", free)
    conn, sock = connected(dut, peer)

    def reading() -> Future:
        return dut.futures.read_exact(sock, 1)

    waiting = [reading() for _ in range(1)] + [dut.futures.sleep(10_000) for _ in range(free - 1)]
    conn.send(b"1")
    assert waiting[0].outcome().result == 1
    waiting[0].withdraw()
    again = reading()
    conn.send(b"2")

    assert again.view().data == b"2"


@scenario("AX-FUT-2", "AX-WAKE-2")
def test_each_task_of_many_reads_its_own_connection(dut: Dut, peer: Peer) -> None:
    count = min(8, dut.profile["futures"], dut.profile["tcp_sockets"], dut.profile["listeners"])
    pairs = [connected(dut, peer, port=100 + number, rx=100, tx=100) for number in range(count)]
    readings = [dut.futures.read_exact(sock, 4) for _, sock in pairs]

    for part in (b"ab", b"cd"):
        for conn, _ in reversed(pairs):
            conn.send(part)

    assert [reading.view().data for reading in readings] == [b"abcd"] * count
    assert [len(reading.told()) for reading in readings] == [1] * count
