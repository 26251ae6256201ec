# SPDX-License-Identifier: GPL-2.0-or-later
"""The one door to Scapy: its packets, and nothing of its network.

Import it before any other part of Scapy: its settings must stand before the layers are read.
"""

from __future__ import annotations

from scapy.config import conf

conf.verb = 0
conf.route_autoload = False  # no look at this machine's routes and interfaces
conf.route6_autoload = False

from scapy.fields import FlagValue  # noqa: E402  - behind the settings
from scapy.layers.inet import ICMP, IP, TCP, UDP  # noqa: E402
from scapy.layers.l2 import ARP, Ether  # noqa: E402
from scapy.packet import NoPayload, Packet, Padding, Raw  # noqa: E402
from scapy.volatile import VolatileValue  # noqa: E402

__all__ = [
    "ARP",
    "ICMP",
    "IP",
    "TCP",
    "UDP",
    "Ether",
    "FlagValue",
    "NoPayload",
    "Packet",
    "Padding",
    "Raw",
    "VolatileValue",
]
