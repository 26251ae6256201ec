# SPDX-License-Identifier: GPL-2.0-or-later
"""A board taken for use: its lock is ours, and its probe knows what may help it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from plumbline.errors import BenchError
from plumbline.probe import (
    CHIPS,
    Helpers,
    Means,
    Meant,
    OpenOcd,
    Probe,
    ProbeError,
    Setup,
    check_agreement,
    checked_openocd,
    usb,
)
from plumbline.probe.child import Hear
from plumbline.rig.health import Health
from plumbline.rig.lease import Lease
from plumbline.rig.lock import Busy, Lock, Note
from plumbline.rig.machine import Machine
from plumbline.rig.power import Switch, switch, wait_for_line
from plumbline.rig.spec import NoPower, RigBoard
from plumbline.rig.usb_probes import find_probes

NO_MEANS: Mapping[Means, Callable[[], None]] = {}
ONLY_LOOKS = Helpers(NO_MEANS, mark_wedged=None, note=lambda text: None)


@dataclass(frozen=True)
class Folders:
    """Where things lie."""

    run: Path  # locks and marks: runtime.py
    checkout: Path

    @property
    def openocd(self) -> Path:
        return self.checkout / "fixtures" / "openocd"


@dataclass(frozen=True)
class Purpose:
    """Why a board is taken."""

    text: str
    pid: int
    minutes: int  # the lease
    wait_s: float = 0

    def lease(self, machine: Machine, now: datetime) -> Lease:
        return Lease(machine.holder, self.pid, self.text, now, now + timedelta(minutes=self.minutes))


@contextmanager
def take(
    board: RigBoard,
    purpose: Purpose,
    machine: Machine,
    folders: Folders,
    *,
    note: Note,
    hear: Hear = lambda word: None,
    means: Mapping[Means, Callable[[], None]] = NO_MEANS,
) -> Iterator[Probe]:
    """The board's probe, for as long as the context lasts. BenchError when it is not to be had; `note` is told every
    step of the ladder, for the report. `means`: those that the board's entry in the rig file does not tell of."""
    health = Health(folders.run, board.probe.serial)
    refuse_it = partial(refuse, board, health)
    refuse_it()  # whom nobody can work with is not waited for
    helpers = Helpers({**_means(board, machine), **means}, health.mark, note, refuse_it)
    with locked(board, purpose, machine, folders, note=note):
        refuse_it()  # who had it may have left it wedged
        yield probe_of(board, folders, helpers, hear=hear)


@contextmanager
def locked(board: RigBoard, purpose: Purpose, machine: Machine, folders: Folders, *, note: Note) -> Iterator[None]:
    """The board, whatever is wrong with it."""
    with Lock(folders.run, board.probe.serial) as lock:
        lease = purpose.lease(machine, datetime.now().astimezone())
        with naming(board):
            lock.acquire(lease, wait_s=purpose.wait_s, note=lambda text: note(f"{board.name}: {text}"))
        yield


@contextmanager
def naming(board: RigBoard) -> Iterator[None]:
    """Whoever is refused hears which board it is."""
    try:
        yield
    except Busy as error:
        raise type(error)(f"{board.name}: {error}") from None


def refuse(board: RigBoard, health: Health) -> None:
    """BenchError, in milliseconds, for a board that nobody can work with."""
    if not board.is_connected:
        raise BenchError(f"{board.name} is not connected: the rig file says `connected: false`")
    if board.out_of_service:
        raise BenchError(f"{board.name} is out of service: {board.out_of_service}")
    if why := health.why_wedged():
        raise BenchError(f"{board.name} is wedged: {why}\n  `plumb rig check {board.name}` says what to do")


def refuse_another(board: RigBoard, probe: Probe) -> None:
    """BenchError for a chip that says another number than the rig file, or has the probe of another board, ahead of
    what is done to it. One that says nothing is let be: what is done to it next may be its cure."""
    try:
        identity = probe.helped_by(ONLY_LOOKS).identity(may_reset=False)
    except ProbeError:
        return
    meant = meant_by(board)
    if board.unique is None:  # another kind is told by what is done next: it asks again, for a word may be read wrong
        meant = replace(meant, device=identity.device)
    check_agreement(meant, identity)


def meant_by(board: RigBoard, build: str | None = None) -> Meant:
    """For a board whose chip is known."""
    return Meant(board.name, board.platform, CHIPS[board.platform].device, board.unique, build)


def is_free(board: RigBoard, machine: Machine, folders: Folders) -> bool:
    """Whether it could be taken now."""
    try:
        refuse(board, Health(folders.run, board.probe.serial))
    except BenchError:
        return False
    with Lock(folders.run, board.probe.serial) as lock:
        return not lock.whose(datetime.now().astimezone(), but=machine.holder)


def probe_of(board: RigBoard, folders: Folders, helpers: Helpers, *, hear: Hear = lambda word: None) -> Probe:
    """For who has the board's lock."""
    if board.platform not in CHIPS:
        raise BenchError(f"{board.name}: nobody knows the chip of {board.platform!r}, but of {', '.join(CHIPS)}")
    return Probe(OpenOcd(setup_of(board, folders), hear=hear), helpers)


def setup_of(board: RigBoard, folders: Folders) -> Setup:
    return Setup(checked_openocd().path, board.probe, CHIPS[board.platform], folders.openocd, board.name)


def _means(board: RigBoard, machine: Machine) -> dict[Means, Callable[[], None]]:
    means: dict[Means, Callable[[], None]] = {}
    if board.probe.tcp_port is None:
        means[Means.USB_RESET] = partial(_usb_reset, board, machine)
    if not isinstance(board.power, NoPower):
        means[Means.POWER_CYCLE] = partial(switch, board, Switch.CYCLE, machine)
    return means


def _usb_reset(board: RigBoard, machine: Machine) -> None:
    found = [probe for probe in find_probes(machine) if probe.serial == board.probe.serial]
    if not found:
        raise BenchError(f"{board.probe} is on no bus")
    usb.reset(found[0].node)
    wait_for_line(board, machine)
