# SPDX-License-Identifier: GPL-2.0-or-later
"""The lower tester: hosts on the device's wire, and their ends of connections."""

from plumbline.peer.network import DutAddress, Network
from plumbline.peer.peer import Peer
from plumbline.peer.raw import Wire
from plumbline.peer.tcp import TcpEnd
from plumbline.peer.udp import UdpEnd

__all__ = ["DutAddress", "Network", "Peer", "TcpEnd", "UdpEnd", "Wire"]
