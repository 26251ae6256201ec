# SPDX-License-Identifier: GPL-2.0-or-later
"""Ctrl-C ends a run behind the scenario that runs: what is raised in the midst of it, anywhere, tears apart what speaks
to the device, and is lost in a destructor."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType

import pytest

_AS_CTRL_C = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PATIENCE_S = 5.0  # real time; a scenario that takes longer is left where it is


def ends_at_once(config: pytest.Config) -> bool:
    """A device that stands still for a debugger comes to no end; what a worker of xdist comes to, nobody hears."""
    return config.getoption("hold_in") is not None or hasattr(config, "workerinput")


@contextmanager
def held_back() -> Generator[None]:
    """What this process answers with a handler of Python's is answered once what runs here has ended."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    wait = _Wait()
    try:
        yield
    finally:
        wait.end()
    wait.answer()


class _Wait:
    def __init__(self) -> None:
        self._came: signal.Signals | None = None
        self._is_over = False
        self._of_alarm = signal.getsignal(signal.SIGALRM)
        self._answers: dict[signal.Signals, Callable[[int, FrameType | None], object]] = {}
        for number in _AS_CTRL_C:
            answer = signal.getsignal(number)
            if callable(answer):
                self._answers[number] = answer
                signal.signal(number, self._hear)

    def end(self) -> None:
        if self._is_over:
            return
        self._is_over = True
        if self._came is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
        self._give_back()

    def answer(self) -> None:
        if self._came is not None:
            self._answers[self._came](self._came, None)

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        if self._came is None and not self._is_over:
            self._came = signal.Signals(number)
            signal.signal(signal.SIGALRM, self._lose_patience)
            signal.setitimer(signal.ITIMER_REAL, _PATIENCE_S)

    def _lose_patience(self, _number: int, _frame: FrameType | None) -> None:
        if not self._is_over:
            self._is_over = True
            self._give_back()
            self.answer()

    def _give_back(self) -> None:
        signal.signal(signal.SIGALRM, self._of_alarm)
        for number, answer in self._answers.items():
            signal.signal(number, answer)
