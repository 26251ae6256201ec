# SPDX-License-Identifier: GPL-2.0-or-later
"""Probes on USB, as sysfs shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from plumbline.rig.machine import Machine, text_of

VENDOR = "0483"  # STMicroelectronics
V2_1, V3 = "ST-LINK/V2-1", "STLINK-V3"
PRODUCTS: Mapping[str, str] = {"374b": V2_1, "3752": V2_1, "374e": V3, "374f": V3, "3753": V3, "3754": V3}
"""By USB product. Older ones have no serial port and no access to the debug port."""

_BOARDS = {V2_1: "nucleo-h743zi", V3: "nucleo-h743zi2"}
_CHIP = "H743ZI"


@dataclass(frozen=True)
class UsbProbe:
    serial: str
    product: str  # as it calls itself
    kind: str  # one of PRODUCTS
    location: str  # of the bus: "1-1.2"
    node: Path  # by which programs reach it
    disk: str  # the name of its disk's block device: "sdb"; empty without
    label: str  # of that disk: says which board it is

    @property
    def platform(self) -> str:
        """The board that it is soldered to; empty when it does not say."""
        return _BOARDS[self.kind] if _CHIP in self.label else ""


def find_probes(machine: Machine) -> list[UsbProbe]:
    """In order of their places on the bus."""
    devices = sorted((machine.sys / "bus/usb/devices").glob("*/idVendor"))
    return [
        _probe(machine, path.parent)
        for path in devices
        if text_of(path) == VENDOR and text_of(path.with_name("idProduct")) in PRODUCTS
    ]


def _probe(machine: Machine, device: Path) -> UsbProbe:
    bus, number = text_of(device / "busnum"), text_of(device / "devnum")
    disk = _disk(machine, device.name)
    return UsbProbe(
        serial=text_of(device / "serial"),
        product=text_of(device / "product") or "ST-LINK",
        kind=PRODUCTS[text_of(device / "idProduct")],
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
