# SPDX-License-Identifier: GPL-2.0-or-later
"""A network of Linux's own that a test makes, in which it is root whoever it is; it ends with the test."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from types import TracebackType

from host.tests.virtual_nucleo.virtual_board import ROOT
from plumbline.kernel import machine_lacks
from plumbline.kernel.namespace import PATH

TAPS = Path("/dev/net/tun")
# What is to be seen in /sys is that network's.
_KEEPER = "mount -t sysfs sysfs /sys && ip link set lo up && echo made && exec cat"


def lacks() -> str:
    """What this machine does not allow for it, or nothing."""
    if why := machine_lacks("namespaces"):
        return why
    return "" if os.access(TAPS, os.R_OK | os.W_OK) else f"this user may not open {TAPS}"


class PrivateNetwork:
    def __init__(self) -> None:
        self._keeper = subprocess.Popen(
            ["unshare", "--user", "--map-root-user", "--net", "--mount", "sh", "-c", _KEEPER],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PATH": PATH},
        )  # fmt: skip
        assert self._keeper.stdout is not None
        assert self._keeper.stdout.readline() == b"made\n"

    @property
    def inside(self) -> tuple[str, ...]:
        """Ahead of a command that is to run in it, at the top of the checkout."""
        spaces = ("--user", "--net", "--mount")
        return ("nsenter", "--target", str(self._keeper.pid), *spaces, "--preserve-credentials", "--wd")

    def run(self, *command: str) -> None:
        subprocess.run([*self.inside, *command], check=True, env={**os.environ, "PATH": PATH})

    def __enter__(self) -> PrivateNetwork:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._keeper.communicate()  # the end of its input is its own
