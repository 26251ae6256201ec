# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run knows of one scenario. Plain enough to travel between processes as JSON."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypedDict

from plumbline.events import Event, FrameEvent, Verdict, Way
from plumbline.wire.mac import at_mac

_ANY_MAC = bytes.fromhex("020000000002")


class RecordJson(TypedDict):
    """A scenario in report.json; its schema is in report.schema.json."""

    id: str
    family: str
    way: str
    verdict: str | None
    requirements: list[str]
    level: str
    node: str
    duration_s: float
    frames: int
    frames_sha256: str | None
    evidence: str | None
    deviations: list[str]
    limits: list[str]
    text: str
    again: str


@dataclass(frozen=True)
class Record:
    id: str  # family/file/test[parameters]
    family: str
    way: str  # how the socket was opened
    verdict: Verdict | None  # None: only listed
    requirements: tuple[str, ...]
    level: str
    node: str  # what pytest calls it
    duration_s: float = 0.0
    frames: int = 0  # without fences
    frames_sha256: str | None = None
    evidence: str | None = None  # a folder, from the checkout
    deviations: tuple[str, ...] = ()  # of the ledger, seen or missed
    limits: tuple[str, ...] = ()  # of the profile, that it asked for: what may make it differ between benches
    text: str = ""  # what a failure says
    again: str = ""  # the command that runs it again

    def to_json(self) -> RecordJson:
        return RecordJson(
            id=self.id, family=self.family, way=self.way,
            verdict=None if self.verdict is None else self.verdict.value,
            requirements=list(self.requirements), level=self.level, node=self.node,
            duration_s=round(self.duration_s, 6), frames=self.frames, frames_sha256=self.frames_sha256,
            evidence=self.evidence, deviations=list(self.deviations), limits=list(self.limits), text=self.text,
            again=self.again,
        )  # fmt: skip

    @classmethod
    def from_json(cls, plain: RecordJson) -> Record:
        return cls(
            id=plain["id"], family=plain["family"], way=plain["way"],
            verdict=None if plain["verdict"] is None else Verdict(plain["verdict"]),
            requirements=tuple(plain["requirements"]), level=plain["level"], node=plain["node"],
            duration_s=plain["duration_s"], frames=plain["frames"], frames_sha256=plain["frames_sha256"],
            evidence=plain["evidence"], deviations=tuple(plain["deviations"]), limits=tuple(plain["limits"]),
            text=plain["text"], again=plain["again"],
        )  # fmt: skip


def frames_of(events: Iterable[Event]) -> list[FrameEvent]:
    """The traffic under test: all frames but fences and their answers."""
    return [event for event in events if isinstance(event, FrameEvent) and not event.is_fence]


class Framed(Protocol):
    """A frame under test, sent or read back."""

    @property
    def way(self) -> Way: ...
    @property
    def ms(self) -> int: ...
    @property
    def data(self) -> bytes: ...


def frames_sha256(frames: Iterable[Framed], *, mac: bytes | None = None) -> str:
    """Over way, stack time and bytes of each: equal when two runs sent the same at the same times, whichever board it
    was. `mac` is the device's, and counts as any other would."""
    digest = hashlib.sha256()
    for frame in frames:
        digest.update(f"{frame.way.value}{frame.ms} {len(frame.data)}\n".encode())
        digest.update(frame.data if mac is None else at_mac(frame.data, mac, _ANY_MAC))
    return digest.hexdigest()


def counts(records: Iterable[Record]) -> Mapping[Verdict, int]:
    """How many of each verdict, those that occur, in the order of Verdict."""
    verdicts = [record.verdict for record in records]
    return {verdict: verdicts.count(verdict) for verdict in Verdict if verdict in verdicts}
