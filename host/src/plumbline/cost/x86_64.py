# SPDX-License-Identifier: GPL-2.0-or-later
"""The bench as a process under callgrind, which counts inside `counted` and writes a part for each row."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from plumbline.cost.rows import Costs, Row, costs, parse_rows
from plumbline.errors import BenchError, Died

_DEAD_AFTER_S = 600
_FN = re.compile(r"fn=\((\d+)\)(?: (.*))?")
_SUMMARY = re.compile(r"^summary: (\d+)", re.MULTILINE)
_UNCOUNTED = "uncounted_"
_POSITIONS = tuple("0123456789+-*")  # how a line with a cost begins

# The plainest memcpy() of glibc, so that the count does not depend on the processor.
_TUNABLES = "glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX2,-AVX,-AVX_Fast_Unaligned_Load,-ERMS,-FSRM"


def count(image: Path) -> Costs:
    with tempfile.TemporaryDirectory(prefix="cost-") as place:
        said = _run(image, Path(place) / "part")
        rows = parse_rows(said)
        parts = [(Path(place) / f"part.{number}").read_text() for number in range(1, len(rows) + 1)]
    return costs(rows, _instructions(rows, parts))


def _instructions(rows: Sequence[Row], parts: Sequence[str]) -> dict[str, int]:
    names: dict[str, str] = {}
    return {row.name: counted(part, names) for row, part in zip(rows, parts, strict=True)}


def _run(image: Path, parts: Path) -> str:
    command = [
        *("valgrind", "--tool=callgrind", f"--callgrind-out-file={parts}", "--toggle-collect=counted"),
        *("--zero-before=count_row_begin", "--dump-after=count_row_end", str(image)),
    ]
    environment = os.environ | {"GLIBC_TUNABLES": _TUNABLES}
    try:
        run = subprocess.run(
            command, capture_output=True, text=True, env=environment, timeout=_DEAD_AFTER_S, check=False
        )
    except FileNotFoundError as missing:
        raise BenchError("valgrind is missing: make setup") from missing
    except subprocess.TimeoutExpired as late:
        raise Died(f"the image did not end within {_DEAD_AFTER_S} s") from late
    if run.returncode:
        raise Died(f"the image ended with {run.returncode}: {run.stdout[-500:]}{run.stderr[-500:]}")
    return run.stdout


def counted(part: str, names: dict[str, str]) -> int:
    """All instructions of a part but those of functions that are not counted. A name is written out once, in the
    first part that has it: `names` are those of the parts before."""
    found = _SUMMARY.search(part)
    if not found:
        raise BenchError("callgrind wrote no summary")
    return int(found[1]) - sum(own for name, own in own_costs(part, names) if name.startswith(_UNCOUNTED))


def own_costs(part: str, names: dict[str, str]) -> Iterator[tuple[str, int]]:
    """A function's name and a cost of its own, line by line; the line behind a call is what it called."""
    current, is_call = "", False
    for line in part.splitlines():
        if found := _FN.match(line.removeprefix("c")):
            number, name = found.groups()
            if name:
                names[number] = name
            current = current if line.startswith("c") else number
        elif line.startswith("calls="):
            is_call = True
        elif line.startswith(_POSITIONS):
            if not is_call:
                yield names[current], int(line.split()[1])
            is_call = False
