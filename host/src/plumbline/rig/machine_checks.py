# SPDX-License-Identifier: GPL-2.0-or-later
"""What every board of this machine needs of it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from plumbline.errors import BenchError
from plumbline.probe import OpenOcdProgram, ProbeError, checked_openocd, find_openocd
from plumbline.rig.findings import Finding, Mend, by_hand, missing, note, well
from plumbline.rig.machine import Machine, text_of
from plumbline.rig.rights import has_rules, rules_mend
from plumbline.rig.spec import PortName, RigBoard
from plumbline.wire.nic_port import BUFFER_BYTES

_CAP_NET_RAW = 1 << 13
_EFFECTIVE = re.compile(r"^CapEff:\s*([0-9a-f]+)$", re.MULTILINE)
_WITH_THE_RIGHT = (
    'sudo env HOME="$HOME" USER="$USER" LOGNAME="$USER" PLUMB_RIG="$PLUMB_RIG" '  # which sudo makes root's, or drops
    "setpriv --reuid {user} --regid {user} --init-groups --inh-caps +net_raw --ambient-caps +net_raw "
    ".venv/bin/plumb ..."
)


def check_machine(boards: Sequence[RigBoard], machine: Machine, checkout: Path) -> Iterator[Finding]:
    yield _openocd()
    on_usb = [board for board in boards if board.probe.tcp_port is None]
    if on_usb:
        yield _rules(machine, checkout)
    if any(board.console for board in on_usb):
        yield _modem_manager(machine)
    if any(isinstance(board.net, PortName) for board in boards):
        yield _right(machine)
        yield _buffers(machine)


def _openocd() -> Finding:
    try:
        return well(f"OpenOCD is {checked_openocd().text}")
    except ProbeError as error:
        there = _openocds()
        return _in_the_way(there) if there else missing(str(error), Mend("apt-get install -y openocd"))
    except BenchError as error:
        return missing(str(error))


def _openocds() -> list[OpenOcdProgram | str]:
    """All in $PATH, in order; those that do not say their version by their paths."""
    folders = dict.fromkeys(os.get_exec_path())
    programs = filter(None, (shutil.which("openocd", path=folder) for folder in folders))
    return [_said_by(program) for program in programs]


def _said_by(program: str) -> OpenOcdProgram | str:
    try:
        return find_openocd(str(Path(program).parent))
    except BenchError:
        return program


def _in_the_way(there: Sequence[OpenOcdProgram | str]) -> Finding:
    """The first in $PATH is the one that is used: another that is installed beside it changes nothing."""
    first = there[0]
    says = f"{first} does not say its version" if isinstance(first, str) else f"{first.path} is {first.text}, too old"
    good = next((each for each in there if not isinstance(each, str) and not each.is_old), None)
    if good is None:
        return missing(f"{says}, and it is the first in $PATH: remove it, or put 0.12 or newer ahead of it")
    return missing(f"{says}, and stands in $PATH ahead of {good.path}, {good.text}: turn them round, or remove it")


def _rules(machine: Machine, checkout: Path) -> Finding:
    if has_rules(machine, checkout):
        return well("the udev rules are there: users of plugdev may open probes, nobody mounts their disks")
    return note("the udev rules for probes are not there, or are older than this checkout's", rules_mend(checkout))


def _modem_manager(machine: Machine) -> Finding:
    if not machine.is_running("ModemManager"):
        return well("no ModemManager writes to serial ports")
    return note("ModemManager runs: without the udev rules it writes to each new serial port")


def _buffers(machine: Machine) -> Finding:
    """A burst of small frames at 100 Mbit/s, while Python is elsewhere for half a second."""
    allowed = text_of(machine.proc / "sys/net/core/rmem_max")
    if allowed.isdecimal() and int(allowed) >= BUFFER_BYTES:
        return well("packet sockets may have large buffers")
    says = (
        f"packet sockets may have no more than {allowed} bytes: a long burst may be lost in this machine, and is told"
    )
    return note(says, Mend(f"sysctl -q -w net.core.rmem_max={BUFFER_BYTES}"))


def _right(machine: Machine) -> Finding:
    found = _EFFECTIVE.search(text_of(machine.proc / "self/status"))
    if found and int(found[1], 16) & _CAP_NET_RAW:
        return well("this process may open packet sockets (CAP_NET_RAW)")
    command = _WITH_THE_RIGHT.format(user=machine.user)
    return missing(
        "this process may not open packet sockets: it needs CAP_NET_RAW, and no other right",
        by_hand(command, as_root=False),
    )
