# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb rig scan`, `check` and `list`: nothing on a board is changed."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from plumbline.board import load_bench
from plumbline.cli.rig_command import RigCommand
from plumbline.errors import BenchError
from plumbline.lab import PlaceBusy, exporter_configuration
from plumbline.rig import doctor
from plumbline.rig.findings import Finding, Level, missing, note, well
from plumbline.rig.health import Health
from plumbline.rig.lock import Lock
from plumbline.rig.machine_checks import check_machine
from plumbline.rig.reading import read_rig
from plumbline.rig.rig_file import rig_to_write
from plumbline.rig.scan import Scan, entry, scan, write
from plumbline.rig.spec import LabPlace, RigBoard
from plumbline.scenario.checkout import Checkout

_MISSING = 1
_WIDTH = 7  # of the longest level


def scan_desk(options: argparse.Namespace, _rest: Sequence[str], checkout: Checkout) -> int:
    """Adds what is new behind what people wrote."""
    command = RigCommand(options, checkout)
    path = rig_to_write(options.rig, os.environ, checkout.root)
    rig = read_rig(path) if path.exists() else None
    seen = scan(command.machine, rig)
    new = seen.new_to(rig)
    _tell_scan(seen)
    for name in seen.missing_from(rig):
        print(f"{path}: {name} is not there now")
    if options.print:
        print("".join(entry(each, is_only=len(new) == 1) for each in new), end="")
    elif new:
        write(path, new)
        print(f"{path}: {len(new)} new, finish it by hand; then `plumb rig check`")
    elif rig is None:
        print(f"{path}: not written: no board was found")
    else:
        print(f"{path}: nothing new")
    return 0


def _tell_scan(seen: Scan) -> None:
    for found in seen.found:
        probe = found.probe
        what = f"{probe.kind} {probe.serial} on USB {probe.location}"
        print(f"probe   {what}, {probe.label or 'no disk'}, {found.line or 'no serial port'}")
    for port in seen.ports:
        link = "a link" if port.has_link else "no link"
        print(f"port    {port.name} {port.mac}, {link}, {port.use or 'free'}")
    if not seen.found:
        print("no probe on USB: is the board's cable (the one at the ST-LINK) plugged in, and one with data lines?")


def check(options: argparse.Namespace, _rest: Sequence[str], checkout: Checkout) -> int:
    command = RigCommand(options, checkout)
    findings = _examine(command)
    mends = doctor.by_itself(findings)
    if options.mend and mends:
        print("\nmends")
        for mend in mends:
            print(f"  {doctor.command_of(mend)}", flush=True)
            if not doctor.carry_out(mend):
                print("    that failed")
        print("\nand now")
        findings = _examine(command)
    elif mends:
        print("\n`plumb rig check --mend` runs the commands marked with *")
    return _MISSING if any(finding.level is Level.MISSING for finding in findings) else 0


def _examine(command: RigCommand) -> list[Finding]:
    found = _asked(command)
    print(command.rig.path)
    if not found:
        return _tell([missing("no board is in the rig file: `plumb rig scan` writes down those that it finds")])
    boards = [each for each in found if isinstance(each, RigBoard)]
    print("this machine")
    findings = _tell(check_machine(boards, command.machine, command.checkout.root))
    for board in boards:
        print(f"{board.name} ({board.platform}, {board.probe}){'' if board.is_connected else ' is not connected'}")
        findings += _tell(_said_of(command, doctor.examine(command.desk(board))))
    for lent in found:
        if isinstance(lent, LabPlace):
            print(f"{lent.name} ({lent.platform}, {lent})")
            findings += _tell(_said_of(command, _examine_lent(command, lent)))
    return findings


def _asked(command: RigCommand) -> list[RigBoard | LabPlace]:
    """BenchError when none of them is for the bench that is meant."""
    found, bench = command.all(), command.options.bench
    if bench is None:
        return found
    platform = load_bench(bench, command.checkout.root).board.name
    fit = [each for each in found if each.platform == platform]
    if not fit:
        there = ", ".join(f"{each.name} ({each.platform})" for each in found) or "no board at all"
        raise BenchError(f"{command.rig.path}: {bench} takes a {platform}, and there is {there}")
    return fit


def _said_of(command: RigCommand, findings: Iterator[Finding]) -> Iterator[Finding]:
    return findings if command.options.bench is None else (each.ahead_of_a_run() for each in findings)


def _examine_lent(command: RigCommand, lent: LabPlace) -> Iterator[Finding]:
    """Asked of labgrid, and given back."""
    try:
        with command.lent(lent) as board:
            yield well(f"labgrid lends {board.name}, {board.probe}")
            yield from check_machine([board], command.machine, command.checkout.root)
            yield from doctor.examine(command.desk(board, is_lent=True))
    except PlaceBusy as error:
        yield note(f"it was not looked at: {error}")
    except BenchError as error:
        yield missing(str(error))


def export(options: argparse.Namespace, _rest: Sequence[str], checkout: Checkout) -> int:
    """For whoever lends the boards of this machine to others."""
    print(exporter_configuration(RigCommand(options, checkout).rig.boards), end="")
    return 0


def _tell(findings: Iterable[Finding]) -> list[Finding]:
    """Each when it is found: asking a chip takes a while."""
    told = []
    for finding in findings:
        first, *more = finding.says.splitlines()
        print(f"  {finding.level.value:{_WIDTH}}  {first}")
        for line in more:
            print(f"  {'':{_WIDTH}}  {line}")
        for mend in finding.mends:
            print(f"  {'':{_WIDTH}}  {'*' if mend.by_itself else '-'} {doctor.command_of(mend)}", flush=True)
        told.append(finding)
    return told


def show(options: argparse.Namespace, _rest: Sequence[str], checkout: Checkout) -> int:
    command = RigCommand(options, checkout)
    rows: list[tuple[str, ...]] = [("board", "platform", "probe", "net", "power", "state")]
    rows += [_row(command, board) for board in command.rig.boards]
    rows += [(lent.name, lent.platform, "-", "-", "-", str(lent)) for lent in command.rig.places]
    print(command.rig.path)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    for row in rows:
        print("  ".join([*(text.ljust(width) for text, width in zip(row, widths, strict=False)), row[-1]]))
    return 0


def _row(command: RigCommand, board: RigBoard) -> tuple[str, ...]:
    where = board.probe.serial
    if board.probe.tcp_port is not None:
        where += f" tcp:{board.probe.tcp_port}"
    return board.name, board.platform, where, str(board.net or "-"), str(board.power), _state(command, board)


def _state(command: RigCommand, board: RigBoard) -> str:
    if not board.is_connected:
        return "not connected"
    if board.out_of_service:
        return f"out of service: {board.out_of_service}"
    if why := Health(command.folders.run, board.probe.serial).why_wedged():
        return f"wedged: {why.splitlines()[0]}"
    with Lock(command.folders.run, board.probe.serial) as lock:
        return lock.whose(datetime.now().astimezone()) or "free"
