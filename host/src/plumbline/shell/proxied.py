# SPDX-License-Identifier: GPL-2.0-or-later
"""Sockets that go through the any-IP proxy: what comes for an address that the device only stands for takes them."""

from __future__ import annotations

from plumbline.errors import Unsupported
from plumbline.shell.line import Host
from plumbline.shell.listener import Listener
from plumbline.shell.tcp import TcpSocket

POLICIES = ("reset", "drop")


class ProxiedSocket(TcpSocket):
    def connect(self, peer: Host | str, port: int, local: int | str | None = None, timeout_ms: int = 0) -> None:
        raise Unsupported("the proxy opens no connection: onward leads the ordinary interface")


class ProxiedListener(Listener):
    """The proxy's own, for every port: a scenario's may be one port of it."""

    def reopen(self) -> None:
        raise Unsupported("the proxy's listener opens no pair in TIME-WAIT again")

    def close(self) -> None:
        raise Unsupported("the proxy's listener is open as long as the proxy")
