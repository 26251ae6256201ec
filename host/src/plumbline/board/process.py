# SPDX-License-Identifier: GPL-2.0-or-later
"""A child process with descriptors of its own, started fast, watched, and always reaped."""

from __future__ import annotations

import fcntl
import os
import resource
import select
import signal
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

_FIRST_FREE_FD = 64  # above every number that a child's descriptor gets
_CPU_LIMIT_S = 120  # the kernel ends a spinning child that outlives a killed harness
_KILLED_S = 60
# A device asks to end with the thread that started it (PR_SET_PDEATHSIG). The first thread and this one live as long as
# we do; asking this one takes longer.
_starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="starts devices")


@dataclass(frozen=True)
class Activity:
    """What the kernel says of a process."""

    state: str  # one letter: R, S, D, T, Z
    cpu_s: float
    told: str = ""  # what else is known, where there is no process

    @property
    def is_stopped(self) -> bool:
        """From outside: it takes no time, whatever it would do with some."""
        return self.state in ("T", "t")

    @property
    def shares_processor(self) -> bool:
        """It would run, and others may have what it would run on. A chip has its core for itself."""
        return self.state == "R" and not self.told


class ChildProcess:
    """`fds` become the child's descriptors 3, 4, 5, ...; its standard error goes to a file in memory, its standard
    output to `output`, or nowhere."""

    def __init__(
        self,
        image: Path,
        args: Sequence[str],
        fds: Sequence[int],
        environment: Mapping[str, str],
        *,
        cpu_limit_s: int | None = _CPU_LIMIT_S,
        output: int | None = None,
    ) -> None:
        self._stderr = os.memfd_create("stderr", os.MFD_CLOEXEC)
        spawn = partial(_spawn, image, args, fds, (output, self._stderr), environment)
        is_first = threading.current_thread() is threading.main_thread()
        self.pid = spawn() if is_first else _starter.submit(spawn).result()
        if cpu_limit_s is not None:
            resource.prlimit(self.pid, resource.RLIMIT_CPU, (cpu_limit_s, cpu_limit_s))
        self._pidfd = os.pidfd_open(self.pid)
        self._status: int | None = None

    def status(self, *, within_s: float = 0) -> int | None:
        """What waitpid gave once it has ended; None when it still runs after that long."""
        if self._status is None and select.select([self._pidfd], [], [], within_s)[0]:
            _, self._status = os.waitpid(self.pid, 0)
        return self._status

    def activity(self) -> Activity:
        try:
            text = Path(f"/proc/{self.pid}/stat").read_text()
        except OSError:
            return Activity("Z", 0)
        fields = text.rpartition(")")[2].split()
        return Activity(fields[0], (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"))

    def stderr(self) -> str:
        size = os.fstat(self._stderr).st_size
        return os.pread(self._stderr, size, 0).decode("utf-8", "replace")

    def kill(self) -> None:
        """Ends it if it runs. Nothing is left of it but what it said; call `release` when that was read."""
        if self.status() is None:
            os.kill(self.pid, signal.SIGKILL)
            self.status(within_s=_KILLED_S)

    def release(self) -> None:
        """Kills it, and gives up its descriptors. A second call has no effect."""
        if self._pidfd < 0:
            return
        self.kill()
        os.close(self._pidfd)
        os.close(self._stderr)
        self._pidfd = -1


def _spawn(
    image: Path, args: Sequence[str], fds: Sequence[int], said: tuple[int | None, int], environment: Mapping[str, str]
) -> int:
    # posix_spawn takes 1 ms, subprocess.Popen 4. A source above every target cannot be overwritten by one.
    null = os.open(os.devnull, os.O_RDWR)
    output, stderr = said
    standard = (null, null if output is None else output, stderr)
    sources = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _FIRST_FREE_FD) for fd in (*standard, *fds)]
    actions = [(os.POSIX_SPAWN_DUP2, source, target) for target, source in enumerate(sources)]
    try:
        return os.posix_spawn(
            image,
            [str(image), *args],
            environment,
            file_actions=actions,
            setpgroup=0,  # Ctrl-C at our terminal is meant for us, and would look like an end of its own
            setsigmask=[],
            setsigdef=signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP},  # whatever our starter has us ignore
        )
    finally:
        for fd in (null, *sources):
            os.close(fd)
