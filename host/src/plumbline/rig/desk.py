# SPDX-License-Identifier: GPL-2.0-or-later
"""A board and the machine it stands at, as the doctor looks at them."""

from __future__ import annotations

import errno
import os
import socket
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from plumbline.rig.interfaces import Interface, find_interface
from plumbline.rig.lock import Note
from plumbline.rig.machine import Machine
from plumbline.rig.spec import PortName, RigBoard
from plumbline.rig.usb_probes import UsbProbe, find_probes
from plumbline.rig.using import Folders, Purpose, locked

_LEASE_MINUTES = 5


@dataclass(frozen=True)
class Desk:
    board: RigBoard
    machine: Machine
    folders: Folders
    is_lent: bool = False  # by labgrid: what is known of it stands where its exporter runs

    @property
    def rig_file(self) -> str:
        """Where a person writes down what is not known yet."""
        return "the rig file where its exporter runs" if self.is_lent else "the rig file"

    @property
    def checkout(self) -> Path:
        return self.folders.checkout

    def ours(self, note: Note) -> AbstractContextManager[None]:
        """The board, while it is looked at. Busy when somebody has it."""
        purpose = Purpose("plumb rig check", os.getpid(), _LEASE_MINUTES)
        return locked(self.board, purpose, self.machine, self.folders, note=note)

    @property
    def has_no_board(self) -> bool:
        """A virtual one that was killed leaves its link and its socket behind, and the kernel gives the pty's number to
        the next who asks. Who listens at its probe's port is asked for nothing."""
        port = self.board.probe.tcp_port
        if port is None:
            return False
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
            return client.connect_ex(("127.0.0.1", port)) == errno.ECONNREFUSED

    @cached_property
    def usb_probe(self) -> UsbProbe | None:
        serial = self.board.probe.serial
        return next((probe for probe in find_probes(self.machine) if probe.serial == serial), None)

    @cached_property
    def port(self) -> Interface | None:
        net = self.board.net
        return find_interface(self.machine, net.interface) if isinstance(net, PortName) else None
