# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether the board's serial port is there, ours to open, and ours alone."""

from __future__ import annotations

import os
from collections.abc import Iterator

from plumbline.errors import BenchError
from plumbline.rig.desk import Desk
from plumbline.rig.findings import Finding, missing, note, well
from plumbline.rig.greeting import opened
from plumbline.rig.lock import Busy
from plumbline.rig.rights import forbidden, rules_mend
from plumbline.rig.serial_lines import line_of
from plumbline.rig.serial_users import others_at
from plumbline.rig.spec import Console


def check_line(desk: Desk) -> Iterator[Finding]:
    console = desk.board.console
    if console is None:
        line = line_of(desk.machine, desk.board.probe.serial)
        yield missing(f"write `serial: {line or '...'}` in {desk.rig_file}: the shell is on the probe's serial port")
        return
    if desk.has_no_board:
        yield missing(
            f"{console.path} was not looked at: its virtual board does not run (nobody is at its probe's TCP port), "
            "and a link that it left may lead to another program's terminal: start the board first"
        )
        return
    if not console.path.exists():
        there = line_of(desk.machine, desk.board.probe.serial)
        yield missing(f"{console.path} is not there{f'; the probe has {there}: mend the rig file' if there else ''}")
        return
    if not desk.machine.access(console.path).is_ours:
        yield forbidden(desk.machine, desk.checkout, console.path)
        return
    yield from _opened(desk, console)
    if desk.board.probe.tcp_port is None and desk.machine.is_running("ModemManager"):
        yield _modem(desk, console)


def _opened(desk: Desk, console: Console) -> list[Finding]:
    """Tried, where nobody has the board: who begins to use it just now must not find its port open."""
    found: list[Finding] = []
    try:
        with desk.ours(lambda text: found.append(note(text))), opened(console):
            others = others_at(console.path, desk.machine.proc)
    except Busy as error:
        return [*found, note(f"its serial port was not opened: {error}")]
    except BenchError as error:
        return [*found, missing(str(error))]
    if others and desk.board.probe.tcp_port is None:  # who started a virtual board may keep its line open
        who = " and ".join(others)
        return [*found, missing(f"another program has the serial port {console.path}, too: close {who}")]
    return [*found, well(f"its serial port {console.path} can be opened, at {console.baud} baud")]


def _modem(desk: Desk, console: Console) -> Finding:
    device = console.path.stat().st_rdev
    if desk.machine.udev(f"c{os.major(device)}:{os.minor(device)}").get("ID_MM_DEVICE_IGNORE") == "1":
        return well("ModemManager leaves it alone")
    return note("ModemManager takes the serial port for a modem's", rules_mend(desk.checkout))
