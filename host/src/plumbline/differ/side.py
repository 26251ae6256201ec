# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run on one bench left behind, read back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from scapy.utils import RawPcapNgReader

from plumbline.board import BenchSpec
from plumbline.errors import BenchError
from plumbline.events import Way
from plumbline.report.evidence import read_device
from plumbline.report.record import Record, frames_sha256
from plumbline.scenario.profiles import load_limits
from plumbline.wire.addresses import mac_bytes
from plumbline.wire.fence import is_fence
from plumbline.wire.mac import at_mac

_FROM_DUT = 1  # a packet's direction in the capture, as the harness sees it


@dataclass(frozen=True)
class Captured:
    """A frame of the traffic under test."""

    way: Way
    ms: int  # stack clock
    data: bytes
    comment: str  # its number, and the step that caused it


@dataclass(frozen=True)
class Side:
    """One bench's run."""

    bench: str
    profile: str
    limits: Mapping[str, int]
    padded_to: int  # bytes that the device pads short frames to; 0: it does not
    mac: bytes | None  # None: of whichever board a scenario ran on
    records: Mapping[str, Record]
    root: Path

    @property
    def ways(self) -> list[str]:
        """Into the sockets, that its scenarios went through."""
        return list(dict.fromkeys(record.way for record in self.records.values()))

    def through(self, way: str) -> Side:
        """What went through one of them, by the ids that all ways share."""
        own = {id_.removesuffix(f"@{way}"): record for id_, record in self.records.items() if record.way == way}
        return replace(self, bench=f"{self.bench} through {way}", records=own)

    def mac_in(self, id_: str) -> bytes | None:
        """The device's in that scenario; None when nobody wrote it down."""
        if self.mac is not None or not self.records[id_].evidence:
            return self.mac
        mac = read_device(self.root / str(self.records[id_].evidence)).get("mac")
        return mac_bytes(mac) if mac else None

    def frames(self, id_: str, *, mac: bytes | None = None) -> list[Captured]:
        """What passed on its wire in that scenario, fences left out; of a search, in its last example. With `mac` as if
        the device had that one. BenchError for a capture that does not hold the frames that the report tells of."""
        record = self.records[id_]
        if not record.evidence:
            return []
        path = self.root / record.evidence / "wire.pcapng"
        captured = read_capture(path)
        own = self.mac_in(id_)
        is_whole = len(captured) == record.frames
        if is_whole and record.frames_sha256 not in (None, frames_sha256(captured, mac=own)):
            raise BenchError(f"{path}: these are not the frames of the report: run bench {self.bench} again")
        if mac is None or own is None:
            return captured
        return [replace(one, data=at_mac(one.data, own, mac)) for one in captured]


def load_side(spec: BenchSpec, folder: Path, *, root: Path, profiles: Path) -> Side:
    """From the report of a run on that bench in `folder`."""
    report = folder / "report.json"
    if not report.is_file():
        raise BenchError(f"{report}: there is no report: `plumb run --bench {spec.name}` writes it")
    plain = json.loads(report.read_text(encoding="utf-8"))
    return Side(
        bench=spec.name,
        profile=spec.profile,
        limits=load_limits(profiles / f"{spec.profile}.toml"),
        padded_to=spec.board.pads_to,
        mac=mac_bytes(spec.mac) if spec.mac else None,
        records={record["id"]: Record.from_json(record) for record in plain["scenarios"]},
        root=root,
    )


def read_capture(path: Path) -> list[Captured]:
    if not path.is_file():
        raise BenchError(f"{path}: the capture is gone: run the bench again")
    with RawPcapNgReader(str(path)) as packets:
        # The annotation of its base class stands where its own belongs.
        read = cast(Iterable[tuple[bytes, RawPcapNgReader.PacketMetadata]], packets)
        return [_captured(data, meta) for data, meta in read if not is_fence(data)]


def _captured(data: bytes, meta: RawPcapNgReader.PacketMetadata) -> Captured:
    ticks = ((meta.tshigh or 0) << 32) + (meta.tslow or 0)
    comment = meta.comments[0].decode("utf-8", "replace") if meta.comments else ""
    way = Way.FROM_DUT if meta.direction == _FROM_DUT else Way.TO_DUT
    return Captured(way, ticks * 1000 // meta.tsresol, data, comment)
