# SPDX-License-Identifier: GPL-2.0-or-later
"""A bench that does not read the serial line for a while: the device waits, and loses nothing either way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from plumbline.scenario import scenario

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

    def ask_and_read_late(self, *commands: str) -> Sequence[Reply]: ...


class Bench(Protocol):
    @property
    def lines(self) -> Lines: ...


@scenario("AX-BENCH-12", needs={"console_full"})
def test_an_answer_longer_than_the_line_takes_is_whole(bench: Bench) -> None:
    at_once = bench.lines.command("help")

    [late] = bench.lines.ask_and_read_late("help")

    assert late.data == at_once.data


@scenario("AX-BENCH-12", needs={"console_full"})
def test_requests_that_come_meanwhile_are_whole_and_answered_in_turn(bench: Bench) -> None:
    requests = [f"tcp send {number} {LONG}" for number in range(90, 96)]
    at_once = bench.lines.command("help")

    late, *others = bench.lines.ask_and_read_late("help", *requests)

    assert late.data == at_once.data
    assert [(one.command, one.name) for one in others] == [(request, "no-such") for request in requests]
