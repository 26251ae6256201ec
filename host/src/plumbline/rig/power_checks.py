# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether somebody but a person can bring back a board that hangs."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.errors import BenchError
from plumbline.rig.desk import Desk
from plumbline.rig.findings import Finding, Mend, missing, note, well
from plumbline.rig.spec import HubPower, NoPower


def check_power(desk: Desk) -> Iterator[Finding]:
    power = desk.board.power
    if isinstance(power, NoPower):
        yield note("its power can only be switched by hand: a board that hangs waits for a person")
    elif isinstance(power, HubPower):
        yield _hub(desk, power)
    else:
        yield well("its power is switched by commands")


def _hub(desk: Desk, power: HubPower) -> Finding:
    if desk.machine.which("uhubctl") is None:
        return missing("its power is a hub's, and `uhubctl` is not there", Mend("apt-get install -y uhubctl"))
    try:
        desk.machine.said_by("uhubctl", "-l", power.hub, "-p", str(power.port))
    except BenchError as error:
        return missing(f"{power} cannot be switched (as `uhubctl` has it, it may need the udev rules): {error}")
    return well(f"its power is {power}")
