# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the suite again and again: no verdict may change, and no frame or stack time in any scenario. (One that runs in
real time has no hash of its frames: its verdict counts.)

Half of the runs share the work among two processes (-n 2), so that the order of scenarios changes too; in every third
each scenario has a device started anew, in the others emulators are reset.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

Result = dict[str, tuple[str, str]]  # scenario: its verdict and the hash of its frames


def ways(number: int) -> list[str]:
    """How that run, counted from 1, is made."""
    return ["-n", "2"] * (number % 2 == 0) + ["--new-devices"] * (number % 3 == 0)


def run(bench: str, options: list[str], report: Path) -> Result:
    """One run's results, bench by bench. What the run prints is kept beside its report."""
    command = [str(ROOT / ".venv/bin/plumb"), "run", "--bench", bench, "--report-dir", str(report), *options]
    with (report / "output.txt").open("w") as output:
        subprocess.run(command, cwd=ROOT, stdout=output, stderr=output, check=False)
    result: Result = {}
    for name in bench.split(","):
        for entry in json.loads((report / name / "report.json").read_text())["scenarios"]:
            result[f"{name}: {entry['id']}"] = (entry["verdict"], entry["frames_sha256"])
    return result


def differences(first: Result, other: Result) -> list[str]:
    found = []
    for identity in sorted(first.keys() | other.keys()):
        before, now = first.get(identity, ("missing", "")), other.get(identity, ("missing", ""))
        if before[0] != now[0]:
            found.append(f"{identity}: {before[0]} became {now[0]}")
        elif before[1] != now[1]:
            found.append(f"{identity}: other frames or stack times")
    return found


def count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of runs")
    return int(text)


def main() -> int:
    parser = argparse.ArgumentParser(description="Runs the suite again and again; nothing may change.")
    parser.add_argument("--times", type=count, default=20, metavar="N", help="runs in all (default: 20)")
    parser.add_argument("--bench", default=os.environ.get("PLUMB_BENCH", "native"), metavar="NAME[,NAME]")
    options = parser.parse_args()
    changed = 0
    with tempfile.TemporaryDirectory(prefix="soak-", dir=ROOT / "build") as place:
        first: Result | None = None
        for number in range(1, options.times + 1):
            report = Path(place) / str(number)
            report.mkdir()
            result = run(options.bench, ways(number), report)
            first = first or result
            found = differences(first, result)
            changed += len(found)
            how = " ".join(["", *ways(number)])
            print(f"run {number} of {options.times}{how}: {len(result)} scenarios, {len(found)} changed", flush=True)
            for line in found:
                print(f"    {line}", flush=True)
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
