# SPDX-License-Identifier: GPL-2.0-or-later
"""What each scenario leaves behind: capture, shell transcript, device log, and the verdict with a ladder."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from plumbline.events import Event, FrameEvent, NoteEvent, ShellEvent
from plumbline.match.ladder import recent
from plumbline.report.files import write_whole
from plumbline.report.record import Record
from plumbline.wire.pcapng import capture

_PLAIN = re.compile(r"[^\w.,=+\[\]/-]+")
_NAME_MAX = 120
_VERDICT = "verdict.json"
_RUNGS = 120  # the last of a long ladder; the capture has all


def folder_name(id_: str) -> str:
    """The id as a path that any file system takes, still one for each id."""
    plain = _PLAIN.sub("_", id_)
    *parents, name = plain.split("/")
    if plain == id_ and len(name) <= _NAME_MAX and ".." not in parents:
        return id_
    tail = hashlib.sha256(id_.encode()).hexdigest()[:8]
    return "/".join([*(parent.strip(".") for parent in parents), f"{name[:_NAME_MAX]}-{tail}"])


def write_events(folder: Path, events: Sequence[Event], device_log: str) -> None:
    """Everything but the verdict, which is not known yet. Few files: making one can take longer than a scenario.
    BenchError for one that cannot be written."""
    frames = [event for event in events if isinstance(event, FrameEvent)]
    write_whole(folder / "wire.pcapng", capture(frames, with_fences=True))
    write_whole(folder / "shell.log", _lines(_transcript(events)))
    write_whole(folder / "device.log", device_log)


def write_verdict(
    folder: Path, record: Record, events: Sequence[Event], *, device: Mapping[str, str], seed: int
) -> None:
    folder.mkdir(parents=True, exist_ok=True)  # a fixture that failed came before all events
    ladder = recent(events, _RUNGS).splitlines()
    verdict = {**record.to_json(), "device": dict(device), "seed": seed, "ladder": ladder}
    write_whole(folder / _VERDICT, json.dumps(verdict, indent=1, ensure_ascii=False) + "\n")


def read_ladder(folder: Path) -> str:
    """What `write_verdict` left; empty when nothing was left."""
    path = folder / _VERDICT
    return "\n".join(json.loads(path.read_text(encoding="utf-8"))["ladder"]) if path.is_file() else ""


def read_device(folder: Path) -> Mapping[str, str]:
    """Which device it was, as `write_verdict` wrote it down; empty when it did not."""
    path = folder / _VERDICT
    device: Mapping[str, str] = json.loads(path.read_text(encoding="utf-8"))["device"] if path.is_file() else {}
    return device


def _transcript(events: Iterable[Event]) -> Iterable[str]:
    for event in events:
        if isinstance(event, ShellEvent):
            yield f"{event.ms:>8} {event.way.value} {event.line}"
        elif isinstance(event, NoteEvent):
            yield f"{event.ms:>8} # {event.text}"


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
