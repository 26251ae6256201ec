# SPDX-License-Identifier: GPL-2.0-or-later
"""A device that does not answer: is it dead, and whose fault is that (contract, part 5)."""

from __future__ import annotations

from collections.abc import Sequence

from plumbline.bench import bounds
from plumbline.bench.events import Recorder
from plumbline.bench.silence import Diagnosis
from plumbline.board import By, Device, Ending
from plumbline.errors import BenchError, Died, PlumblineError
from plumbline.events import FrameEvent, Way

_FROM_OUTSIDE = {
    "pin": "somebody reset the board by its black button, by the probe's disk or by another program that has the probe",
    "power": "its power was gone for a moment: see to its USB cable, and to what else the hub feeds",
}
"""Of the causes that `id` tells. What software or a watchdog does to a chip is the device's own doing, unless a
debugger is at it."""


def of_closed_line(device: Device, recorder: Recorder, which: str) -> PlumblineError:
    """The line is gone: because the process is, or because somebody closed it."""
    ending = device.ending(within_s=bounds.END_S)
    if ending.by is By.NOBODY:
        gone = f"the device's {which} is gone, though the device runs"
        return _told(recorder, BenchError(": ".join(filter(None, [gone, _way_out(device, which)]))))
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
    if diagnosis.is_our_side:
        return _told(recorder, BenchError(text))
    return _told(recorder, Died(f"{_last_words(recorder)}: {text}"))


def of_no_link(recorder: Recorder, what: str, interface: str) -> PlumblineError:
    """Whoever pulled the cable: from a port without a link nothing is known."""
    way_out = "is its cable in at both ends? `plumb rig check`"
    return _told(recorder, BenchError(f"no answer to {what}, and the network port {interface} has no link: {way_out}"))


def of_bad_way(recorder: Recorder, what: str, trouble: str) -> PlumblineError:
    """The link is there again; the frames that were on their way are not."""
    return _told(recorder, BenchError(f"no answer to {what}, and {trouble}"))


def of_debugger(recorder: Recorder, what: str, debugger: str) -> PlumblineError:
    """A core that is halted neither answers nor, with its watchdog running on, stays as it is."""
    return _told(recorder, BenchError(f"{what}, and {debugger}"))


def of_others(recorder: Recorder, what: str, line: str, others: Sequence[str]) -> PlumblineError:
    """Who reads there takes what is ours to hear, and who writes is answered."""
    who = " and ".join(others)
    return _told(recorder, BenchError(f"{what}, and another program has {line} open: close {who}"))


def of_typist(recorder: Recorder, line: str, shown: str, others: Sequence[str]) -> PlumblineError:
    """He may have gone since."""
    who = " and ".join(others) or "it (`plumb rig check` names who has the line open)"
    return _told(recorder, BenchError(f"another program writes on {line}: the device shows {shown!r}; close {who}"))


def of_chatter(recorder: Recorder) -> PlumblineError:
    """Its shell says one thing after the other, and never what it owes."""
    return _told(recorder, Died(f"{_last_words(recorder)}: it talks without end"))


def of_restart(device: Device, recorder: Recorder, cause: str) -> PlumblineError:
    """It said that it is ready, and the bench did not start it. `cause`: what it says began its new start, where it
    knows that."""
    if who := _FROM_OUTSIDE.get(cause):
        return _told(recorder, BenchError(f"the device started anew, not by itself (cause={cause}): {who}"))
    if debugger := device.debugger():
        return of_debugger(recorder, f"the device started anew (cause={cause})", debugger)
    return _told(recorder, Died(f"{_last_words(recorder)}: it started anew by itself"))


def _way_out(device: Device, which: str) -> str:
    """Of a line that is a cable's; the harness's own have none."""
    cable = device.shell.shared_name if which == "shell" else device.wire.interface
    return cable and f"see to the cable behind {cable}, and to its board's power; then `plumb rig check`"


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
