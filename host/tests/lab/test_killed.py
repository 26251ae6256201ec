# SPDX-License-Identifier: GPL-2.0-or-later
"""A lab ends with the tests that it was begun for, though they were killed and could end nothing any more."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from host.tests.lab.loopback_lab import lacks
from host.tests.virtual_nucleo.virtual_board import ROOT

pytestmark = pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")

SOON_S = 60.0  # patience, not a proof: a loaded machine takes its time
OWNER = """
import os, sys
from pathlib import Path
from host.tests.lab.loopback_lab import LoopbackLab

with LoopbackLab():
    print(Path(f"/proc/self/task/{os.getpid()}/children").read_text(), flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_labs_programs_and_boards_end_with_a_test_that_is_killed(tmp_path: Path, number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as owner:
        assert owner.stdout is not None
        ends = [os.pidfd_open(int(pid)) for pid in owner.stdout.readline().split()]
        owner.send_signal(number)

    assert len(ends) == 4  # two boards, the coordinator, the exporter
    for end in ends:
        assert select.select([end], [], [], SOON_S)[0]
        os.close(end)
