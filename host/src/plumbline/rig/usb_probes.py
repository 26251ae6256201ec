# SPDX-License-Identifier: GPL-2.0-or-later
"""Probes on USB, as sysfs shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from plumbline.probe.chip import PROBES, board_around
from plumbline.rig.machine import Machine, text_of

_ON_ANY = dict.fromkeys(("0483:374f", "0483:3753", "0483:3754"), "STLINK-V3")  # sold apart, or may be
KINDS: Mapping[str, str] = {usb: probe.kind for probe in PROBES.values() for usb in probe.usb} | _ON_ANY
"""By USB vendor and product. Older ones have no serial port and no access to the debug port."""

_CHIP = "H743ZI"


@dataclass(frozen=True)
class UsbProbe:
    serial: str
    product: str  # as it calls itself
    usb: str  # one of KINDS
    location: str  # of the bus: "1-1.2"
    node: Path  # by which programs reach it
    disk: str  # the name of its disk's block device: "sdb"; empty without
    label: str  # of that disk: says which board it is

    @property
    def kind(self) -> str:
        return KINDS[self.usb]

    @property
    def platform(self) -> str:
        """The board that it is soldered to; empty when it does not say."""
        return (board_around(self.usb) or "") if _CHIP in self.label else ""


def find_probes(machine: Machine) -> list[UsbProbe]:
    """In order of their places on the bus."""
    devices = sorted((machine.sys / "bus/usb/devices").glob("*/idVendor"))
    return [_probe(machine, path.parent) for path in devices if _usb(path.parent) in KINDS]


def _usb(device: Path) -> str:
    return f"{text_of(device / 'idVendor')}:{text_of(device / 'idProduct')}"


def _probe(machine: Machine, device: Path) -> UsbProbe:
    bus, number = text_of(device / "busnum"), text_of(device / "devnum")
    disk = _disk(machine, device.name)
    return UsbProbe(
        serial=text_of(device / "serial"),
        product=text_of(device / "product") or "ST-LINK",
        usb=_usb(device),
        location=device.name,
        node=machine.dev / "bus/usb" / bus.zfill(3) / number.zfill(3),
        disk=disk,
        label=_label(machine, disk),
    )


def _disk(machine: Machine, location: str) -> str:
    blocks = sorted((machine.sys / "class/block").glob("*"))
    return next((block.name for block in blocks if location in block.resolve().parts), "")


def _label(machine: Machine, disk: str) -> str:
    labels = sorted((machine.dev / "disk/by-label").glob("*"))
    return next((label.name for label in labels if disk and label.resolve().name == disk), "")
