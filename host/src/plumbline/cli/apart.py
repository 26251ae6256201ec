# SPDX-License-Identifier: GPL-2.0-or-later
"""pytest in a process of its own: how it is started, what ends it, and what its end means."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from plumbline.cli.streams import tell
from plumbline.scenario.checkout import Checkout

_USAGE = 2
_QUIET = ["-q", "--no-header", "-rN"]  # our own summary says the rest
_PYTEST = str(Path(__file__).with_name("pytest_apart.py"))
_HANDED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def pytest_command(bench: str, rest: Sequence[str], checkout: Checkout) -> list[str]:
    """pytest on one bench, to be run by this process at the root of the checkout."""
    paths_as_meant = [_from_here(word, checkout.root) for word in rest]
    # Named, since pytest would look for it beside whatever path stands among the options. `testpaths` is where it looks
    # for tests when it is given none.
    settings = ["-c", str(checkout.root / "pyproject.toml"), "-o", "testpaths=scenarios"]
    settings += ["-o", f"cache_dir=build/cache/pytest-{bench}"]  # --lf: what failed on another bench may pass on this
    ours = ["--bench", bench, "--started-by", str(os.getpid())]
    return [sys.executable, "-P", _PYTEST, *_QUIET, *settings, *ours, *paths_as_meant]


def status_of(command: Sequence[str], root: Path, *, lends: Sequence[int] = ()) -> int:
    """Runs it to its end; descriptors that it `lends` are the child's too. What ends us is handed on, Ctrl-C as well,
    which may have come to us alone: it is left to say how far it came, and KeyboardInterrupt says that nothing
    follows."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _HANDED_ON)  # inherited, until the child can answer
    with subprocess.Popen(command, cwd=root, pass_fds=lends) as pytest:
        _hand_on(pytest)
        try:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _HANDED_ON)
            return _told(pytest.wait())
        except KeyboardInterrupt:
            pytest.wait()
            raise


def _told(status: int) -> int:
    if status < 0:
        tell(f"plumb: the harness was killed by signal {-status}")
    return status


def exit_status(status: int) -> int:
    """`plumb run`'s own, for pytest's."""
    return status if status in (0, 1) else _USAGE


def _hand_on(child: subprocess.Popen[bytes]) -> None:
    """Until the next child, and once: it is waited for, and what comes meanwhile says nothing new. Who was told to
    ignore them, as by nohup, does."""

    def tell(number: int, _frame: FrameType | None) -> None:
        for other in _HANDED_ON:
            signal.signal(other, signal.SIG_IGN)
        child.send_signal(number)
        raise KeyboardInterrupt

    for number in _HANDED_ON:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, tell)


def _from_here(word: str, root: Path) -> str:
    """A path that is meant from the working folder, though pytest starts at the root."""
    path, *names = word.split("::")
    if Path.cwd() == root or path.startswith("-") or not Path(path).exists():
        return word
    return "::".join([str(Path(path).absolute()), *names])
