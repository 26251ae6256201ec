# SPDX-License-Identifier: GPL-2.0-or-later
"""A rig file made into a `Rig`: every key checked.

The keys are those of Zephyr's hardware map where it has such (`connected`, `id`, `platform`, `product`, `runner`,
`serial`, `baud`, `probe_id`, `flash_timeout`, `notes`), and ours: `name`, `probe`, `net`, `mac`, `unique`, `power`,
`health`, `out`, `labgrid`. docs/rig.md says what each means.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from plumbline.probe import CHIPS, ProbeAddress
from plumbline.rig.section import Section, read_sections
from plumbline.rig.spec import (
    CommandPower,
    Console,
    HubPower,
    LabPlace,
    NoPower,
    PortName,
    Power,
    Rig,
    RigBoard,
    WireSocket,
)

BAUD = 921600
_RUNNERS = ("openocd",)
_HEALTH = ("good", "out")
_PORTS = range(1, 65536)
_HUB_PORTS = range(1, 33)
_BAUDS = range(9600, 4_000_001)
_FLASH_S, _FLASH_TIMEOUTS = 60, range(5, 601)
_ZEPHYRS = frozenset({
    "available", "fixtures", "flash_before", "flash_with_test", "post_flash_script", "post_script", "pre_script",
    "runner_params", "script_param", "serial_pty",
})  # fmt: skip
_LENT = frozenset({
    "baud", "flash_timeout", "id", "mac", "net", "power", "probe", "probe_id", "serial", "unique",
})  # fmt: skip
_POWERS = "power is `none`, or has hub and port, or on and off, two commands"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SERIAL = re.compile(r"[A-Za-z0-9._-]{1,64}")
_UNIQUE = re.compile(r"[0-9a-f]{24}")
_HUB = re.compile(r"[0-9]+(-[0-9]+(\.[0-9]+)*)?")
_INTERFACE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}")
_LOOPBACK = "lo"
UNKNOWN = "unknown"  # what a scan writes where the probe does not tell; the doctor asks for it
_TCP, _UNIX = "tcp:", "unix:"


def read_rig(path: Path) -> Rig:
    """BenchError for the first mistake."""
    sections = read_sections(path)
    entries = [_lab_place(section) if "labgrid" in section else read_board(section) for section in sections]
    _check_apart(zip(sections, entries, strict=True))
    boards = tuple(entry for entry in entries if isinstance(entry, RigBoard))
    places = tuple(entry for entry in entries if isinstance(entry, LabPlace))
    return Rig(path, boards, places)


def _check_apart(entries: Iterable[tuple[Section, RigBoard | LabPlace]]) -> None:
    whose: dict[tuple[str, str], Section] = {}
    for section, entry in entries:
        for claim in _claims(section, entry):
            other = whose.setdefault((claim.what, claim.meant), section)
            if other is not section:
                whose_it_is = "another's" if claim.what == "name" else f"{other.board}'s"
                says = f"is {claim.value}, and that is {whose_it_is} at line {other.line}"
                raise section.wrong(claim.key, says, "it can only be one's")


@dataclass(frozen=True)
class _Claim:
    """What is one entry's alone."""

    what: str
    key: str  # that says so
    value: str
    meant: str  # two paths may lead to one device


def _claims(section: Section, entry: RigBoard | LabPlace) -> Iterator[_Claim]:
    if isinstance(entry, RigBoard):
        probe, console, net = entry.probe, entry.console, entry.net
        yield _Claim("probe", "probe_id" if "probe_id" in section else "id", probe.serial, probe.serial)
        if probe.tcp_port is not None:
            yield _Claim("port", "probe", f"{_TCP}{probe.tcp_port}", str(probe.tcp_port))
        if console is not None:
            yield _Claim("line", "serial", str(console.path), os.path.realpath(console.path))
        if net is not None:
            meant = os.path.realpath(net.path) if isinstance(net, WireSocket) else net.interface
            yield _Claim("net", "net", str(net), meant)
    yield _Claim("name", "name", entry.name, entry.name)


def read_board(section: Section) -> RigBoard:
    section.board = section.text("id", "") or "a board"
    serial = section.that_reads("id", _serial, way_out="`plumb rig scan` shows the serial numbers of probes")
    if serial is None:
        raise section.wrong("id", "is missing", "the probe's serial number; `plumb rig scan` shows them")
    name = section.that_reads("name", _name) or serial
    section.board = name
    section.one_of("runner", _RUNNERS, _RUNNERS[0])
    health = section.one_of("health", _HEALTH, _HEALTH[0])
    board = RigBoard(
        name=name,
        platform=_platform(section),
        probe=_probe(section, section.that_reads("probe_id", _serial) or serial),
        product=section.text("product", "unknown"),
        is_connected=section.flag("connected", default=True),
        console=_console(section),
        net=section.that_reads("net", _net, way_out="a network port's name, or unix: and a path"),
        mac=section.mac("mac"),
        unique=section.that_reads("unique", _unique),
        power=_power(section),
        out_of_service=_out(section, health),
        flash_within_s=section.number("flash_timeout", _FLASH_S, within=_FLASH_TIMEOUTS),
        notes=section.text("notes", ""),
    )
    section.nothing_else(_of_zephyr)
    return board


