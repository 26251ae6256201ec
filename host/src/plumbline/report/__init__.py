# SPDX-License-Identifier: GPL-2.0-or-later
"""Reports: readers of what happened, for people and for programs."""

from plumbline.report.digest import Difference, digest
from plumbline.report.evidence import folder_name, write_events, write_verdict
from plumbline.report.record import Record, counts, frames_of, frames_sha256
from plumbline.report.run import Run, begin_run, read_run, write_run
from plumbline.report.summary import counted, summary_lines, tally

__all__ = [
    "Difference",
    "Record",
    "Run",
    "begin_run",
    "counted",
    "counts",
    "digest",
    "folder_name",
    "frames_of",
    "frames_sha256",
    "read_run",
    "summary_lines",
    "tally",
    "write_events",
    "write_run",
    "write_verdict",
]
