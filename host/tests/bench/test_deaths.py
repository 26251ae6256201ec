# SPDX-License-Identifier: GPL-2.0-or-later
"""Whose fault an end is does not depend on when it comes: every way to end, at every moment of a scenario."""

import os
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from host.tests.shutting import shut
from plumbline.bench import Bench, bounds
from plumbline.board import Device, NativeDevice, load_bench
from plumbline.board.ending import Ending
from plumbline.errors import BenchError, Died, PlumblineError
from plumbline.match.layers import ICMP

ROOT = Path(__file__).resolve().parents[3]


def pid_of(device: Device) -> int:
    assert isinstance(device, NativeDevice)
    return device.pid


def by_signal(number: signal.Signals) -> Callable[[Device], None]:
    return lambda device: os.kill(pid_of(device), number)


def by_wire(device: Device) -> None:
    shut(device.wire)


OURS, ITS_OWN = BenchError, Died
Way = tuple[Callable[[Device], None], type[PlumblineError], str]
WAYS: dict[str, Way] = {
    "killed": (by_signal(signal.SIGKILL), OURS, "not by itself: ended by SIGKILL"),
    "terminated": (by_signal(signal.SIGTERM), OURS, "not by itself: ended by SIGTERM"),
    "its wire closed": (by_wire, OURS, "not by itself: its wire was closed from outside"),
    "aborts": (by_signal(signal.SIGABRT), ITS_OWN, "died .*: .*(SIGABRT|AddressSanitizer)"),
    "faults": (by_signal(signal.SIGSEGV), ITS_OWN, "died .*: .*(SIGSEGV|AddressSanitizer)"),
    "is interrupted": (by_signal(signal.SIGINT), ITS_OWN, "died .*: .*SIGINT"),
}


def end_it(bench: Bench, how: Callable[[Device], None]) -> None:
    how(bench.device)
    bench.device.ending(within_s=bounds.END_S)


def at_once(bench: Bench, how: Callable[[Device], None]) -> None:
    end_it(bench, how)
    bench.peer.send(ICMP())
    bench.settle()


def between_two_frames(bench: Bench, how: Callable[[Device], None]) -> None:
    bench.peer.send(ICMP())
    bench.peer.expect(ICMP(type=0))
    at_once(bench, how)


def between_two_commands(bench: Bench, how: Callable[[Device], None]) -> None:
    bench.dut.tcp()
    bench.settle()
    end_it(bench, how)
    bench.dut.tasks()


def behind_its_last_word(bench: Bench, how: Callable[[Device], None]) -> None:
    bench.peer.send(ICMP())
    bench.peer.expect(ICMP(type=0))
    end_it(bench, how)
    bench.finish()


def when_it_is_asked_to_end(bench: Bench, how: Callable[[Device], None]) -> None:
    ask = bench.device.end

    def ends_otherwise(*, within_s: float) -> Ending:
        end_it(bench, how)
        return ask(within_s=within_s)

    setattr(bench.device, "end", ends_otherwise)  # noqa: B010 - of this one device
    bench.finish()


MOMENTS = (at_once, between_two_frames, between_two_commands, behind_its_last_word, when_it_is_asked_to_end)


@pytest.mark.parametrize("name", ["native", "native-asan"])
@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: moment.__name__)
@pytest.mark.parametrize("way", WAYS)
def test_an_end_is_blamed_on_who_caused_it_whenever_it_comes(
    name: str, moment: Callable[[Bench, Callable[[Device], None]], None], way: str
) -> None:
    how, error, says = WAYS[way]
    with Bench(load_bench(name, ROOT)) as bench, pytest.raises(error, match=re.compile(says, re.DOTALL)):
        moment(bench, how)

    with Bench(load_bench(name, ROOT)) as bench:
        bench.peer.send(ICMP())
        bench.peer.expect(ICMP(type=0))
        bench.finish()


def test_an_interrupt_at_our_terminal_is_not_meant_for_the_device() -> None:
    with Bench(load_bench("native", ROOT)) as bench:
        assert os.getpgid(pid_of(bench.device)) != os.getpgid(0)
