# SPDX-License-Identifier: GPL-2.0-or-later
"""Ctrl-C while a scenario runs."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable

import pytest

from plumbline.plugin import interrupt

FAR_BEYOND_S = 30.0  # of all patience here
ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)


def held_back(what: Callable[[], object]) -> None:
    with interrupt.held_back():
        what()


def wait_for_ever() -> None:
    threading.Event().wait(FAR_BEYOND_S)
    raise AssertionError("nothing ended it")


def test_it_ends_the_run_behind_what_runs_however_often_it_comes() -> None:
    done: list[str] = []

    def scenario() -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        done.append("the rest")

    with pytest.raises(KeyboardInterrupt):
        held_back(scenario)

    assert done == ["the rest"]


def test_what_does_not_end_is_left_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interrupt, "_PATIENCE_S", 0.01)

    def scenario() -> None:
        signal.raise_signal(signal.SIGINT)
        wait_for_ever()

    with pytest.raises(KeyboardInterrupt):
        held_back(scenario)


def test_the_next_ctrl_c_buys_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interrupt, "_PATIENCE_S", 0.1)
    ever_again = threading.Event()

    def press() -> None:
        while not ever_again.wait(0.02):
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    def scenario() -> None:
        signal.raise_signal(signal.SIGINT)
        finger.start()
        try:
            wait_for_ever()
        finally:
            ever_again.set()
            finger.join()

    finger = threading.Thread(target=press)
    with pytest.raises(KeyboardInterrupt):
        held_back(scenario)


def test_what_is_lost_in_the_midst_of_it_is_answered_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interrupt, "_PATIENCE_S", 0.01)
    lost: list[BaseException] = []

    def scenario() -> None:
        signal.raise_signal(signal.SIGINT)
        try:
            wait_for_ever()
        except KeyboardInterrupt as error:
            lost.append(error)

    with pytest.raises(KeyboardInterrupt):
        held_back(scenario)

    assert len(lost) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_it_is_answered_as_this_process_answers_it(number: signal.Signals) -> None:
    heard: list[int] = []
    before = signal.signal(number, lambda number, _frame: heard.append(number))
    try:
        with interrupt.held_back():
            signal.raise_signal(number)
            assert heard == []
    finally:
        signal.signal(number, before)

    assert heard == [number]


@pytest.mark.parametrize("answer", [signal.SIG_IGN, signal.SIG_DFL])
def test_what_is_ignored_or_the_kernels_stays_so(answer: signal.Handlers) -> None:
    before = signal.signal(signal.SIGINT, answer)
    try:
        with interrupt.held_back():
            assert signal.getsignal(signal.SIGINT) is answer
    finally:
        signal.signal(signal.SIGINT, before)


def test_all_is_given_back() -> None:
    before = [signal.getsignal(number) for number in ENDS]

    with interrupt.held_back():
        pass
    with pytest.raises(KeyboardInterrupt):
        held_back(lambda: signal.raise_signal(signal.SIGINT))

    assert [signal.getsignal(number) for number in ENDS] == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_another_thread_than_the_first_has_no_signals_to_hold_back() -> None:
    entered: list[bool] = []

    def enter() -> None:
        with interrupt.held_back():
            entered.append(True)

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()

    assert entered == [True]
