# SPDX-License-Identifier: GPL-2.0-or-later
"""Ways into the device's sockets, as its shell names them: the style that a socket's calls go through."""

from __future__ import annotations

CORE = "core"  # the sockets themselves
WAYS = (CORE, "futures", "readiness", "reactor", "callback", "proxy")
PROXY = "proxy"  # what the peer opens goes to an address that the device only stands for
STOOD_FOR = "198.51.100.7"  # one of
PREFIX, MASK = "198.51.100.0", "255.255.255.0"  # RFC 5737
WITH_DATAGRAMS = frozenset(WAYS) - {"callback", PROXY}  # those whose sockets may be of UDP
AT_ITS_OWN_ADDRESS = frozenset(WAYS) - {PROXY}  # ways for what is about the address that the device has
