# SPDX-License-Identifier: GPL-2.0-or-later
"""`python -m pytest` as `plumb` starts it: Ctrl-C means the same from the start, and so do SIGTERM and SIGHUP.

A file that is run, not imported, since pytest is to load this package itself. It comes with the three held back
(apart.py), as nothing but a traceback could answer them while Python starts.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import TextIO

INTERRUPTED = 2
_UNKNOWN = 2  # 1 would be a failure of the device
_ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LAST_WORDS_S = 60  # real time; a run that does not come to its end when told to is ended


def main() -> None:
    try:
        for number in _ENDS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, _interrupt)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)
        import pytest  # loads for a while, and so do its plugins

        sys.exit(pytest.main())
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except OSError as error:  # of what it says; pytest tells all others itself
        _drop_what_is_stuck(sys.stdout)
        with suppress(OSError):
            print(f"plumb: what the run says cannot be written: {error.strerror}", file=sys.stderr, flush=True)
        _drop_what_is_stuck(sys.stderr)
        sys.exit(_UNKNOWN)


def _drop_what_is_stuck(stream: TextIO) -> None:
    """As streams.py does, which is part of this package."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Once: it may come to the whole group, from `plumb` and from the kernel, and from who presses the keys again, and
    the report is being written."""
    for other in _ENDS:
        signal.signal(other, signal.SIG_IGN)
    signal.alarm(_LAST_WORDS_S)
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
