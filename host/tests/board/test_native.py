# SPDX-License-Identifier: GPL-2.0-or-later
"""A shell script in the place of the firmware: the process, its descriptors and its end."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plumbline.board import By, NativeDevice, StartWord
from plumbline.errors import BenchError

Start = Callable[..., NativeDevice]
HELD = StartWord()
_SOON_S = 60.0


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a script as a device."""
    devices = []

    def run(script: str, word: StartWord = HELD) -> NativeDevice:
        image = tmp_path / "dut"
        image.write_text(f"#!/bin/sh\n{script}\n")
        image.chmod(0o755)
        devices.append(NativeDevice(image, word))
        return devices[-1]

    yield run
    for device in devices:
        device.close()


def said(device: NativeDevice) -> str:
    data = device.shell.receive(within_s=_SOON_S)
    assert data is not None
    return data.decode()


def descriptors(pid: int) -> set[str]:
    return {path.name for path in Path(f"/proc/{pid}/fd").iterdir()}


def is_inherited(fd: int) -> bool:
    """Whatever started us may have left descriptors open for every child."""
    try:
        return os.get_inheritable(fd)
    except OSError:
        return False


def test_what_we_were_told_to_ignore_ends_the_device_all_the_same(start: Start) -> None:
    """As under nohup, and for whoever is started with & in a script."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        device = start("exec sleep 60")
    finally:
        signal.signal(signal.SIGINT, before)

    os.kill(device.pid, signal.SIGINT)

    assert "SIGINT" in device.ending(within_s=_SOON_S).text


def test_a_missing_image_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="run `make fw`"):
        NativeDevice(tmp_path / "dut")


def test_an_image_that_does_not_start_is_the_benchs_fault(tmp_path: Path) -> None:
    (tmp_path / "dut").write_text("no program")

    with pytest.raises(BenchError, match=r"dut is no program: `chmod \+x .*dut` if .*, else run `make fw`"):
        NativeDevice(tmp_path / "dut")
    (tmp_path / "dut").chmod(0o755)
    with pytest.raises(BenchError, match="does not start"):
        NativeDevice(tmp_path / "dut")


def test_the_boot_word_is_its_arguments(start: Start) -> None:
    device = start('echo "$@" >&4; read x <&4', StartWord(held_at_ms=7, seed=3))

    assert said(device) == "--wire 3 --shell 4 --switch 5 --hold 7 --seed 3\n"


def test_a_clock_that_runs_and_a_seed_of_its_own_are_no_arguments(start: Start) -> None:
    device = start('echo "$@" >&4; read x <&4', StartWord(held_at_ms=None))

    assert said(device) == "--wire 3 --shell 4 --switch 5\n"


def test_it_gets_its_three_lines_and_nothing_else_of_ours(start: Start) -> None:
    device = start("exec cat <&4 >&4")
    device.shell.send(b"x", within_s=_SOON_S)
    said(device)

    not_ours = {name for name in descriptors(os.getpid()) if int(name) > 5 and is_inherited(int(name))}
    assert descriptors(device.pid) - not_ours == {"0", "1", "2", "3", "4", "5"}


def test_the_switch_says_where_the_cable_is(start: Start) -> None:
    device = start("head -c1 <&5 >&4; head -c1 <&5 >&4; read x <&4")
    device.plug(False)
    assert said(device) == "d"
    device.plug(True)
    assert said(device) == "u"


def test_it_runs_until_it_ends(start: Start) -> None:
    device = start("read x <&4; exit 1")
    assert device.ending().by is By.NOBODY

    device.shell.send(b"\n", within_s=_SOON_S)
    ending = device.ending(within_s=_SOON_S)

    assert (ending.by, ending.text) == (By.ITSELF, "ended by itself with exit status 1")


def test_what_it_says_on_standard_error_is_in_the_log_and_in_its_end(start: Start) -> None:
    device = start("echo boom >&2; kill -ABRT $$")

    ending = device.ending(within_s=_SOON_S)

    assert ending.by is By.ITSELF
    assert "SIGABRT" in ending.text
    assert "boom" in ending.text
    assert device.log() == "boom\n"


def test_killed_from_outside_is_told_apart(start: Start) -> None:
    device = start("read x <&4")
    os.kill(device.pid, signal.SIGKILL)

    assert device.ending(within_s=_SOON_S).by is By.OUTSIDE


def test_it_ends_when_its_shell_is_closed(start: Start) -> None:
    assert start("read x <&4; exit 3").end(within_s=_SOON_S).by is By.US


def test_one_that_does_not_end_when_asked_is_at_fault(start: Start) -> None:
    ending = start("read x <&3").end(within_s=0.05)

    assert ending.by is By.ITSELF
    assert "did not end" in ending.text


def test_processor_time_tells_a_spinning_one(start: Start) -> None:
    device = start("echo go >&4; while :; do :; done")
    said(device)
    before = device.activity()

    until = time.monotonic() + _SOON_S
    while device.activity().cpu_s <= before.cpu_s:  # it has to get some, on a machine that has other work
        assert time.monotonic() < until


def test_closing_it_leaves_no_process_and_no_descriptor(start: Start) -> None:
    before = descriptors(os.getpid())
    device = start("while :; do :; done")
    device.close()
    device.close()

    assert not Path(f"/proc/{device.pid}").exists()
    assert descriptors(os.getpid()) == before


def test_a_bench_that_forgets_it_leaves_no_process(tmp_path: Path) -> None:
    image = tmp_path / "dut"
    image.write_text("#!/bin/sh\nwhile :; do :; done\n")
    image.chmod(0o755)
    device = NativeDevice(image)
    pid = device.pid
    for line in (device.wire, device.shell, device._switch):
        line.close()
    del device

    assert not Path(f"/proc/{pid}").exists()
