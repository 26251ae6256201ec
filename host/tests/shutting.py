# SPDX-License-Identifier: GPL-2.0-or-later
"""What somebody outside may do to a line of ours."""

from __future__ import annotations

import os
import socket
from typing import Protocol


class Line(Protocol):
    def fileno(self) -> int: ...


def shut(line: Line) -> None:
    """Both ways, for whoever has it open."""
    with socket.socket(fileno=os.dup(line.fileno())) as sock:
        sock.shutdown(socket.SHUT_RDWR)
