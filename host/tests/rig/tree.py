# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine as files: what the kernel and udev would show of it. Shapes are those of a Debian 12."""

from __future__ import annotations

import json
import os
import pty
import shutil
import weakref
from collections.abc import Sequence
from pathlib import Path

from plumbline.probe.child import Ran
from plumbline.rig.machine import Access, Machine

SERIAL = "066BFF363154423457182935"
NAMES = {"374b": "STM32 STLink", "374e": "STLINK-V3", "374f": "STLINK-V3"}


class Tree:
    """Made as a test goes along."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.programs = {"ip"}
        self.forbidden: dict[Path, str] = {}  # and the group that may
        self.addresses: list[dict[str, object]] = []
        self.routes: list[dict[str, object]] = []
        self.answers: dict[str, Ran] = {}
        self.put("proc/self/status", "Name:\tplumb\nCapEff:\t0000000000002000\n")
        self.put("proc/mounts", "proc /proc proc rw 0 0\n")
        self.put("proc/sys/net/core/rmem_max", "4194304\n")

    def machine(self) -> Machine:
        return Machine(
            sys=self.top / "sys", dev=self.top / "dev", proc=self.top / "proc", etc=self.top / "etc",
            run=self.top / "run",
            which=lambda name: f"/usr/bin/{name}" if name in self.programs else None,
            ask=self._ask,
            access=lambda path: Access(path not in self.forbidden, "root", self.forbidden.get(path, "")),
            environment={"PLUMB_IMAGES": str(self.top / "images")},
        )  # fmt: skip

    def put(self, path: str, text: str = "") -> Path:
        file = self.top / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def link(self, path: str, target: str) -> Path:
        link = self.top / path
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(self.top / target)
        return link

    def usb(self, location: str, vendor: str, product: str, serial: str, name: str, number: int) -> str:
        """A device on the bus; the folder that is its own."""
        folder = f"sys/devices/pci/usb1/{location}"
        values = {
            "idVendor": vendor, "idProduct": product, "serial": serial, "product": name, "busnum": "1",
            "devnum": str(number),
        }  # fmt: skip
        for key, value in values.items():
            self.put(f"{folder}/{key}", f"{value}\n")
        self.link(f"sys/bus/usb/devices/{location}", folder)
        self.put(f"dev/bus/usb/001/{number:03}")
        return folder

    def probe(
        self, location: str = "1-1.2", product: str = "374b", serial: str = SERIAL, label: str = "NODE_H743ZI"
    ) -> None:
        """With its serial port and, under a label, its disk."""
        number = 3 + len(list(self.top.glob("dev/bus/usb/001/*")))
        folder = self.usb(location, "0483", product, serial, NAMES[product], number)
        if label:
            self.put(f"{folder}/{location}:1.1/host0/block/sd{number}/dev", f"8:{number}\n")
            self.link(f"sys/class/block/sd{number}", f"{folder}/{location}:1.1/host0/block/sd{number}")
            self.put(f"dev/sd{number}")
            self.link(f"dev/disk/by-label/{label}", f"dev/sd{number}")
        (self.top / f"dev/ttyACM{number}").symlink_to(self._pseudo_terminal())
        name = NAMES[product].replace(" ", "_")
        self.link(f"dev/serial/by-id/usb-STMicroelectronics_{name}_{serial}-if02", f"dev/ttyACM{number}")

    def _pseudo_terminal(self) -> str:
        """In the place of a serial port: it can be opened."""
        ends = pty.openpty()
        for end in ends:
            weakref.finalize(self, os.close, end)
        return os.ttyname(ends[1])

    def port(
        self, name: str, *, carrier: str = "1", flags: str = "0x1083", address: str = "", speed: str = "100",
        duplex: str = "full", ipv6: str = "1", default: bool = False,
    ) -> None:  # fmt: skip
        folder = f"sys/class/net/{name}"
        index = 2 + len(list(self.top.glob("sys/class/net/*")))
        values = {
            "type": "1", "address": "00:11:22:33:44:55", "ifindex": str(index), "flags": flags, "carrier": carrier,
            "speed": speed, "duplex": duplex,
        }  # fmt: skip
        for key, value in values.items():
            self.put(f"{folder}/{key}", f"{value}\n")
        (self.top / folder / "device").mkdir()
        self.put(f"proc/sys/net/ipv6/conf/{name}/disable_ipv6", f"{ipv6}\n")
        inside = [dict(zip(("local", "prefixlen"), address.split("/"), strict=True))] if address else []
        self.addresses.append({"ifname": name, "addr_info": inside})
        if default:
            self.routes.append({"dst": "default", "dev": name})

    def process(self, pid: int, name: str, opened: Sequence[Path] = ()) -> None:
        self.put(f"proc/{pid}/comm", f"{name}\n")
        (self.top / f"proc/{pid}/fd").mkdir()
        for fd, path in enumerate(opened):
            (self.top / f"proc/{pid}/fd/{fd}").symlink_to(path)

    def udev_of_line(self, **values: str) -> None:
        device = self.lines()[0].stat().st_rdev
        self.udev(f"c{os.major(device)}:{os.minor(device)}", **values)

    def lines(self) -> list[Path]:
        return sorted((self.top / "dev/serial/by-id").glob("*"))

    def forbid(self, *paths: str | Path, group: str = "") -> None:
        """To all but root, and that group."""
        self.forbidden |= {self.top / path: group for path in paths}

    def mount(self, where: str) -> None:
        self.put("proc/mounts", f"/dev/sd3 {where} vfat rw 0 0\n")

    def unplug(self) -> None:
        """All that is on USB."""
        for folder in ("sys/bus", "dev/serial"):
            shutil.rmtree(self.top / folder)

    def udev(self, kind: str, **values: str) -> None:
        self.put(f"run/udev/data/{kind}", "".join(f"E:{key}={value}\n" for key, value in values.items()))

    def _ask(self, command: Sequence[str]) -> Ran:
        told = {"address": self.addresses, "route": self.routes}
        if command[0].endswith("/ip"):
            return Ran(0, json.dumps(told[command[2]]), 0)
        return self.answers[Path(command[0]).name]
