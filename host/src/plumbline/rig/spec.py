# SPDX-License-Identifier: GPL-2.0-or-later
"""What stands on the desk, as the rig file says: frozen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from plumbline.errors import BenchError
from plumbline.probe import ProbeAddress


@dataclass(frozen=True)
class Console:
    """The probe's serial port, or a pty."""

    path: Path
    baud: int


@dataclass(frozen=True)
class PortName:
    """A network port of this machine, with the board's cable in it and nobody else on it."""

    interface: str

    def __str__(self) -> str:
        return self.interface


@dataclass(frozen=True)
class WireSocket:
    """A SEQPACKET socket, one frame a message, on which a virtual board listens."""

    path: Path

    def __str__(self) -> str:
        return f"unix:{self.path}"


@dataclass(frozen=True)
class NoPower:
    """Only a hand can pull its plug."""

    def __str__(self) -> str:
        return "none"


@dataclass(frozen=True)
class HubPower:
    """A port of a hub that switches each port by itself, as `uhubctl` lists them."""

    hub: str
    port: int

    def __str__(self) -> str:
        return f"hub {self.hub} port {self.port}"


@dataclass(frozen=True)
class CommandPower:
    """Two commands, each run by a shell."""

    on: str
    off: str

    def __str__(self) -> str:
        return "by command"


Power = NoPower | HubPower | CommandPower


@dataclass(frozen=True)
class RigBoard:
    """A board on a desk."""

    name: str  # what people call it; of its probe unless given
    platform: str  # in fixtures/boards/
    probe: ProbeAddress
    product: str
    is_connected: bool
    console: Console | None
    net: PortName | WireSocket | None
    mac: str | None  # of the device; None: what the firmware makes of `unique` (device_mac.py)
    unique: str | None  # the chip's number, 24 hexadecimal digits, once it is known
    power: Power
    out_of_service: str  # why a person took it out; empty: it is in
    flash_within_s: int
    notes: str


@dataclass(frozen=True)
class LabPlace:
    """A board that labgrid lends: which one it is, is known once it is ours (lab/)."""

    name: str
    platform: str
    coordinator: str  # HOST or HOST:PORT
    place: str | None  # labgrid's name for it; None: any place with these tags
    tags: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        which = self.place or ", ".join(f"{key}={value}" for key, value in self.tags)
        return f"labgrid's {which} at {self.coordinator}"


@dataclass(frozen=True)
class Rig:
    path: Path
    boards: tuple[RigBoard, ...]
    places: tuple[LabPlace, ...] = ()

    def board(self, name: str | None) -> RigBoard:
        """By its name or its probe's serial number; without, the only one there is. BenchError says which there are,
        and that labgrid lends it."""
        return _on_the_desk(self.find(name))

    def find(self, name: str | None) -> RigBoard | LabPlace:
        """The same, or one that labgrid lends."""
        everything: list[RigBoard | LabPlace] = [*self.boards, *self.places]
        there = ", ".join(each.name for each in everything) or "no board"
        if name is None:
            if len(everything) != 1:
                raise BenchError(f"which board? {self.path} has {there}")
            return everything[0]
        found = [each for each in everything if each.name == name or _is_behind(each, name)]
        if not found:
            raise BenchError(f"{self.path} has no board {name!r}; it has {there}")
        return found[0]


def _is_behind(found: RigBoard | LabPlace, serial: str) -> bool:
    return isinstance(found, RigBoard) and found.probe.serial == serial


def _on_the_desk(found: RigBoard | LabPlace) -> RigBoard:
    if isinstance(found, LabPlace):
        raise BenchError(
            f"{found.name} is {found}: this is for boards on the desk (docs/rig.md says how labgrid's are held)"
        )
    return found
