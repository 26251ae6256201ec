# SPDX-License-Identifier: GPL-2.0-or-later
"""What the typed calls need of the bench, and how values are written on a command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from plumbline.errors import HarnessError
from plumbline.shell.pattern import Pattern
from plumbline.shell.protocol import DutEvent, Reply

Data = bytes | Pattern
"""What a device is to send: bytes, or a pattern it makes itself."""


class ShellLine(Protocol):
    """A device's shell, in order with its wire."""

    def command(self, command: str, *, changes: bool = True) -> Reply:
        """Asks and waits for the end of the reply. Refused, when it is refused. With `changes=False` the command
        only looks, and need not be followed by a fence."""

    def hear_out(self) -> None:
        """Everything the device had to say up to now has been said, and its events were read: a serial line is slower
        than the wire, and a reply stands behind them."""

    @property
    def dut_events(self) -> Sequence[DutEvent]:
        """All it said of itself, oldest first."""


class Host(Protocol):
    """Somebody on the wire."""

    @property
    def ip(self) -> str: ...


def endpoint_text(host: Host | str | None, port: int) -> str:
    """EP of the protocol: no host is any address."""
    address = "*" if host is None else host if isinstance(host, str) else host.ip
    return f"{address}:{port}"


def data_text(data: Data) -> str:
    """DATA of the protocol."""
    if isinstance(data, Pattern):
        return f"pattern:{data.seed}:{data.offset}:{data.length}"
    if not isinstance(data, bytes):
        raise HarnessError(f"data is bytes or a Pattern, not {type(data).__name__}")
    return f"hex:{data.hex()}"
