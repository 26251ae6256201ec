# SPDX-License-Identifier: GPL-2.0-or-later
"""How long a device is waited for that owes something, and what is made of it when that does not come."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from plumbline.bench import bounds, death
from plumbline.bench.conversation import Conversation
from plumbline.bench.events import Recorder
from plumbline.bench.silence import Diagnosis, diagnose
from plumbline.board import Device
from plumbline.errors import PlumblineError
from plumbline.shell.stream import ShellClosed
from plumbline.wire.port import WireClosed

T = TypeVar("T")
Take = Callable[[float], T | None]
"""Gives what the device owes, or None after so many seconds of silence. WireClosed, ShellClosed."""


class Patience:
    """With one device."""

    def __init__(self, device: Device, conversation: Conversation, recorder: Recorder) -> None:
        self._device = device
        self._conversation = conversation
        self._recorder = recorder

    def wait(
        self, take: Take[T], what: str, *, first_s: float | None = None, again: Callable[[], None] = lambda: None
    ) -> T:
        """What it owes. `again` is done before each further wait. Died or BenchError when it does not come."""
        began_s = time.monotonic()
        try:
            result = take(bounds.FENCE_LOST_S if first_s is None else first_s)
            if result is not None:
                return result
            before = self._device.activity()
            for rounds in range(1, bounds.STARVED_ROUNDS + 1):
                again()
                result = take(bounds.ANSWER_S)
                diagnosis = diagnose(before, self._device.activity(), rounds * bounds.ANSWER_S)
                if result is not None:
                    return result
                if not diagnosis.is_starved:
                    break
        except (WireClosed, ShellClosed) as error:
            which = "wire" if isinstance(error, WireClosed) else "shell"
            raise death.of_closed_line(self._device, self._recorder, which) from error
        raise self._of_silence(what, diagnosis, time.monotonic() - began_s)

    def _of_silence(self, what: str, diagnosis: Diagnosis, waited_s: float) -> PlumblineError:
        """Its last words, if it had any, tell more; and what somebody did to its lines excuses it."""
        self._conversation.hear()
        wire = self._device.wire
        if wire.interface and not wire.wait_for_link(within_s=0):
            return death.of_no_link(self._recorder, what, wire.interface)
        if trouble := wire.trouble():
            return death.of_bad_way(self._recorder, what, trouble)
        self._conversation.check_others(f"no answer to {what}")
        if not diagnosis.is_our_side and (debugger := self._device.debugger()):
            return death.of_debugger(self._recorder, f"no answer to {what}", debugger)
        return death.of_silence(self._recorder, what, diagnosis, waited_s)
