# SPDX-License-Identifier: GPL-2.0-or-later
"""What happened last, as a ladder: who sent what, at which stack time. SEQ and ACK count from each end's ISN."""

from __future__ import annotations

from collections.abc import Sequence

from plumbline.events import Event, FrameEvent, NoteEvent, ShellEvent, Way
from plumbline.wire.decode import SYN, Frame, decode
from plumbline.wire.summary import summary

RUNGS = 16
_TO_DUT, _FROM_DUT, _SHELL, _NOTE = "-->", "<--", " $ ", " # "
_LINE_MAX = 100


def recent(events: Sequence[Event], rungs: int = RUNGS) -> str:
    """The last frames and commands, fences and replies left out."""
    isns = _Isns(events)
    lines = [_rung(event, isns) for event in events if _counts(event)]
    gone = [f"{'':>13}    ... {len(lines) - rungs} before ..."] if len(lines) > rungs else []
    return "\n".join(["frame  stack time  peer / dut", *gone, *lines[-rungs:]])


def _counts(event: Event) -> bool:
    if isinstance(event, FrameEvent):
        return not event.is_fence
    return not isinstance(event, ShellEvent) or event.way is Way.TO_DUT or event.line.startswith("!")


def _rung(event: Event, isns: _Isns) -> str:
    if isinstance(event, FrameEvent):
        arrow = _TO_DUT if event.way is Way.TO_DUT else _FROM_DUT
        return f"{event.number:>5} {event.ms:>8} ms  {arrow} {isns.summary(event)}"
    mark, text = (_NOTE, event.text) if isinstance(event, NoteEvent) else (_SHELL, event.line)
    return f"{'':>5} {event.ms:>8} ms  {mark} {_cut(text)}"


def _cut(text: str) -> str:
    first = text.partition("\n")[0]
    return first if len(first) <= _LINE_MAX else f"{first[: _LINE_MAX - 3]}..."


_End = tuple[int, int, int, int]  # from address and port, to address and port


class _Isns:
    """The ISN of each end as it stood at each frame: a later connection of the same ports has its own."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._summaries: dict[int, str] = {}
        isns: dict[_End, int] = {}
        for event in events:
            if isinstance(event, FrameEvent) and not event.is_fence:
                self._summaries[event.number] = _relative(decode(event.data), isns)

    def summary(self, event: FrameEvent) -> str:
        return self._summaries[event.number]


def _relative(frame: Frame, isns: dict[_End, int]) -> str:
    if frame.ip is None or frame.tcp is None:
        return summary(frame)
    there = (frame.ip.src, frame.tcp.sport, frame.ip.dst, frame.tcp.dport)
    back = (frame.ip.dst, frame.tcp.dport, frame.ip.src, frame.tcp.sport)
    if frame.tcp.flags & SYN:
        isns[there] = frame.tcp.seq
    return summary(frame, isns.get(there, 0), isns.get(back, 0))
