# SPDX-License-Identifier: GPL-2.0-or-later
"""pytest ends with the process that started it, whatever ends that, and so do its workers: devices end with them."""

from __future__ import annotations

import ctypes
import os
import signal
from typing import Protocol

import pytest

OPTION = "--started-by"
_WORKERS = "plumbline_started_by"
_PR_SET_PDEATHSIG = 1
_LEAVE_S = 1.0  # real time; then they are killed


class Worker(Protocol):
    """What has to be known of xdist's WorkerController."""

    workerinput: dict[str, object]


def hand_over(worker: Worker) -> None:
    """Tells a worker that this process starts it."""
    worker.workerinput[_WORKERS] = os.getpid()


def tie(config: pytest.Config) -> None:
    """One that was started by hand ends by hand."""
    starter: int | None = getattr(config, "workerinput", {}).get(_WORKERS, config.getoption("started_by"))
    if starter is None:
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != starter:  # it was gone before the kernel was told
        os.kill(os.getpid(), signal.SIGTERM)


def check_number(config: pytest.Config) -> None:
    """UsageError for fewer than none: xdist would start none and say nothing."""
    number = getattr(config.option, "numprocesses", None)
    if isinstance(number, int) and number < 0:
        raise pytest.UsageError(f"-n {number}: there are no fewer workers than none")


def end_workers(config: pytest.Config) -> None:
    """Of a run that was interrupted: nobody listens to them any more, and xdist would wait for what they are at."""
    distribution = config.pluginmanager.get_plugin("dsession")
    if distribution is not None and distribution.nodemanager is not None:  # else it has started none yet
        distribution.nodemanager.group.terminate(timeout=_LEAVE_S)
