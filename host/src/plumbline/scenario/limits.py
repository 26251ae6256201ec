# SPDX-License-Identifier: GPL-2.0-or-later
"""What a scenario takes of the device that no command of its own asks for: fragments that come, places for packets."""

from __future__ import annotations

from plumbline.errors import Unsupported
from plumbline.shell.dut import Dut
from plumbline.shell.ways import AT_ITS_OWN_ADDRESS


def takes(dut: Dut, limit: str, count: int) -> None:
    """The scenario needs so many of what that limit of the profile bounds; UNSUPPORTED where there are less."""
    there_are = dut.profile[limit]
    if count > there_are:
        raise Unsupported(f"takes {limit} {count}, and there are {there_are}")


def is_at_its_own_address(dut: Dut) -> None:
    """The scenario is about the device's own address, or one port of it; UNSUPPORTED where peers go to its proxy."""
    if dut.way not in AT_ITS_OWN_ADDRESS:
        raise Unsupported("is about the device's own address, and the proxy's are others")
