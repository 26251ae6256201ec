# SPDX-License-Identifier: GPL-2.0-or-later
"""A little checkout of its own for trying the plugin: requirements, a ledger, a bench, scenarios."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from plumbline.report.record import RecordJson
from plumbline.scenario.checkout import find_checkout
from plumbline.scenario.profiles import profile_text

ROOT = find_checkout(Path(__file__)).root

REQUIREMENTS = """id,level,section,text
R-1,MUST,1,it must
R-2,SHOULD,2,it should
"""
LEDGER = """
[[deviation]]
id = "known"
scenarios = ["one/verdicts/deviates", "one/verdicts/deviates_no_more", "one/verdicts/deviates_otherwise"]
requirement = "R-1"
what = "it answers 4"
why = "as lwIP does"
match = "came 4"
"""
FAKE_BENCH = '''
import pytest
from plumbline.errors import Leaked
from plumbline.events import FrameEvent, Way
from plumbline.judge import Device, Judge

MAC = bytes.fromhex("020000000002")
BAD_TYPE = bytes.fromhex("020000000001") + MAC + bytes.fromhex("86dd") + bytes(46)


class FakeBench:
    """Stands where a device would, and leaks or sends what it is told to."""

    def __init__(self):
        self.events = []
        self.earlier = []
        self.device_log = "a word of the device\\n"
        self.mac = bytes.fromhex("020000000002")
        self.identity = {"build": "fake"}
        self.frame_count = 7
        self.limits_asked = ()
        self.reports = []
        self.troubles = []
        self.steps = []
        self.leaks = False

    def send_bad_frame(self):
        self.events.append(FrameEvent(1, Way.FROM_DUT, 0, BAD_TYPE, "a step"))

    @property
    def findings(self):
        return Judge(Device(MAC, 1, 0xFFFFFF00)).see_all(self.events)

    def finish(self):
        if self.leaks:
            raise Leaked("the device did not give back:\\n  tcp: 1 used, 0 before")


@pytest.fixture
def bench():
    return FakeBench()
'''


class Suite:
    """Writes scenarios and runs them with pytest."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self._pytester = pytester
        self.root = pytester.path
        self._write("fixtures/requirements/own.csv", REQUIREMENTS)
        self._write("fixtures/deviations/own.toml", LEDGER)
        for folder in ("benches", "boards", "profiles"):
            shutil.copytree(ROOT / "fixtures" / folder, self.root / "fixtures" / folder)
        self._write(
            "pytest.ini", "[pytest]\naddopts = --import-mode=importlib --strict-markers -p no:hypothesispytest\n"
        )

    def _write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def fake_bench(self, also: str = "") -> None:
        self._write("conftest.py", FAKE_BENCH + also)

    def profile(self, name: str, limits: Mapping[str, int]) -> None:
        self._write(f"fixtures/profiles/{name}.toml", profile_text(limits))

    def ledger(self, text: str) -> None:
        self._write("fixtures/deviations/own.toml", text)

    def scenarios(self, name: str, text: str) -> None:
        self._write(f"scenarios/{name}", text)

    def run(self, *arguments: str) -> pytest.RunResult:
        """In this process, which is fast."""
        return self._pytester.runpytest_inprocess(*arguments)

    def run_apart(self, *arguments: str) -> pytest.RunResult:
        """In a process of its own."""
        return self._pytester.runpytest_subprocess(*arguments)

    def report(self, bench: str = "native") -> dict[str, RecordJson]:
        plain = json.loads((self.root / "build/report" / bench / "report.json").read_text())
        return {one["id"]: one for one in plain["scenarios"]}

    def verdicts(self) -> dict[str, str | None]:
        return {id_.rpartition("/")[2]: one["verdict"] for id_, one in self.report().items()}

    def counts(self, bench: str = "native") -> dict[str, int]:
        counts: dict[str, int] = json.loads((self.root / "build/report" / bench / "report.json").read_text())["counts"]
        return counts
