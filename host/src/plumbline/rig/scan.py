# SPDX-License-Identifier: GPL-2.0-or-later
"""What stands on the desk, found out, and written down for a person to finish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from plumbline.errors import BenchError
from plumbline.rig.interfaces import Interface, find_interfaces
from plumbline.rig.machine import Machine
from plumbline.rig.reading import BAUD
from plumbline.rig.section import sections_of
from plumbline.rig.serial_lines import line_of
from plumbline.rig.spec import Rig
from plumbline.rig.usb_probes import UsbProbe, find_probes

HEAD = """\
# SPDX-License-Identifier: GPL-2.0-or-later
# The boards on this desk. docs/rig.md says what each key means; `plumb rig check` says what is missing.
"""


@dataclass(frozen=True)
class Found:
    """A probe, and what seems to belong to it."""

    probe: UsbProbe
    line: Path | None
    ports: tuple[Interface, ...]  # that its cable may be in: nobody uses them


@dataclass(frozen=True)
class Scan:
    found: tuple[Found, ...]
    ports: tuple[Interface, ...]  # all there are

    def new_to(self, rig: Rig | None) -> list[Found]:
        """What that rig does not have."""
        known = {board.probe.serial for board in rig.boards} if rig else set()
        return [found for found in self.found if found.probe.serial not in known]

    def missing_from(self, rig: Rig | None) -> list[str]:
        """Boards of that rig whose probes are on no bus."""
        there = {found.probe.serial for found in self.found}
        boards = rig.boards if rig else ()
        return [
            board.name
            for board in boards
            if board.is_connected and board.probe.tcp_port is None and board.probe.serial not in there
        ]


def scan(machine: Machine, rig: Rig | None = None) -> Scan:
    ports = find_interfaces(machine)
    taken = {str(board.net) for board in rig.boards if board.net} if rig else set()
    free = tuple(port for port in ports if not port.use and port.name not in taken)
    probes = find_probes(machine)
    return Scan(tuple(Found(probe, line_of(machine, probe.serial), free) for probe in probes), tuple(ports))


def write(path: Path, found: Sequence[Found]) -> None:
    """Behind what people wrote, which stays as it is. BenchError, and nothing is written, where a list in another shape
    cannot be added to."""
    only = len(found) == 1
    text = "".join(entry(each, is_only=only) for each in found)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        gap = "\n" if old and not old.endswith("\n") else ""
        new = f"{gap if old else HEAD}{text}"
        _check_fits(old + new, path)
        with path.open("a", encoding="utf-8") as file:
            file.write(new)
    except OSError as error:
        raise BenchError(f"{path}: {error.strerror}") from error


def _check_fits(text: str, path: Path) -> None:
    try:
        sections_of(text.encode(), path)
    except BenchError as error:
        way_out = "its list stands in another shape; `plumb rig scan --print` prints what is new"
        raise BenchError(f"nothing can be added to {path}, {way_out}: {error}") from None


def entry(found: Found, *, is_only: bool) -> str:
    """Its lines in a rig file. A guess stands as a comment."""
    probe = found.probe
    lines = [
        f'\n- id: "{probe.serial}"',
        "# name: desk-1",
        f"platform: {probe.platform}" if probe.platform else "platform: unknown  # its name in fixtures/boards/",
        f"product: {probe.product}",
        "runner: openocd",
        "connected: true",
        f"serial: {found.line}" if found.line else "# serial: /dev/serial/by-id/...  # none was found",
        f"baud: {BAUD}",
        _net(found.ports, is_only=is_only),
        "# power: {hub: 1-1, port: 2}  # if the board hangs on a hub that `uhubctl` lists",
    ]
    return "\n  ".join(lines) + "\n"


def _net(ports: tuple[Interface, ...], *, is_only: bool) -> str:
    names = " or ".join(port.name for port in ports)
    if len(ports) == 1 and is_only:
        return f"net: {names}"
    return f"# net: {names or '...'}  # the port that the board's cable is in, and nothing else"