def _lab_place(section: Section) -> LabPlace:
    """Which probe, port and power it has, labgrid says."""
    section.board = section.that_reads("name", _name) or "a board of labgrid's"
    inside = section.section("labgrid")
    if inside is None:
        raise section.wrong("labgrid", "must be a mapping", "coordinator, and place or tags (docs/rig.md shows one)")
    tags = inside.section("tags")
    place = LabPlace(
        name=section.text("name", way_out="what people call it"),
        platform=_platform(section),
        coordinator=inside.text("coordinator", way_out="where labgrid's coordinator is, as HOST or HOST:PORT"),
        place=inside.that_reads("place", _name),
        tags=tuple((key, tags.text(key)) for key in tags) if tags is not None else (),
    )
    if (place.place is None) == (not place.tags):
        raise section.wrong("labgrid", "must have place or tags, one of the two")
    inside.nothing_else()
    section.nothing_else(_of_exporter)
    return place


def _platform(section: Section) -> str:
    platform = section.text("platform", way_out=f"which board it is: {' or '.join(CHIPS)}")
    if platform not in (*CHIPS, UNKNOWN):
        raise section.wrong("platform", f"must be one of {', '.join(CHIPS)}, not {platform!r}")
    return platform


def _probe(section: Section, serial: str) -> ProbeAddress:
    way_out = "leave it out for a probe on USB, or write tcp: and a port, such as tcp:7184"
    port = section.that_reads("probe", _tcp_port, way_out=way_out)
    return ProbeAddress(serial, port)


def _console(section: Section) -> Console | None:
    baud = section.number("baud", BAUD, within=_BAUDS)
    path = section.that_reads(
        "serial", _absolute, way_out="its name in /dev/serial/by-id/ stays when others come and go"
    )
    return Console(path, baud) if path else None


def _power(section: Section) -> Power:
    inside = section.section("power")
    if inside is None:
        if (word := section.text("power", "none")) != "none":
            raise section.wrong("power", f"is {word!r}", _POWERS)
        return NoPower()
    if "hub" in inside:
        hub = inside.that_reads("hub", _hub, way_out="as `uhubctl` lists them, such as 1-1.4") or ""
        power: Power = HubPower(hub, inside.number("port", 0, within=_HUB_PORTS))
        if "port" not in inside:
            raise inside.wrong("port", "is missing", "the hub's port that the board hangs on, as `uhubctl` lists it")
    else:
        power = CommandPower(on=inside.text("on", way_out=_POWERS), off=inside.text("off", way_out=_POWERS))
    inside.nothing_else()
    return power


def _out(section: Section, health: str) -> str:
    why = section.text("out", "")
    if health == "out":
        return why or "no reason is given"
    if why:
        raise section.wrong("out", "is a reason for `health: out`, which is not there", "write it, or leave this out")
    return ""


def _of_zephyr(key: str) -> str:
    return "it is Zephyr's, and nothing here does it; leave it out" if key in _ZEPHYRS else ""


def _of_exporter(key: str) -> str:
    return "labgrid tells it: it belongs in the rig file where the board's exporter runs" if key in _LENT else ""


def _matched(pattern: re.Pattern[str], what: str, text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(f"{what}: {text!r}")
    return text


def _name(text: str) -> str:
    return _matched(_NAME, "not a name of letters, digits, dots, dashes", text)


def _serial(text: str) -> str:
    return _matched(_SERIAL, "not a serial number", text)


def _unique(text: str) -> str:
    return _matched(_UNIQUE, "not 24 hexadecimal digits", text.lower())


def _hub(text: str) -> str:
    return _matched(_HUB, "not a hub", text)


def _absolute(text: str) -> Path:
    if not text.startswith("/") or not text.isprintable():
        raise ValueError(f"not a whole path: {text!r}")
    return Path(text)


def _tcp_port(text: str) -> int:
    port = text.removeprefix(_TCP)
    if not text.startswith(_TCP) or not re.fullmatch("[0-9]{1,5}", port) or int(port) not in _PORTS:
        raise ValueError(f"no address of a probe: {text!r}")
    return int(port)


def _net(text: str) -> PortName | WireSocket:
    if text.startswith(_UNIX):
        return WireSocket(_absolute(text.removeprefix(_UNIX)))
    if text == _LOOPBACK:
        raise ValueError(f"this machine's own loopback: {text!r}")
    return PortName(_matched(_INTERFACE, "not a network port", text))
