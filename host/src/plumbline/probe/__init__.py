# SPDX-License-Identifier: GPL-2.0-or-later
"""A debug probe, by way of OpenOCD."""

from plumbline.probe.address import ProbeAddress
from plumbline.probe.agreement import Meant, ShellIdentity, check_agreement
from plumbline.probe.chip import CHIPS, PROBES, STM32H743, Chip
from plumbline.probe.ladder import Helpers, Means
from plumbline.probe.openocd import OpenOcd, ProbeIdentity
from plumbline.probe.probe import Probe
from plumbline.probe.script import Setup, SwdLink
from plumbline.probe.trouble import ProbeError, Trouble
from plumbline.probe.version import OpenOcdProgram, checked_openocd, find_openocd
from plumbline.probe.way_out import WAYS_OUT

__all__ = [
    "CHIPS",
    "PROBES",
    "STM32H743",
    "WAYS_OUT",
    "Chip",
    "Helpers",
    "Means",
    "Meant",
    "OpenOcd",
    "OpenOcdProgram",
    "Probe",
    "ProbeAddress",
    "ProbeError",
    "ProbeIdentity",
    "Setup",
    "ShellIdentity",
    "SwdLink",
    "Trouble",
    "check_agreement",
    "checked_openocd",
    "find_openocd",
]
