# SPDX-License-Identifier: GPL-2.0-or-later
"""A board's power: a hub that `uhubctl` can switch, two commands, or only a hand."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from enum import Enum

from plumbline.errors import BenchError
from plumbline.probe.child import Hear, Ran, run
from plumbline.rig.machine import Machine
from plumbline.rig.spec import CommandPower, HubPower, NoPower, RigBoard

_SWITCHES_S = 30.0
_OFF_S = 5  # until what is charged is empty
_COMES_BACK_S = 20


class Switch(Enum):
    ON = "on"
    OFF = "off"
    CYCLE = "cycle"


def switch(board: RigBoard, how: Switch, machine: Machine, *, hear: Hear = lambda word: None) -> None:
    """BenchError when it cannot be done. After `ON` and `CYCLE` the probe's serial port is there again. `hear` is told
    each command ahead of it."""
    if isinstance(board.power, NoPower):
        raise BenchError(
            f"{board.name}: its power can only be switched by hand: pull its plug, or write a hub's port or two "
            "commands as `power` in the rig file (docs/rig.md)"
        )
    for command in commands(board.power, how):
        program = machine.which(command[0])
        if program is None:
            raise BenchError(f"{board.name}: there is no `{command[0]}` here: sudo apt-get install {command[0]}")
        line = _line(command)
        hear(f"runs `{line}`")
        ran = run([program, *command[1:]], within_s=_SWITCHES_S)
        if ran.status != 0:
            raise BenchError(f"{board.name}: `{line}` {_how(ran)}: see to `power` in the rig file")
    if how is not Switch.OFF:
        wait_for_line(board, machine)


def _line(command: Sequence[str]) -> str:
    """As the rig file has it."""
    return command[2] if command[:2] == ("sh", "-c") else shlex.join(command)


def _how(ran: Ran) -> str:
    said = ran.said.strip()
    if ran.status is None:
        return f"did not end within {_SWITCHES_S:g} s{f', and said {said}' if said else ''}"
    return f"failed: {said or ran.signal_name or f'status {ran.status}'}"


def commands(power: HubPower | CommandPower, how: Switch) -> list[Sequence[str]]:
    """What to run, in order. Pure."""
    if isinstance(power, HubPower):
        wait = ("-d", str(_OFF_S)) if how is Switch.CYCLE else ()
        return [("uhubctl", "-l", power.hub, "-p", str(power.port), "-a", how.value, *wait)]
    each: Mapping[Switch, list[str]] = {
        Switch.ON: [power.on],
        Switch.OFF: [power.off],
        Switch.CYCLE: [power.off, f"sleep {_OFF_S}", power.on],
    }
    return [("sh", "-c", line) for line in each[how]]


def wait_for_line(board: RigBoard, machine: Machine) -> None:
    """Until udev has named the probe's serial port again. A pty needs no waiting for."""
    udevadm = machine.which("udevadm")
    if board.console is None or board.probe.tcp_port is not None or udevadm is None:
        return
    command = [udevadm, "wait", f"--timeout={_COMES_BACK_S}", str(board.console.path)]
    if run(command, within_s=_COMES_BACK_S + 5).status != 0:
        raise BenchError(f"{board.console.path} did not come back within {_COMES_BACK_S} s")
