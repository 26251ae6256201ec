# SPDX-License-Identifier: GPL-2.0-or-later
"""What an end needs of the peer it belongs to."""

from __future__ import annotations

from typing import Protocol

from plumbline.match.layers import Packet


class Host(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def ip(self) -> str: ...

    @property
    def mac(self) -> bytes: ...

    @property
    def dut_ip(self) -> str: ...

    @property
    def dut_mac(self) -> bytes: ...

    def transmit(self, packet: Packet, above: list[Packet]) -> Packet:
        """Fills in, with `above` the end's own layer, and sends. Gives what was sent."""

    def fill(self, packet: Packet, above: list[Packet]) -> Packet:
        """The same without sending it."""

    def transmit_bytes(self, frame: bytes) -> None: ...


Ports = tuple[int, int | None]
"""The peer's port, and the device's; None: any, until one is known."""
