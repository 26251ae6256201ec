# SPDX-License-Identifier: GPL-2.0-or-later
"""Which probe: by its serial number alone, whichever socket it is plugged into."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ProbeAddress:
    serial: str
    tcp_port: int | None = None  # on this machine, of a server that speaks ST's protocol; None: on USB

    def __str__(self) -> str:
        where = "on USB" if self.tcp_port is None else f"at TCP port {self.tcp_port}"
        return f"probe {self.serial} {where}"
