# SPDX-License-Identifier: GPL-2.0-or-later
"""Benches with a board that QEMU emulates: fresh devices, whose fault an end is, and no emulator left behind."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from plumbline.bench import Bench, bounds
from plumbline.board import BenchSpec, Credit, DeviceRack, EmulatedDevice, load_bench
from plumbline.errors import BenchError
from plumbline.events import FrameEvent, ShellEvent, Way
from plumbline.match.layers import ICMP, TCP
from plumbline.report import frames_of
from plumbline.wire.addresses import mac_bytes
from plumbline.wire.fence import encode_fence

ROOT = Path(__file__).resolve().parents[3]
BOARDS = ("mps2-an500", "mps2-an385", "mps2-an386", "lm3s6965evb")
NOBODYS = b"\x88\xb5"  # an EtherType for local use
_SOON_S = 20.0


def spec_of(name: str) -> BenchSpec:
    return load_bench(name, ROOT)


@pytest.fixture
def bench() -> Iterator[Bench]:
    with Bench(spec_of("mps2-an500")) as bench:
        yield bench


def emulator_of(bench: Bench) -> EmulatedDevice:
    assert isinstance(bench.device, EmulatedDevice)
    return bench.device


def connect_and_ping(bench: Bench) -> list[tuple[int, bytes]]:
    """What passes on the wire, and when."""
    bench.dut.accept_on(7)
    conn = bench.peer.tcp(7).handshake()
    conn.send(TCP(flags="PA") / b"hello")
    bench.clock.advance(1000)
    bench.peer.send(ICMP(type="echo-request", id=1, seq=1))
    bench.peer.frames()
    return [(event.ms, event.data) for event in frames_of(bench.events)]


@pytest.mark.parametrize("name", BOARDS)
def test_each_board_boots_and_says_who_it_is(name: str) -> None:
    with Bench(spec_of(name)) as bench:
        assert bench.identity["profile"] == name
        connect_and_ping(bench)
        bench.finish()


def test_frames_and_times_are_the_same_fresh_after_a_reset_and_in_a_process() -> None:
    def run(bench: Bench) -> list[tuple[int, bytes]]:
        with bench:
            told = connect_and_ping(bench)
            bench.finish()
        return told

    spec = spec_of("mps2-an500")
    rack = DeviceRack(spec)
    fresh = run(Bench(spec, rack=rack))
    again = [run(Bench(spec, rack=rack)) for _ in range(3)]
    rack.close()

    assert fresh == run(Bench(spec_of("native")))
    assert again == [fresh] * 3


def test_a_device_that_is_well_is_reset_and_one_that_is_not_is_replaced() -> None:
    spec = spec_of("mps2-an500")
    rack = DeviceRack(spec)
    pids = []
    for is_well in (True, True, False, True):
        with Bench(spec, rack=rack) as bench:
            pids.append(emulator_of(bench).pid)
            if is_well:
                bench.finish()
    rack.close()

    assert pids[0] == pids[1] == pids[2] != pids[3]
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_without_keeping_each_device_is_a_new_one() -> None:
    spec = spec_of("mps2-an500")
    rack = DeviceRack(spec, keeps=False)
    pids = []
    for _ in range(2):
        with Bench(spec, rack=rack) as bench:
            pids.append(emulator_of(bench).pid)
            bench.finish()
    rack.close()

    assert pids[0] != pids[1]


def on_both_lines(bench: Bench) -> list[tuple[Way, int, object]]:
    """All that passes there; of fences only that they do: their answers count polls, which a serial line moves."""
    connect_and_ping(bench)
    frames = [event for event in bench.events if isinstance(event, FrameEvent)]
    said = [event for event in bench.events if isinstance(event, ShellEvent)]
    return [
        *((event.way, event.ms, None if event.is_fence else event.data) for event in frames),
        *((event.way, event.ms, event.line) for event in said),
    ]


def test_a_device_that_is_reset_has_its_cable_in_and_nothing_left_on_its_lines() -> None:
    spec = spec_of("mps2-an500")
    with Bench(spec) as fresh:
        expected = on_both_lines(fresh)
    rack = DeviceRack(spec)
    before = Bench(spec, rack=rack)
    device = emulator_of(before)
    device.wire.send(encode_fence(1, dst=mac_bytes(spec.mac), src=bytes(6)), within_s=_SOON_S)
    device.shell.send(b"@1 id\n", within_s=_SOON_S)
    assert all(select.select([line], [], [], _SOON_S)[0] for line in (device.wire, device.shell))
    device.plug(False)
    rack.put_back(device)

    with Bench(spec, rack=rack) as again:
        assert emulator_of(again) is device
        assert on_both_lines(again) == expected


def test_a_cable_is_pulled_and_put_back(bench: Bench) -> None:
    still_ms = bench.dut.profile["link_debounce_ms"]
    seen = []
    for plugged in (False, True, False, True):
        bench.dut.cable(plugged)
        bench.clock.advance(still_ms)
        seen.append(bench.dut.link()["up"])

    assert seen == [0, 1, 0, 1]
    connect_and_ping(bench)


@pytest.mark.parametrize("size", [60, 61, 62, 63, 1514])
def test_a_receiver_that_nobody_empties_holds_what_the_credit_covers_and_no_frame_more(bench: Bench, size: int) -> None:
    credit = Credit(bench.spec.board.fifo)
    covered = 0
    while credit.covers(size):
        credit.take(size)
        covered += 1
    before = bench.dut.link()["rx"]
    bench.lines.overrun([(mac_bytes(bench.spec.mac) + bytes(6) + NOBODYS).ljust(size, b"\0")] * (covered + 1))

    assert bench.dut.link()["rx"] - before == covered


def test_killed_from_outside_is_the_benchs_fault(bench: Bench) -> None:
    os.kill(emulator_of(bench).pid, signal.SIGKILL)
    with pytest.raises(BenchError, match="not by itself: the emulator ended with SIGKILL"):
        bench.lines.fence()


def test_stopped_from_outside_is_the_benchs_fault(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "FENCE_LOST_S", 0.1)
    monkeypatch.setattr(bounds, "ANSWER_S", 0.2)
    os.kill(emulator_of(bench).pid, signal.SIGSTOP)
    with pytest.raises(BenchError, match="stopped from outside, by a signal"):
        bench.lines.fence()


def with_image(spec: BenchSpec, image: Path) -> BenchSpec:
    return replace(spec, board=replace(spec.board, image=image))


def test_what_does_not_boot_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "START_S", 0.5)
    monkeypatch.setattr(bounds, "ANSWER_S", 0.5)
    spec = spec_of("mps2-an500")
    program = tmp_path / "program"
    shutil.copy(shutil.which("true") or "/bin/true", program)

    with pytest.raises(BenchError, match=f"{program}.* does not start as a device does"):
        Bench(with_image(spec, program))


def test_the_image_of_another_board_is_named_and_never_started() -> None:
    spec = spec_of("mps2-an500")
    with pytest.raises(BenchError, match=r"is dut for lm3s6965evb, .*: run `make fw BOARD=mps2-an500`"):
        Bench(with_image(spec, spec_of("lm3s6965evb").board.image))


def test_a_machine_that_qemu_does_not_know_is_said_in_its_words_and_once(caplog: pytest.LogCaptureFixture) -> None:
    spec = spec_of("mps2-an500")
    machine = spec.board.machine
    assert machine is not None
    with pytest.raises(BenchError, match="QEMU does not start: (?s:.*)unsupported machine type"):
        Bench(replace(spec, board=replace(spec.board, machine=replace(machine, name="nonesuch"))))

    assert caplog.records == []


def test_a_missing_qemu_says_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(BenchError, match="there is no qemu-system-arm here: run `make setup`"):
        Bench(spec_of("mps2-an500"))


def test_no_emulator_outlives_a_harness_that_is_killed() -> None:
    program = (
        "import signal\n"
        "from pathlib import Path\n"
        "from plumbline.bench import Bench\n"
        "from plumbline.board import load_bench\n"
        f"bench = Bench(load_bench('mps2-an500', Path({str(ROOT)!r})))\n"
        "print(bench.device.pid, flush=True); signal.pause()\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as harness:
        assert harness.stdout is not None
        emulator = os.pidfd_open(int(harness.stdout.readline()))
        harness.kill()
        ready, _, _ = select.select([emulator], [], [], _SOON_S)
        os.close(emulator)

    assert ready
