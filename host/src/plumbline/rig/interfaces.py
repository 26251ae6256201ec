# SPDX-License-Identifier: GPL-2.0-or-later
"""Network ports of this machine, and what it does with them itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from plumbline.rig.machine import Machine, text_of

_ETHERNET = "1"  # ARPHRD_ETHER
_UP, _LOOPBACK, _NOARP = 0x1, 0x8, 0x80  # of its flags


@dataclass(frozen=True)
class Interface:
    name: str
    mac: str
    index: int
    is_up: bool
    has_link: bool  # a cable with somebody at its other end
    speed: int  # Mbit/s; 0 when it does not say
    is_full_duplex: bool
    addresses: tuple[str, ...]
    is_default: bool  # the machine's way out
    master: str  # the bridge or bond it belongs to; empty without
    is_loopback: bool  # no cable is ever in it, and all of the machine uses it
    answers_arp: bool
    has_ipv6: bool

    @property
    def use(self) -> str:
        """What the machine itself uses it for; empty when it does not."""
        if self.is_default:
            return "this machine's way out"
        if self.is_loopback:
            return "this machine's own loopback"
        if self.master:
            return f"part of {self.master}"
        return f"has {', '.join(self.addresses)}" if self.addresses else ""


def find_interfaces(machine: Machine) -> list[Interface]:
    """The wired ones that are devices of the machine, no bridges, tunnels or the like."""
    folders = sorted((machine.sys / "class/net").glob("*"))
    addresses = _addresses(machine)
    defaults = {route.get("dev") for route in _asked(machine, "route", "show", "default")}
    return [_port(machine, path, addresses, path.name in defaults) for path in folders if _is_wired(path)]


def find_interface(machine: Machine, name: str) -> Interface | None:
    """Whatever it is: one end of a veth pair will do."""
    path = machine.sys / "class/net" / name
    if not path.is_dir():
        return None
    defaults = {route.get("dev") for route in _asked(machine, "route", "show", "default")}
    return _port(machine, path, _addresses(machine), name in defaults)


def _is_wired(path: Path) -> bool:
    is_radio = (path / "wireless").exists() or (path / "phy80211").exists()
    return text_of(path / "type") == _ETHERNET and (path / "device").exists() and not is_radio


def _port(machine: Machine, path: Path, addresses: dict[str, list[str]], is_default: bool) -> Interface:
    flags = int(text_of(path / "flags") or "0", 16)
    speed = text_of(path / "speed")
    master = path / "master"
    return Interface(
        name=path.name,
        mac=text_of(path / "address"),
        index=int(text_of(path / "ifindex") or "0"),
        is_up=bool(flags & _UP),
        has_link=text_of(path / "carrier") == "1",
        speed=int(speed) if speed.isdecimal() else 0,
        is_full_duplex=text_of(path / "duplex") == "full",
        addresses=tuple(addresses.get(path.name, ())),
        is_default=is_default,
        master=master.resolve().name if master.exists() else "",
        is_loopback=bool(flags & _LOOPBACK),
        answers_arp=not flags & _NOARP,
        has_ipv6=text_of(machine.proc / "sys/net/ipv6/conf" / path.name / "disable_ipv6") == "0",
    )


def _addresses(machine: Machine) -> dict[str, list[str]]:
    """By port. Link-local ones of IPv6 count: the kernel makes and uses them by itself."""
    found: dict[str, list[str]] = {}
    for told in _asked(machine, "address"):
        inside = told.get("addr_info")
        for each in inside if isinstance(inside, list) else []:
            if "local" in each:
                found.setdefault(str(told.get("ifname")), []).append(f"{each['local']}/{each['prefixlen']}")
    return found


def _asked(machine: Machine, *what: str) -> list[dict[str, object]]:
    said: list[dict[str, object]] = json.loads(machine.said_by("ip", "-json", *what) or "[]")
    return said
