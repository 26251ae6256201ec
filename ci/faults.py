# SPDX-License-Identifier: GPL-2.0-or-later
"""Proves that the suite can fail: builds each fault of fixtures/faults into a copy of the sources, and runs what must
catch it.

A fault is a patch against the repository (firmware/...) or against lwIP (lwip/...), headed by comment lines:

    # what: one sentence about the mistake
    # caught-by: a scenario's id, or a glob of ids; one line each, all must catch it. Without @way: core alone.
                 A test of ours, as pytest calls it, where it takes hands at the board that no scenario has
    # says: a regular expression that each failure's text must match (optional)
    # bench: native            (the default; native-asan where it takes the sanitizers, nucleo-h743zi-virtual for a
                                driver of the Nucleo: its strict reports are part of what a failure says)
    # starts: no               (the device never comes up: caught means ERROR, and what it must say is not optional)

A fault is caught by a scenario that comes out as FAIL or UNEXPECTED. One that survives is an error, and so is a patch
that does not apply, a firmware that does not build, and a scenario that is not there or ends in ERROR.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LWIP = ROOT / os.environ.get("PLUMB_LWIP", "build/src/lwip-2.2.1")
PLACE = ROOT / "build" / "faults"
HEADER = re.compile(r"^# ([a-z-]+): (.+)$", re.MULTILINE)

Results = dict[str, tuple[str, str]]  # scenario: its verdict and what it says


@dataclass(frozen=True)
class Fault:
    name: str
    patch: Path
    what: str
    caught_by: tuple[str, ...]
    says: str
    bench: str
    starts: bool

    @property
    def board(self) -> str:
        """What the bench has in it."""
        bench = ROOT / "fixtures/benches" / f"{self.bench}.toml"
        return str(tomllib.loads(bench.read_text())["board"])

    @property
    def verdicts(self) -> set[str]:
        """Those that mean caught."""
        return {"FAIL", "UNEXPECTED"} if self.starts else {"ERROR"}


@dataclass(frozen=True)
class Outcome:
    fault: Fault
    trouble: str  # empty when every named scenario caught it
    caught: int  # scenarios that did
    seconds: float


class NotBuilt(Exception):
    """The fault never came to the test; the text says why."""


def read(patch: Path) -> Fault:
    head = patch.read_text().split("\n--- ")[0]
    fields = HEADER.findall(head)
    named = dict(fields)
    caught_by = tuple(value for key, value in fields if key == "caught-by")
    if "what" not in named or not caught_by:
        sys.exit(f"{patch}: its head needs '# what: ...' and at least one '# caught-by: ...'")
    starts, says = named.get("starts") != "no", named.get("says", "")
    if not starts and not says:
        sys.exit(f"{patch}: of a device that never comes up its head needs what must be said of it: '# says: ...'")
    return Fault(patch.stem, patch, named["what"], caught_by, says, named.get("bench", "native"), starts)


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={**os.environ, **environment},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )


def copy_sources(tree: Path) -> None:
    """A copy of firmware and lwIP that faults are put into, one at a time; objects stay from one to the next."""
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(ROOT / "firmware", tree / "firmware")
    shutil.copytree(LWIP, tree / "lwip")


def apply(fault: Fault, tree: Path, *options: str) -> None:
    done = subprocess.run(
        ["git", "apply", "--whitespace=nowarn", *options, str(fault.patch)],
        cwd=tree,
        env={**os.environ, "GIT_CEILING_DIRECTORIES": str(tree.parent)},
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        raise NotBuilt(f"the patch does not apply: {done.stderr.strip()}")


def build(fault: Fault, tree: Path, images: Path) -> None:
    out = tree / "out" / fault.board
    made = run(
        "make",
        "-f",
        "firmware/firmware.mk",
        f"FW={tree / 'firmware'}",
        f"LWIP={tree / 'lwip'}",
        f"OUT={out}",
        f"BOARD={fault.board}",
        MAKEFLAGS="",
    )
    if made.returncode != 0:
        raise NotBuilt(f"the firmware does not build:\n{made.stdout[-2000:]}")
    (images / fault.board).mkdir(parents=True, exist_ok=True)
    shutil.copy2(out / "dut", images / fault.board / "dut")


def build_with(fault: Fault, tree: Path, images: Path) -> None:
    apply(fault, tree)
    try:
        build(fault, tree, images)
    finally:
        apply(fault, tree, "--reverse")


def file_of(glob: str) -> str:
    """The narrowest path of scenarios that holds every id the glob can mean."""
    parts = glob.split("/")
    if len(parts) >= 3 and not set("*?[") & set(parts[0] + parts[1]):
        return f"scenarios/{parts[0]}/test_{parts[1]}.py"
    if not set("*?[") & set(parts[0]):
        return f"scenarios/{parts[0]}"
    return "scenarios"


def ways_of(fault: Fault) -> str:
    """Ways into the sockets that its scenarios go through, as `plumb run --way` takes them."""
    globs = [glob for glob in fault.caught_by if not is_test(glob)]
    named = {way for _, sign, way in (glob.rpartition("@") for glob in globs) if sign}
    bare = any("@" not in glob for glob in globs)
    return ",".join([*(["core"] if bare else []), *sorted(named)])


def is_test(glob: str) -> bool:
    return "::" in glob


def of_test(node: str, images: Path) -> tuple[str, str]:
    """What a test of ours comes to, as a scenario's verdict."""
    ran = run(ROOT / ".venv/bin/python", "-m", "pytest", "-q", "-rs", node, PLUMB_IMAGES=str(images))
    verdict = {0: "PASS", 1: "FAIL"}.get(ran.returncode, "ERROR")
    return "SKIPPED" if verdict == "PASS" and " skipped" in ran.stdout else verdict, ran.stdout[-4000:]


