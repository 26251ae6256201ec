# SPDX-License-Identifier: GPL-2.0-or-later
"""A whole run on one bench, and the files that tell of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from plumbline.errors import BenchError
from plumbline.events import Verdict
from plumbline.report.files import write_whole
from plumbline.report.junit import junit_xml
from plumbline.report.page import page
from plumbline.report.record import Record, counts
from plumbline.scenario.requirements import Catalogue

SCHEMA = Path(__file__).with_name("report.schema.json")
VERSION = 1


@dataclass
class Run:
    """Grows while scenarios end."""

    bench: str
    seed: int
    started: str  # ISO 8601, with its zone
    records: dict[str, Record] = field(default_factory=dict)
    devices: list[Mapping[str, str]] = field(default_factory=list)  # each as it called itself, the last to be met last
    notes: list[str] = field(default_factory=list)  # what had to be done to reach them
    lost_workers: list[str] = field(default_factory=list)
    duration_s: float = 0.0
    interrupted: bool = False  # it is not at its end: scenarios are missing

    def add(self, record: Record) -> None:
        """A later word on the same scenario replaces the earlier one."""
        self.records[record.id] = record

    def meet(self, device: Mapping[str, str]) -> None:
        """One that was met before is not another."""
        if device:
            self.devices = [*(other for other in self.devices if other != device), device]

    def note(self, steps: Iterable[str]) -> None:
        """Each once."""
        self.notes += [step for step in dict.fromkeys(steps) if step not in self.notes]

    @property
    def exit_status(self) -> int:
        """0 all passed, 2 any ERROR, lost worker or interruption, else 1 for any failure."""
        verdicts = counts(self.records.values())
        if self.lost_workers or self.interrupted or Verdict.ERROR in verdicts:
            return 2
        return 1 if Verdict.FAIL in verdicts or Verdict.UNEXPECTED in verdicts else 0

    def to_json(self) -> dict[str, object]:
        return {
            "version": VERSION,
            "bench": self.bench,
            "seed": self.seed,
            "started": self.started,
            "duration_s": round(self.duration_s, 3),
            "exit_status": self.exit_status,
            "device": dict(self.devices[-1]) if self.devices else {},
            "devices": [dict(device) for device in self.devices],
            "notes": self.notes,
            "lost_workers": self.lost_workers,
            "interrupted": self.interrupted,
            "counts": {verdict.value: number for verdict, number in counts(self.records.values()).items()},
            "scenarios": [self.records[id_].to_json() for id_ in sorted(self.records)],
        }


def read_run(path: Path) -> Run:
    """What `write_run` put in report.json. BenchError for what it did not write."""
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        return Run(
            bench=plain["bench"], seed=plain["seed"], started=plain["started"],
            records={record["id"]: Record.from_json(record) for record in plain["scenarios"]},
            devices=plain["devices"], notes=plain["notes"], lost_workers=plain["lost_workers"],
            duration_s=plain["duration_s"], interrupted=plain["interrupted"],
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BenchError(f"{path} is no report of this version: {error}") from None


def begin_run(folder: Path, run: Run) -> None:
    """Puts a report that says that nothing was done in the place of the last run's, evidence and all: should this run
    never come to its end, nobody takes the old one for its own."""
    shutil.rmtree(folder / "evidence", ignore_errors=True)
    write_run(folder, replace(run, interrupted=True), Catalogue(()))


def write_run(folder: Path, run: Run, catalogue: Catalogue) -> None:
    """report.json, junit.xml and index.html. BenchError for one that cannot be written."""
    plain = run.to_json()
    write_whole(folder / "report.json", json.dumps(plain, indent=1, ensure_ascii=False) + "\n")
    write_whole(folder / "junit.xml", junit_xml(run.bench, run.started, run.records.values()))
    write_whole(folder / "index.html", page(plain, catalogue, folder / "evidence"))
