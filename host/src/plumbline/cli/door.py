# SPDX-License-Identifier: GPL-2.0-or-later
"""Where `plumb` begins: nothing of weight is imported ahead of the `try`, so Ctrl-C means the same from the start."""

from __future__ import annotations

import sys

INTERRUPTED = 2


def enter() -> int:
    try:
        from plumbline.cli.main import main  # with pytest and scapy behind it: that takes a while

        return main()
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(enter())
