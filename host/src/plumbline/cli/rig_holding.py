# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb rig hold` and `release`: a board is a person's for a while."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from plumbline.cli.rig_command import RigCommand
from plumbline.rig.lease import Lease
from plumbline.rig.lock import Lock
from plumbline.rig.using import naming
from plumbline.scenario.checkout import Checkout

_TIME = re.compile(r"([0-9]{1,9})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(days=14)


def duration(text: str) -> timedelta:
    """For argparse."""
    told = _TIME.fullmatch(text)
    if told is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 30m, 2h or 1d")
    time = timedelta(**{_UNITS[told[2]]: int(told[1])})
    if not _SHORTEST <= time <= _LONGEST:
        raise argparse.ArgumentTypeError(f"{text}: a hold lasts from 1m to {_LONGEST.days}d")
    return time


def purpose(text: str) -> str:
    """For argparse. It is printed on other people's terminals."""
    if not text.strip() or not text.isprintable():
        raise argparse.ArgumentTypeError(f"{text!r} is no line that others can read: say what for, in words")
    return text


def hold(options: argparse.Namespace, _rest: Sequence[str], checkout: Checkout) -> int:
    command = RigCommand(options, checkout)
    board = command.board()
    now = datetime.now().astimezone()
    lease = Lease(command.machine.holder, 0, options.purpose, now, now + options.time)
    with Lock(command.folders.run, board.probe.serial) as lock, naming(board):
        lock.hold(lease)
    print(f"{board.name}: held by {lease.told(now)}")
    return 0


def release(options: argparse.Namespace, _rest: Sequence[str], checkout: Checkout) -> int:
    command = RigCommand(options, checkout)
    board = command.board()
    now = datetime.now().astimezone()
    with Lock(command.folders.run, board.probe.serial) as lock, naming(board):
        ended = lock.let_go(command.machine.holder, now, anyway=options.anyway)
    print(f"{board.name}: {f'no longer held by {ended.holder}' if ended else 'nobody held it'}")
    return 0
