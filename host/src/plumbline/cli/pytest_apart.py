# SPDX-License-Identifier: GPL-2.0-or-later
"""`python -m pytest` as `plumb run` starts it: Ctrl-C means the same from the start.

A file that is run, not imported, since pytest is to load this package itself. It comes with SIGINT held back (run.py),
as nothing but a traceback could answer it while Python starts.
"""

from __future__ import annotations

import runpy
import signal
import sys

INTERRUPTED = 2


def main() -> None:
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        runpy.run_module("pytest", run_name="__main__", alter_sys=True)  # loads for a while, its plugins as well
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
