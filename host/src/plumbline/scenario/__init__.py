# SPDX-License-Identifier: GPL-2.0-or-later
"""The door for scenario files: everything they may import of this package."""

from plumbline.clock import RealTime, StackClock
from plumbline.errors import DutError, Refused, Unexpected
from plumbline.kernel import FATES, Exchange, Linux, Odds, Ran
from plumbline.match import NO_OPTIONS, NO_PAYLOAD, Where, has_flags
from plumbline.peer import Peer, TcpEnd, UdpEnd, Wire
from plumbline.scenario.given import bound, connected, connected_actively, introduce
from plumbline.scenario.limits import is_at_its_own_address, takes
from plumbline.scenario.marks import scenario
from plumbline.scenario.outcomes import non_strict
from plumbline.scenario.states import STATES, Given, Reached, is_possible, reach
from plumbline.shell.callbacks import Callbacks, CallbackServer, Told
from plumbline.shell.driver import Driver, Ready, Source
from plumbline.shell.dut import Dut
from plumbline.shell.futures import Ended, Future, FutureView, Operations
from plumbline.shell.listener import Listener
from plumbline.shell.pattern import Pattern
from plumbline.shell.proxy import Proxy
from plumbline.shell.pump import Pump
from plumbline.shell.reactor import Reactor
from plumbline.shell.refusal import refused
from plumbline.shell.server import Server
from plumbline.shell.tcp import TcpSocket
from plumbline.shell.udp import UdpSocket
from plumbline.shell.views import Check, Datagram, Done, Endpoint, ServerView, TcpView, UdpView, WatchEvent
from plumbline.shell.watch import Watch
from plumbline.shell.ways import AT_ITS_OWN_ADDRESS, CORE, WAYS, WITH_DATAGRAMS
from plumbline.wire.checksum import checksum
from plumbline.wire.fence import FenceAnswer

__all__ = [
    "AT_ITS_OWN_ADDRESS",
    "CORE",
    "FATES",
    "NO_OPTIONS",
    "NO_PAYLOAD",
    "STATES",
    "WAYS",
    "WITH_DATAGRAMS",
    "CallbackServer",
    "Callbacks",
    "Check",
    "Datagram",
    "Done",
    "Driver",
    "Dut",
    "DutError",
    "Ended",
    "Endpoint",
    "Exchange",
    "FenceAnswer",
    "Future",
    "FutureView",
    "Given",
    "Linux",
    "Listener",
    "Odds",
    "Operations",
    "Pattern",
    "Peer",
    "Proxy",
    "Pump",
    "Ran",
    "Reached",
    "Reactor",
    "Ready",
    "RealTime",
    "Refused",
    "Server",
    "ServerView",
    "Source",
    "StackClock",
    "TcpEnd",
    "TcpSocket",
    "TcpView",
    "Told",
    "UdpEnd",
    "UdpSocket",
    "UdpView",
    "Unexpected",
    "Watch",
    "WatchEvent",
    "Where",
    "Wire",
    "bound",
    "checksum",
    "connected",
    "connected_actively",
    "has_flags",
    "introduce",
    "is_at_its_own_address",
    "is_possible",
    "non_strict",
    "reach",
    "refused",
    "scenario",
    "takes",
]
