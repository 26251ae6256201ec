# SPDX-License-Identifier: GPL-2.0-or-later
"""A program of the machine, run in the private network: curl, nc, iperf."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from plumbline.kernel.namespace import Namespace


@dataclass(frozen=True)
class Ran:
    """What came of it."""

    command: str
    status: int  # negative: the signal that ended it
    out: bytes
    err: str


class Tool:
    """Its standard input is there from the start, its output goes into memory: nobody has to pump either."""

    def __init__(self, namespace: Namespace, command: Sequence[str], stdin: bytes) -> None:
        self.command = shlex.join(command)
        self._files = [os.memfd_create(name, os.MFD_CLOEXEC) for name in ("stdin", "stdout", "stderr")]
        os.pwrite(self._files[0], stdin, 0)
        self.ended, theirs = os.pipe2(os.O_CLOEXEC)
        """Readable once it has ended."""
        try:
            namespace.run(command, [*self._files, theirs])
        except BaseException:
            self.close()
            raise
        finally:
            os.close(theirs)

    def said(self) -> bytes:
        """Its standard output so far."""
        return _all_of(self._files[1])

    def ran(self) -> Ran:
        """Once it has ended."""
        status = os.read(self.ended, 16)
        _, out, err = map(_all_of, self._files)
        self.close()
        return Ran(self.command, int(status), out, err.decode("utf-8", "replace"))

    def close(self) -> None:
        for fd in (self.ended, *self._files):
            os.close(fd)


def _all_of(fd: int) -> bytes:
    return os.pread(fd, os.fstat(fd).st_size, 0)
