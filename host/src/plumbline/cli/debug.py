# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb debug`: a scenario whose device waits at its start for a debugger."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from plumbline.board import Hold, check_image, load_bench
from plumbline.board.hold import heard
from plumbline.cli.apart import exit_status, pytest_command
from plumbline.cli.from_rig import check_words
from plumbline.errors import BenchError
from plumbline.scenario.checkout import Checkout
from plumbline.scratch import scratch

_FILTERS = ("-k", "-m", "--lf")
_SMALLEST = "scenarios/smoke/test_alive.py::test_answers_ping"


def debug(options: argparse.Namespace, rest: Sequence[str], checkout: Checkout) -> int:
    """Nobody hurries the device meanwhile: no silence of it counts. The verdict comes when the debugger has left."""
    spec = load_bench(options.bench, checkout.root)
    check_words(rest, [spec])
    check_image(spec.board)
    _end_as_asked()
    with scratch() as folder, (folder / "output").open("w+") as output:
        word = Hold(folder).listen()
        command = pytest_command(
            options.bench, ["--hold-in", str(folder), *rest, *([] if _choose(rest) else [_SMALLEST])], checkout
        )
        # A group of its own: Ctrl-C at the terminal is the debugger's, or ours.
        with subprocess.Popen(command, cwd=checkout.root, stdout=output, stderr=output, process_group=0) as scenario:
            child = os.pidfd_open(scenario.pid)
            try:
                _hand_over(heard(word, child), checkout.root, only_print=options.print)
                status = scenario.wait()
            except BaseException:
                signal.signal(signal.SIGINT, signal.SIG_IGN)  # the next one says nothing new
                scenario.terminate()
                scenario.wait()
                raise
            finally:
                os.close(child)
                os.close(word)
        output.seek(0)
        shutil.copyfileobj(output, sys.stdout)
    return exit_status(status)


def _choose(words: Sequence[str]) -> bool:
    """Whether they say which scenario, and not only how."""
    return any(word.startswith(_FILTERS) or any(part in word for part in ("::", ".py", "scenarios")) for word in words)


def _end_as_asked() -> None:
    """SIGTERM and SIGHUP leave nothing behind, as Ctrl-C does. Who was told to ignore them does."""

    def end(number: int, _frame: FrameType | None) -> None:
        for other in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(other, signal.SIG_IGN)  # once: it may come again while all is put away
        sys.exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, end)


def _hand_over(debugger: list[str] | None, root: Path, *, only_print: bool) -> None:
    if debugger is None:
        return
    line = shlex.join(debugger)
    if only_print or not sys.stdin.isatty():
        print(f"the device is held at its start; this lets you at it:\n{line}", flush=True)
        return
    if shutil.which(debugger[0]) is None:
        raise BenchError(f"there is no {debugger[0]} here: run `make setup`, or with a debugger of yours: {line}")
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is the debugger's
    try:
        subprocess.run(debugger, check=False, cwd=root)
    finally:
        signal.signal(signal.SIGINT, handler)
