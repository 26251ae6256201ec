# SPDX-License-Identifier: GPL-2.0-or-later
"""Linux and the real device: what comes of exchanges and tools, and what is said when nothing does."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from plumbline.bench import Bench
from plumbline.board import NativeDevice, load_bench
from plumbline.errors import BenchError, Died, HarnessError, Unexpected
from plumbline.events import FrameEvent, NoteEvent
from plumbline.kernel import Linux, Odds, machine_lacks
from plumbline.kernel.linux import LATE_S
from plumbline.plugin.starting import linux_beside

pytestmark = pytest.mark.skipif(bool(machine_lacks("namespaces")), reason="no private networks here")

ROOT = Path(__file__).parents[3]
ECHO, CHARGEN, NOBODY = 7, 19, 4000
TEXT = bytes(range(256)) * 40
SOON_S = 0.1


@pytest.fixture
def bench() -> Iterator[Bench]:
    with Bench(load_bench("native", ROOT)) as bench:
        bench.run_in_real_time()
        yield bench


@pytest.fixture
def linux(bench: Bench) -> Iterator[Linux]:
    with linux_beside(bench) as linux:
        yield linux


def notes(bench: Bench) -> str:
    return "\n".join(event.text for event in bench.events if isinstance(event, NoteEvent))


def test_other_bytes_than_expected_are_unexpected_and_the_first_is_named(bench: Bench, linux: Linux) -> None:
    bench.dut.serve("echo", ECHO)
    echo = linux.open(ECHO, TEXT)
    linux.wait(echo)

    echo.expect(TEXT)
    with pytest.raises(Unexpected, match="byte 300 is 0x2c instead of 0x2d"):
        echo.expect(TEXT[:300] + b"-" + TEXT[301:])
    with pytest.raises(Unexpected, match=f"{len(TEXT)} bytes came .* the same as far as byte {len(TEXT)}"):
        echo.expect(TEXT + b"and more")


def test_a_port_that_nobody_serves_is_unexpected(bench: Bench, linux: Linux) -> None:
    refused = linux.open(NOBODY, TEXT)

    with pytest.raises(Unexpected, match="Connection refused"):
        linux.wait(refused)
    bench.finish()


def test_a_network_of_linuxs_own_that_is_down_is_the_benchs_fault(linux: Linux) -> None:
    assert linux.run("ip", "link", "set", "linux", "down").status == 0

    with pytest.raises(BenchError, match="Linux cannot begin a connection: Network is unreachable"):
        linux.open(ECHO, TEXT)


def test_what_does_not_come_is_told_with_how_far_it_came(bench: Bench, linux: Linux) -> None:
    bench.dut.serve("echo", ECHO)
    linux.impair(Odds(loss=1.0))
    silent = linux.open(ECHO, TEXT)

    with pytest.raises(Unexpected, match="though the device answers fences:\nport 7: not connected, 0 of 10240 bytes"):
        linux.wait(silent, within_s=SOON_S)


def test_a_device_that_dies_under_way_has_died(bench: Bench, linux: Linux) -> None:
    bench.dut.serve("chargen", CHARGEN)
    endless = linux.open(CHARGEN)
    linux.until(lambda: len(endless.received) > 0)
    assert isinstance(bench.device, NativeDevice)
    os.kill(bench.device.pid, signal.SIGABRT)

    with pytest.raises(Died):
        linux.wait(endless)


def test_a_tool_that_does_not_end_is_ended(linux: Linux) -> None:
    with pytest.raises(Unexpected, match="sleep 10000"):
        linux.run("sleep", "10000", within_s=SOON_S)


def test_a_tool_has_its_input_and_gives_its_output(linux: Linux) -> None:
    ran = linux.run("sh", "-c", "tr a-z A-Z; echo a word >&2; exit 3", stdin=b"loud")

    assert (ran.status, ran.out, ran.err) == (3, b"LOUD", "a word\n")


def test_the_record_says_what_the_wire_did_and_how_fast_it_went(bench: Bench, linux: Linux) -> None:
    bench.dut.serve("echo", ECHO)
    linux.impair(Odds(duplication=1.0))
    echo = linux.open(ECHO, TEXT)
    linux.wait(echo)

    assert "the bridge, seed 1: 0.00% lost, 100.00% doubled" in notes(bench)
    assert f"{2 * len(TEXT)} bytes in" in notes(bench)
    assert "doubled; to Linux: " in notes(bench)
    assert any(event.step == "Linux, doubled" for event in bench.events if isinstance(event, FrameEvent))


def test_what_is_late_waits_for_others_to_overtake_it(bench: Bench, linux: Linux) -> None:
    times = 10
    bench.dut.serve("echo", ECHO, connections=times)
    linux.impair(Odds(reordering=1.0))
    began = time.monotonic()
    for _ in range(times):
        linux.wait(linux.open(ECHO, b"one segment"))

    alone = ("SYN", "its answer")  # each is late, and nothing else comes before it has come
    assert time.monotonic() - began >= times * len(alone) * LATE_S


def test_frames_and_fates_are_counted_at_both_ends(bench: Bench, linux: Linux) -> None:
    bench.dut.serve("echo", ECHO)
    linux.impair(Odds(duplication=1.0))
    echo = linux.open(ECHO, TEXT)
    linux.wait(echo)

    doubled = [way["doubled"] for way in linux.fates()]
    assert min(doubled) >= len(TEXT) // 1500
    assert linux.counters()["Frames.received"] >= 2 * linux.fates().to_linux["doubled"]
    assert linux.counters()["Frames.sent"] >= linux.fates().to_device["frames"]
    assert linux.overruns == 0


def test_bytes_that_an_exchange_takes_are_all_it_takes(bench: Bench, linux: Linux) -> None:
    server = bench.dut.serve("chargen", CHARGEN)
    few = linux.open(CHARGEN, takes=5)
    linux.wait(few)

    few.expect(b' !"#$')
    linux.until(lambda: server.stats().broken == 1)


def test_it_takes_a_clock_that_runs() -> None:
    with Bench(load_bench("native", ROOT)) as bench, pytest.raises(HarnessError, match="real_time=True"):
        linux_beside(bench)
