# SPDX-License-Identifier: GPL-2.0-or-later
"""Serial ports, as udev names them: by the serial number of what they belong to."""

from __future__ import annotations

from pathlib import Path

from plumbline.rig.machine import Machine


def line_of(machine: Machine, serial: str) -> Path | None:
    """The serial port of the probe with that number."""
    lines = sorted((machine.dev / "serial/by-id").glob("*"))
    return next((line for line in lines if serial in line.name), None)
