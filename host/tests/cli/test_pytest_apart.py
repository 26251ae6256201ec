# SPDX-License-Identifier: GPL-2.0-or-later
"""Ctrl-C where Python answers it, and pytest is not prepared for that."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from plumbline.cli import pytest_apart

IN_A_JUMP = """
import ctypes
import dis
import signal

raise_in_c = ctypes.CDLL(None)["raise"]  # unlike signal.raise_signal, it leaves the answer to the next instruction


def presses(is_odd):
    for _ in map(raise_in_c, [signal.SIGINT]):
        if is_odd and not is_odd:
            pass


def test_presses():
    jumps = [word for word in dis.get_instructions(presses) if word.opname == "JUMP_BACKWARD"]
    assert [word.positions.lineno for word in jumps] == [None]
    presses(True)


def test_is_not_run():
    print("it was run")
"""


def test_ctrl_c_in_a_jump_that_stands_in_no_line_is_an_interrupted_run(tmp_path: Path) -> None:
    (tmp_path / "test_moment.py").write_text(IN_A_JUMP)

    done = subprocess.run(
        [sys.executable, "-P", str(Path(pytest_apart.__file__)), "-s", "-p", "no:cacheprovider", "--rootdir", ".", "."],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 2, done.stdout
    assert "! KeyboardInterrupt !" in done.stdout
    assert "INTERNALERROR" not in done.stdout
    assert "it was run" not in done.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_hangs_in_its_own_clearing_up_is_ended_in_the_end(number: signal.Signals) -> None:
    before = {end: signal.getsignal(end) for end in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        with pytest.raises(KeyboardInterrupt):
            pytest_apart._interrupt(number, None)
        left_s = signal.alarm(0)
    finally:
        for end, answer in before.items():
            signal.signal(end, answer)

    assert 0 < left_s <= 60
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL  # which nothing that hangs can put off
