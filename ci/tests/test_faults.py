# SPDX-License-Identifier: GPL-2.0-or-later
"""The seeded faults still fit the sources and the scenarios, without building any of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ci import faults

PATCHES = sorted((faults.ROOT / "fixtures/faults").glob("*.patch"))


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("faults")
    faults.copy_sources(place)
    return place


@pytest.fixture(scope="module")
def scenarios() -> list[str]:
    plumb = Path(sys.executable).with_name("plumb")
    listed = subprocess.run([plumb, "list", "--json"], cwd=faults.ROOT, capture_output=True, text=True, check=True)
    return [scenario["id"] for scenario in json.loads(listed.stdout)["scenarios"]]


@pytest.mark.skipif("LWIP_DIR" in os.environ, reason="the faults are of our lwIP")
@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.stem)
def test_a_fault_applies_and_who_must_catch_it_is_there(patch: Path, tree: Path, scenarios: list[str]) -> None:
    fault = faults.read(patch)

    faults.apply(fault, tree, "--check")

    assert [glob for glob in fault.caught_by if not is_there(glob, scenarios)] == []


def is_there(glob: str, scenarios: list[str]) -> bool:
    if not faults.is_test(glob):
        return any(faults.matches(id_, glob) for id_ in scenarios)
    path, _, test = glob.partition("::")
    return f"def {test.partition('[')[0]}(" in (faults.ROOT / path).read_text()


def test_two_runs_in_one_checkout_are_refused() -> None:
    with faults.alone(), pytest.raises(SystemExit, match="already run"), faults.alone():
        pass