def results(fault: Fault, images: Path, report: Path) -> Results:
    tests = {glob: of_test(glob, images) for glob in fault.caught_by if is_test(glob)}
    return tests if len(tests) == len(fault.caught_by) else tests | of_scenarios(fault, images, report)


def of_scenarios(fault: Fault, images: Path, report: Path) -> Results:
    paths = sorted({file_of(glob) for glob in fault.caught_by if not is_test(glob)})
    shutil.rmtree(report, ignore_errors=True)
    ran = run(
        ROOT / ".venv/bin/plumb",
        "run",
        "--bench",
        fault.bench,
        "--way",
        ways_of(fault),
        "--report-dir",
        report,
        *paths,
        PLUMB_IMAGES=str(images),
    )
    found = report / fault.bench / "report.json"
    if not found.exists():
        raise NotBuilt(f"the suite did not run:\n{ran.stdout[-2000:]}")
    return {
        entry["id"]: (entry["verdict"], entry.get("text", "")) for entry in json.loads(found.read_text())["scenarios"]
    }


def matches(identity: str, glob: str) -> bool:
    return identity == glob or fnmatch.fnmatchcase(identity, glob.replace("[", "[[]"))


def judge(fault: Fault, results_of: Results) -> tuple[str, int]:
    """What is wrong with how the fault was caught, and how many scenarios caught it."""
    caught = 0
    for glob in fault.caught_by:
        found = [result for identity, result in results_of.items() if matches(identity, glob)]
        if not found:
            return f"no scenario is called {glob}", caught
        hits = [text for verdict, text in found if verdict in fault.verdicts]
        if not hits:
            return f"survived {glob}: {', '.join(sorted({verdict for verdict, _ in found}))}", caught
        for text in hits:
            if not re.search(fault.says, text, re.DOTALL):
                return f"{glob} does not say {fault.says!r} but: {text}", caught
        caught += len(hits)
    return "", caught


def try_out(fault: Fault, tree: Path) -> Outcome:
    began = time.monotonic()
    images, report = PLACE / fault.name / "images", PLACE / fault.name / "report"
    try:
        build_with(fault, tree, images)
        trouble, caught = judge(fault, results(fault, images, report))
    except NotBuilt as why:
        trouble, caught = str(why), 0
    return Outcome(fault, trouble, caught, time.monotonic() - began)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One run a checkout: the tree and its objects are shared."""
    PLACE.mkdir(parents=True, exist_ok=True)
    with (PLACE / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"faults already run in this checkout, in {PLACE.relative_to(ROOT)}; wait for them")
        yield


def try_all(faults: list[Fault]) -> Iterator[Outcome]:
    tree = PLACE / "tree"
    copy_sources(tree)
    for fault in faults:
        outcome = try_out(fault, tree)
        mark = "survived" if outcome.trouble else f"caught by {outcome.caught}"
        print(f"{fault.name:42} {mark:14} {outcome.seconds:5.1f} s  {fault.what}", flush=True)
        if outcome.trouble:
            print(f"    {outcome.trouble}", flush=True)
        yield outcome


def main() -> int:
    parser = argparse.ArgumentParser(description="Builds seeded faults and runs what must catch them.")
    parser.add_argument("names", nargs="*", metavar="FAULT", help="names or globs; without any, all of fixtures/faults")
    wanted = parser.parse_args().names
    faults = [read(patch) for patch in sorted((ROOT / "fixtures/faults").glob("*.patch"))]
    if wanted:
        faults = [fault for fault in faults if any(fnmatch.fnmatch(fault.name, name) for name in wanted)]
    if not faults:
        print("no such fault in fixtures/faults", file=sys.stderr)
        return 2
    with alone():
        outcomes = list(try_all(faults))
    survivors = [outcome.fault.name for outcome in outcomes if outcome.trouble]
    print(f"\n{len(outcomes)} faults, {len(outcomes) - len(survivors)} caught, {len(survivors)} not")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
