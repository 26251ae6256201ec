# SPDX-License-Identifier: GPL-2.0-or-later
"""Whose fault it is that a Nucleo does not start again, and that nobody waits for it for ever."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Iterator, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest

from plumbline.board import By, Ending, NucleoDevice, Parts, StartWord, nucleo
from plumbline.board.nucleo import NotBack
from plumbline.board.process import Activity
from plumbline.errors import BenchError
from plumbline.probe import Probe, ProbeError, Trouble
from plumbline.shell.stream import SocketStream
from plumbline.wire.port import WirePort

WORD = StartWord(seed=1)
DHCSR, HALTED, SLEEPS, LOCKED_UP = 0xE000EDF0, 1 << 17, 1 << 18, 1 << 19  # ARMv7-M, C1.6.2
KNOWN_AS = {"board": "desk-1", "mac": "02:00:00:00:00:02"}


class Talker(SocketStream):
    """A line that is never empty again, once it was told something or from the start."""

    talks, talks_when_told = False, False

    def send(self, data: bytes, *, within_s: float) -> None:
        self.talks = self.talks_when_told
        super().send(data, within_s=within_s)

    def receive(self, *, within_s: float) -> bytes | None:
        return b"noise\r\n" if self.talks else super().receive(within_s=within_s)


class Asked:
    """A probe, and what it sees of the core."""

    def __init__(self) -> None:
        self.dhcsr = 0
        self.trouble: Trouble | None = None

    def read(self, address: int, words: int) -> tuple[int, ...]:
        assert (address, words) == (DHCSR, 1)
        if self.trouble is not None:
            raise ProbeError(self.trouble, "")
        return (self.dhcsr,)


class Controls:
    def __init__(self) -> None:
        self.state = "S"

    def plug(self, plugged: bool) -> None:
        raise NotImplementedError(plugged)

    def reports(self) -> list[str]:
        return []

    def ending(self, *, within_s: float) -> Ending:
        assert within_s >= 0
        return Ending(By.NOBODY, "it runs")

    def activity(self) -> Activity:
        return Activity(self.state, 0.0)

    def log(self) -> str:
        return ""


@pytest.fixture
def line() -> Iterator[Talker]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Talker(ours)


@pytest.fixture
def device(line: Talker, monkeypatch: pytest.MonkeyPatch) -> Iterator[NucleoDevice]:
    """Mute."""
    monkeypatch.setattr(nucleo, "_WARM_S", 0.01)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        yield NucleoDevice(Parts(KNOWN_AS, cast(Probe, Asked()), line, WirePort(ours), 0x2407FFE0, Controls()))


def controls_of(device: NucleoDevice) -> Controls:
    return cast(Controls, device._parts.controls)


def probe_of(device: NucleoDevice) -> Asked:
    return cast(Asked, device._parts.probe)


@pytest.fixture
def silicon(device: NucleoDevice) -> NucleoDevice:
    """Of which nobody but its probe knows."""
    return NucleoDevice(replace(device._parts, controls=None))


def test_one_that_does_not_start_again_is_to_blame_for_it(device: NucleoDevice) -> None:
    (told,) = device.start_over(WORD)

    assert "desk-1: it does not say that it is ready" in told


@pytest.mark.parametrize("state", ["T", "t"])
def test_one_that_was_stopped_from_outside_is_not(device: NucleoDevice, state: str) -> None:
    controls_of(device).state = state

    with pytest.raises(BenchError, match="it does not say that it is ready: .*; it was stopped from outside"):
        device.start_over(WORD)


@pytest.mark.parametrize(
    ("dhcsr", "trouble", "told"),
    [
        (HALTED, None, "its core is halted: end the debugger that halted it"),
        (0, Trouble.BUSY, "another program has the probe: end the debugger, or the OpenOCD, that has it"),
    ],
)
def test_nor_is_one_that_a_debugger_has_though_its_process_runs(
    device: NucleoDevice, dhcsr: int, trouble: Trouble | None, told: str
) -> None:
    probe_of(device).dhcsr, probe_of(device).trouble = dhcsr, trouble

    with pytest.raises(BenchError, match=f"it does not say that it is ready: .*; {told}"):
        device.start_over(WORD)


@pytest.mark.parametrize("trouble", [trouble for trouble in Trouble if trouble is not Trouble.BUSY])
def test_a_probe_that_fails_is_no_debugger(device: NucleoDevice, trouble: Trouble) -> None:
    probe_of(device).trouble = trouble

    assert device.debugger() == ""


def test_nor_is_one_whose_line_another_program_has(
    device: NucleoDevice, line: Talker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "shared_name", "/dev/ttyACM0")
    monkeypatch.setattr(line, "others", lambda: ["cat (7)"])

    with pytest.raises(BenchError, match=r"another program has /dev/ttyACM0 open: close cat \(7\)"):
        device.start_over(WORD)


@pytest.mark.parametrize("when", ["always", "once told", "never"])
def test_whose_noise_may_be_on_its_line_is_said_with_the_way_out(
    device: NucleoDevice, line: Talker, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    monkeypatch.setattr(line, "shared_name", "/dev/ttyACM0")
    line.talks, line.talks_when_told = when == "always", when == "once told"

    with pytest.raises(NotBack) as raised:
        device.start_warm(WORD)

    assert str(raised.value).endswith(
        ": close what else reads or types on /dev/ttyACM0 (`plumb rig check` names it); then `plumb rig reset desk-1`"
    )


def test_a_line_that_is_never_silent_is_not_waited_for(device: NucleoDevice, line: Talker) -> None:
    line.talks = True

    with pytest.raises(NotBack, match="desk-1: its serial line is never empty"):
        device.start_warm(WORD)


def test_one_that_talks_for_ever_and_never_says_that_it_is_ready_is_given_up(
    device: NucleoDevice, line: Talker
) -> None:
    line.talks_when_told = True

    with pytest.raises(NotBack, match="it does not say that it is ready: .*, and talks without end"):
        device.start_warm(WORD)


@pytest.mark.parametrize(
    ("dhcsr", "state"), [(0, "R"), (HALTED, "T"), (SLEEPS, "S"), (LOCKED_UP, "S"), (HALTED | SLEEPS, "T")]
)
def test_what_silicon_does_is_what_its_probe_sees(silicon: NucleoDevice, dhcsr: int, state: str) -> None:
    probe_of(silicon).dhcsr = dhcsr

    assert silicon.activity().state == state


@pytest.mark.parametrize(
    ("looks", "ran_s"),
    [
        ([0, 0], 10),
        ([0, 0, 0], 20),
        ([SLEEPS, 0], 0),
        ([HALTED, 0], 0),
        ([LOCKED_UP, 0], 0),
        ([0, SLEEPS], 0),
        ([0, HALTED], 0),
        ([0, SLEEPS, 0], 0),
        ([SLEEPS, 0, 0], 10),
    ],
)
def test_silicon_ran_between_two_looks_where_it_runs_at_both(
    silicon: NucleoDevice, monkeypatch: pytest.MonkeyPatch, looks: Sequence[int], ran_s: float
) -> None:
    """They are ten seconds apart."""
    seconds = itertools.count(step=10)
    monkeypatch.setattr(nucleo, "time", SimpleNamespace(monotonic=lambda: next(seconds)))
    for dhcsr in looks:
        probe_of(silicon).dhcsr = dhcsr
        activity = silicon.activity()

    assert activity.cpu_s == ran_s


def test_of_silicon_whose_probe_does_not_answer_nobody_says_that_it_sleeps(silicon: NucleoDevice) -> None:
    probe_of(silicon).trouble = Trouble.SILENT

    with pytest.raises(ProbeError, match="the probe does not answer"):
        silicon.activity()
