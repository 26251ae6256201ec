# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb`. Little is imported ahead of `main`, so that Ctrl-C means the same from the start."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from plumbline.cli.streams import drop_what_is_stuck, open_the_closed

INTERRUPTED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    open_the_closed()
    try:
        from plumbline.cli import commands  # with pytest and scapy behind it: that takes a while

        return commands.obey(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        drop_what_is_stuck()


if __name__ == "__main__":
    sys.exit(main())
