# SPDX-License-Identifier: GPL-2.0-or-later
"""The shared memory, written here as the plugin would write it."""

import os
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from plumbline.errors import BenchError, HarnessError
from plumbline.trace.counts import Ended, SharedCounts
from plumbline.trace.spec import Span, Trace

MAGIC = 0x3145434152544C50
LOG = 4


@pytest.fixture
def counts() -> Iterator[SharedCounts]:
    counts = SharedCounts(Trace(spans=(Span("a", 0, 2), Span("b", 4, 6))))
    yield counts
    counts.close()


def write(counts: SharedCounts, log: list[tuple[int, int]], ran: list[int] | None = None, magic: int = MAGIC) -> None:
    ran = ran or []
    entries = [(0, 0)] * LOG
    for number, entry in enumerate(log):
        entries[number % LOG] = entry
    words = [magic, LOG, 1000, len(log), 0x40, len(ran), *(word for entry in entries for word in entry), *ran]
    os.pwrite(counts.fd, struct.pack(f"={len(words)}Q", *words), 0)


def test_spans_come_in_the_order_in_which_they_ended_and_once(counts: SharedCounts) -> None:
    write(counts, [(1, 30), (0, 12)])
    assert counts.ended() == [Ended("b", 30), Ended("a", 12)]

    write(counts, [(1, 30), (0, 12), (0, 13)])
    assert counts.ended() == [Ended("a", 13)]


def test_the_log_is_read_on_where_it_starts_anew(counts: SharedCounts) -> None:
    write(counts, [(0, n) for n in range(3)])
    counts.ended()
    write(counts, [(0, n) for n in range(6)])

    assert [span.instructions for span in counts.ended()] == [3, 4, 5]


def test_spans_that_were_written_over_are_an_error(counts: SharedCounts) -> None:
    write(counts, [(0, n) for n in range(LOG + 1)])

    with pytest.raises(HarnessError, match="more than 4 spans"):
        counts.ended()


def test_instructions_that_never_ran_are_left_out(counts: SharedCounts) -> None:
    write(counts, [], ran=[0, 7, 0, 2])

    assert counts.ran() == {0x42: 7, 0x46: 2}


def test_a_plugin_that_did_not_start_is_the_benchs_fault(counts: SharedCounts) -> None:
    with pytest.raises(BenchError, match="has not started"):
        counts.instructions()


def test_another_plugins_memory_is_the_benchs_fault(counts: SharedCounts) -> None:
    write(counts, [], magic=1)

    with pytest.raises(BenchError, match="another"):
        counts.instructions()


def test_a_missing_plugin_says_how_to_build_it(counts: SharedCounts) -> None:
    with pytest.raises(BenchError, match="make trace-plugin"):
        counts.argument(Path("/nowhere/insn.so"))
