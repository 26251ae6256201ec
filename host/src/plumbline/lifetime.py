# SPDX-License-Identifier: GPL-2.0-or-later
"""What ends the programs that we start when we are killed and can end nothing any more."""

from __future__ import annotations

import os
import shutil

_IF_WE_LIVE = '[ "$PPID" = "$0" ] && exec "$@"'


def ends_with_us(signal_name: str) -> list[str]:
    """What to put before a command that would outlive a harness that is killed: the kernel is told to end it then. It
    does not begin when we were gone before the kernel was told. Of a child of this process's own."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", signal_name, "/bin/sh", "-c", _IF_WE_LIVE, str(os.getpid())] if setpriv else []
