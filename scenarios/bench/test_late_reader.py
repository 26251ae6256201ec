# SPDX-License-Identifier: GPL-2.0-or-later
"""The serial line when its reader is late, whichever end that is: the other waits, and nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from plumbline.scenario import Dut, Peer, connected, scenario

BUSY_MS = 36_000_000  # a connection has a tick in each quarter of a second of it
LONG = "text:" + "x" * 470  # with it a line is nearly as long as one may be


class Reply(Protocol):
    @property
    def command(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def data(self) -> Sequence[object]: ...


class Lines(Protocol):
    def command(self, command: str) -> Reply: ...

    def ask_together(self, *commands: str, read_late: bool = False) -> Sequence[Reply]: ...


class Bench(Protocol):
    @property
    def lines(self) -> Lines: ...


@scenario("AX-BENCH-12", needs={"console_full"})
def test_an_answer_longer_than_the_line_takes_is_whole(bench: Bench) -> None:
    at_once = bench.lines.command("help")

    [late] = bench.lines.ask_together("help", read_late=True)

    assert late.data == at_once.data


@scenario("AX-BENCH-12", needs={"console_full"})
def test_requests_that_come_meanwhile_are_whole_and_answered_in_turn(bench: Bench) -> None:
    requests = [f"tcp send {number} {LONG}" for number in range(90, 96)]
    at_once = bench.lines.command("help")

    late, *others = bench.lines.ask_together("help", *requests, read_late=True)

    assert late.data == at_once.data
    assert [(one.command, one.name) for one in others] == [(request, "no-such") for request in requests]


@scenario("AX-BENCH-12")
def test_a_line_longer_than_its_ring_is_whole_though_the_shell_takes_it_late(
    bench: Bench, dut: Dut, peer: Peer
) -> None:
    connected(dut, peer)
    requests = [f"clock advance {BUSY_MS}", "link", f"tcp send 99 {LONG}"]  # the last waits behind one that waits

    replies = bench.lines.ask_together(*requests)

    assert [(one.command, one.name) for one in replies] == list(zip(requests, ("", "", "no-such"), strict=True))
