# SPDX-License-Identifier: GPL-2.0-or-later
"""All that is looked at, in the order in which a person would mend it; and the mending of what may be mended."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable, Iterable, Iterator

from plumbline.errors import BenchError
from plumbline.rig.desk import Desk
from plumbline.rig.findings import Finding, Mend, missing
from plumbline.rig.line_checks import check_line
from plumbline.rig.net_checks import check_net
from plumbline.rig.power_checks import check_power
from plumbline.rig.probe_checks import check_probe
from plumbline.rig.service_checks import check_service

CHECKS: tuple[Callable[[Desk], Iterator[Finding]], ...] = (
    check_service,
    check_probe,
    check_line,
    check_net,
    check_power,
)


def examine(desk: Desk) -> Iterator[Finding]:
    if not desk.board.is_connected:
        return
    for check in CHECKS:
        try:
            yield from check(desk)
        except BenchError as error:  # the next one looks at something else
            yield missing(str(error))


def by_itself(findings: Iterable[Finding]) -> list[Mend]:
    """What may be done without asking, each once, in order."""
    mends = (mend for finding in findings for mend in finding.mends if mend.by_itself)
    return list(dict.fromkeys(mends))


def command_of(mend: Mend) -> str:
    """As this user types it."""
    if not mend.as_root or os.geteuid() == 0:
        return mend.command
    return f"sudo sh -c {shlex.quote(mend.command)}" if set("&|>") & set(mend.command) else f"sudo {mend.command}"


def carry_out(mend: Mend) -> bool:
    """On this terminal: sudo may ask for a password."""
    return subprocess.run(["sh", "-c", command_of(mend)], check=False).returncode == 0
