# SPDX-License-Identifier: GPL-2.0-or-later
"""The one Nucleo of a bench: taken, flashed and proved when it is first needed, and ours until the end of the session.

It starts by itself, warm, from scenario to scenario. It starts in full, by its probe, with each family of scenarios,
after one that did not end well, and where it does not come back warm.
"""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property

from plumbline.board import BenchSpec, Device, NucleoDevice, Parts, StartWord, check_image
from plumbline.board.nucleo import NotBack
from plumbline.errors import BenchError, PlumblineError, Reported
from plumbline.rig import flashing
from plumbline.rig.device_mac import device_mac
from plumbline.rig.serial_stream import SerialStream
from plumbline.rig.spec import PortName, RigBoard
from plumbline.rig.taken import Progress, Source, TakenBoard
from plumbline.rig.using import Purpose
from plumbline.wire.nic_port import NicPort
from plumbline.wire.port import Port, WirePort

_LEASE_MINUTES = 240


class NucleoRack:
    def __init__(
        self, spec: BenchSpec, source: Source, *, progress: Progress, wait_s: float = 0, keeps: bool = True
    ) -> None:
        """`progress` is told what goes on while a person waits. `wait_s`: in all, when somebody has each board
        that will do. `keeps`: warm starts; without it each is a full one."""
        self._declared = spec
        self._source = source
        self._progress = progress
        self._keeps = keeps
        self._wait_s = wait_s
        self._stack = ExitStack()
        self._notes: list[str] = []
        self._family = ""
        self._is_well = False
        self._shell: SerialStream
        self.entry = ""  # of the rig file, that the board was last taken by

    @cached_property
    def device(self) -> NucleoDevice:
        """BenchError, and nothing stays taken, when there is none to be had. Reported for an image that does not come
        up on a board that says why."""
        check_image(self._declared.board)
        image = flashing.image_for(self._declared.board.name, self._declared.board.image)
        with ExitStack() as stack:
            purpose = Purpose(f"scenarios on {self._declared.name}", os.getpid(), _LEASE_MINUTES, self._wait_s)
            taken = stack.enter_context(self._source.taken(purpose, self._note, self._progress))
            self.entry = taken.entry
            device = self._built(taken, image, stack)
            self._stack = stack.pop_all()
        return device

    @property
    def spec(self) -> BenchSpec:
        return replace(self._declared, mac=self.device.known_as["mac"])

    def enter(self, family: str) -> None:
        if family != self._family:
            self._family, self._is_well = family, False

    def start(self, word: StartWord) -> NucleoDevice:
        device, was_well = self.device, self._is_well and self._keeps
        self._is_well = False
        if not (was_well and (device.hand_out(word) or self._is_warm(device, word))):
            self._start_in_full(device, word)
        return device

    def exchange(self, device: Device, word: StartWord) -> NucleoDevice:
        device.close()
        self._is_well = True  # as far as anybody knows
        return self.start(word)

    def put_back(self, device: Device) -> None:
        assert device is self.device
        self._is_well = True

    def take_notes(self) -> list[str]:
        notes, self._notes = self._notes, []
        return notes

    def close(self) -> None:
        self._stack.close()
        self.__dict__.pop("device", None)

    # -- a board is taken

    def _built(self, taken: TakenBoard, image: flashing.Image, stack: ExitStack) -> NucleoDevice:
        board = taken.board
        began = time.monotonic()
        try:
            proved = flashing.flash_and_prove(board, taken.probe, image)
        except NotBack as error:
            raise _told(error, taken.controls.reports() if taken.controls else []) from error
        except KeyboardInterrupt:
            self._progress(board.name, "interrupted; it may have half an image, which the next run writes anew")
            raise
        took = f"{time.monotonic() - began:.1f} s"
        how = "was written" if proved.was_written else "was there"
        self._note(f"{board.name}: build {proved.said.build} {how}, and proved, in {took}")
        shell = SerialStream(proved.console)
        stack.callback(shell.close)
        wire = _opened_wire(board, is_ours=taken.controls is not None)
        stack.callback(wire.close)
        known_as = {
            "board": board.name,
            "probe": board.probe.serial,
            "mac": board.mac or device_mac(proved.said.unique),
        }
        self._shell, probe = shell, taken.probe.followed(by=shell.open_again)
        return NucleoDevice(Parts(known_as, probe, shell, wire, self._declared.board.boot_word, taken.controls))

    # -- it starts

    def _start_in_full(self, device: NucleoDevice, word: StartWord) -> None:
        if self._shell.has_hung_up():
            self._shell.open_again()
        try:
            device.start_in_full(word)
        except NotBack as error:
            raise _told(error, device.reports()) from error
        device.hand_out(word)

    def _is_warm(self, device: NucleoDevice, word: StartWord) -> bool:
        try:
            device.start_warm(word)
        except NotBack as error:
            self._note(f"{error.what}; it is reset by its probe")
            return False
        return device.hand_out(word)

    def _note(self, text: str) -> None:
        self._notes.append(text)
        self._progress("", text)


def _told(error: NotBack, reports: list[str]) -> PlumblineError:
    """What the board itself says of silent firmware tells more. Of a probe or a line that fails it says nothing."""
    return Reported("\n".join([str(error), *reports])) if reports else error


def _opened_wire(board: RigBoard, *, is_ours: bool) -> Port:
    """`is_ours`: the harness started what listens there."""
    if board.net is None:
        raise BenchError(f"{board.name}: the rig file has no `net`, and frames go there")
    if isinstance(board.net, PortName):
        return NicPort(board.net.interface)
    try:
        return WirePort.at(board.net.path, named="" if is_ours else str(board.net))
    except OSError as error:
        raise BenchError(f"{board.name}: nobody listens at {board.net.path}: {error.strerror or error}") from error
