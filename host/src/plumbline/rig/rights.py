# SPDX-License-Identifier: GPL-2.0-or-later
"""Why this user may not open a device, and what gives the right."""

from __future__ import annotations

from pathlib import Path

from plumbline.rig.findings import Finding, Mend, missing
from plumbline.rig.machine import Machine, text_of

RULES = "60-plumbline.rules"


def forbidden(machine: Machine, checkout: Path, node: Path) -> Finding:
    """To be asked of one that `machine.access` says is not ours."""
    says, access = f"this user may not open {node}", machine.access(node)
    if not access.group and not has_rules(machine, checkout):
        return missing(f"{says}: it is for {access.owner} alone, and the udev rule is missing", rules_mend(checkout))
    if not access.group:
        return missing(f"{says}: it is for {access.owner} alone")
    if machine.user in machine.members(access.group):
        return missing(f"{says}: the user is in its group {access.group}, but was not yet at this login: log in anew")
    mend = Mend(f"usermod -a -G {access.group} {machine.user}")
    return missing(f"{says}: the user is not in its group {access.group} (after that, log in anew)", mend)


def rules_mend(checkout: Path) -> Mend:
    source = checkout / "fixtures" / "udev" / RULES
    return Mend(
        f"install -m 644 {source} /etc/udev/rules.d/ && udevadm control --reload && udevadm trigger "
        "--subsystem-match=usb --subsystem-match=tty --subsystem-match=block"
    )


def has_rules(machine: Machine, checkout: Path) -> bool:
    """Whether ours are there, and these."""
    ours = text_of(checkout / "fixtures" / "udev" / RULES)
    return bool(ours) and text_of(machine.etc / "udev/rules.d" / RULES) == ours
