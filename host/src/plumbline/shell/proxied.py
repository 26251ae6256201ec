# SPDX-License-Identifier: GPL-2.0-or-later
"""Sockets that go through the any-IP proxy: what comes for an address that the device only stands for takes them."""

from __future__ import annotations

from plumbline.errors import Unsupported
from plumbline.shell.line import Host
from plumbline.shell.listener import Listener
from plumbline.shell.tcp import TcpSocket


class ProxiedSocket(TcpSocket):
    def connect(self, peer: Host | str, port: int, local: int | str | None = None, timeout_ms: int = 0) -> None:
        raise Unsupported("the proxy opens no connection: onward leads the ordinary interface")


class ProxiedListener(Listener):
    """The proxy's own, which is at every port: each that a scenario opens is the same."""

    def close(self) -> None:
        raise Unsupported("the proxy's listener is open as long as the proxy")
