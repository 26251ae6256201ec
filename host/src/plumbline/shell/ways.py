# SPDX-License-Identifier: GPL-2.0-or-later
"""Ways into the device's sockets, as its shell names them: the style that a socket's calls go through."""

from __future__ import annotations

CORE = "core"  # the sockets themselves
WAYS = (CORE, "futures", "readiness", "reactor", "callback")
