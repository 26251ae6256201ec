# SPDX-License-Identifier: GPL-2.0-or-later
"""A device that does not answer: is it dead, and whose fault is that (contract, part 5)."""

from __future__ import annotations

from plumbline.bench import bounds
from plumbline.bench.events import Recorder
from plumbline.bench.silence import Diagnosis, Silence
from plumbline.board import By, Device, Ending
from plumbline.errors import BenchError, Died, PlumblineError
from plumbline.events import FrameEvent, Way

_OUR_SIDE = frozenset({Silence.STARVED, Silence.STOPPED})


def of_closed_line(device: Device, recorder: Recorder, which: str) -> PlumblineError:
    """The line is gone: because the process is, or because somebody closed it."""
    ending = device.ending(within_s=bounds.END_S)
    if ending.by is By.NOBODY:
        return _told(recorder, BenchError(f"the device's {which} is gone, though the device runs"))
    return of_ending(recorder, ending)


def of_ending(recorder: Recorder, ending: Ending) -> PlumblineError:
    if ending.by is By.ITSELF:
        return _told(recorder, Died(f"{_last_words(recorder)}: {ending.text}"))
    return _told(recorder, BenchError(f"the device is gone, not by itself: {ending.text}"))


def of_last_words(recorder: Recorder, text: str) -> PlumblineError:
    """It said itself that it stops."""
    return _told(recorder, Died(f"{_last_words(recorder)}: it stopped: {text}"))


def of_silence(recorder: Recorder, what: str, diagnosis: Diagnosis, waited_s: float) -> PlumblineError:
    text = f"no answer to {what} in {waited_s:.0f} s, {diagnosis.text}"
    if diagnosis.silence in _OUR_SIDE:
        return _told(recorder, BenchError(text))
    return _told(recorder, Died(f"{_last_words(recorder)}: {text}"))


def of_chatter(recorder: Recorder) -> PlumblineError:
    """Its shell says one thing after the other, and never what it owes."""
    return _told(recorder, Died(f"{_last_words(recorder)}: it talks without end"))


def of_restart(recorder: Recorder) -> PlumblineError:
    """It said that it is ready, and nobody started it."""
    return _told(recorder, Died(f"{_last_words(recorder)}: it started anew by itself"))


def _told(recorder: Recorder, error: PlumblineError) -> PlumblineError:
    recorder.note(recorder.events[-1].ms if recorder.events else 0, str(error))
    return error


def _last_words(recorder: Recorder) -> str:
    last = next((event for event in reversed(recorder.events) if _is_stimulus(event)), None)
    if not isinstance(last, FrameEvent):
        return "died before any frame"
    return f"died after frame {last.number} ({last.step})"


def _is_stimulus(event: object) -> bool:
    return isinstance(event, FrameEvent) and event.way is Way.TO_DUT and not event.is_fence
