# SPDX-License-Identifier: GPL-2.0-or-later
"""What a test has started ends with it, though it was killed and could end nothing any more."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from host.tests.virtual_nucleo import private_network
from host.tests.virtual_nucleo.virtual_board import ROOT, lacks
from plumbline.scratch import sweep

pytestmark = pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")

SOON_S = 60.0  # patience, not a proof: a loaded machine takes its time
OWNER = """
import contextlib, os, sys
from pathlib import Path
from host.tests.virtual_nucleo.private_network import PrivateNetwork
from host.tests.virtual_nucleo.virtual_board import PROGRAM, VirtualBoard

def is_board(pid):
    return str(PROGRAM) in Path(f"/proc/{pid}/cmdline").read_text().split(chr(0))

with contextlib.ExitStack() as opened:
    within = opened.enter_context(PrivateNetwork()).inside if sys.argv[1:] else ()
    with VirtualBoard(within=within) as board, board.start("init") as openocd:
        openocd.said.hear("Open On-Chip Debugger")
        pids = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        print(*[pid for pid in pids if is_board(pid) or "openocd" in Path(f"/proc/{pid}/comm").read_text()], flush=True)
        sys.stdin.read()
"""


@pytest.mark.parametrize(
    "network",
    [
        [],
        pytest.param(
            ["its own"], marks=pytest.mark.skipif(bool(private_network.lacks()), reason=private_network.lacks())
        ),
    ],
    ids=["here", "in a network of its own"],
)
def test_a_board_and_its_probes_program_end_with_a_test_that_is_killed(tmp_path: Path, network: list[str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, *network],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as owner:
        assert owner.stdout is not None
        ends = [os.pidfd_open(int(pid)) for pid in owner.stdout.readline().split()]
        owner.kill()

    assert len(ends) == 2
    for end in ends:
        assert select.select([end], [], [], SOON_S)[0]
        os.close(end)
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []
