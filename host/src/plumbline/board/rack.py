# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a bench's devices come from: started anew, or reset where that gives the same faster."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from plumbline.board.device import Device
from plumbline.board.emulated import EmulatedDevice
from plumbline.board.hold import Hold
from plumbline.board.native import NativeDevice
from plumbline.board.spec import BenchSpec, check_image
from plumbline.board.start_word import StartWord
from plumbline.errors import BenchError


class Rack(Protocol):
    """The devices of one bench."""

    @property
    def spec(self) -> BenchSpec:
        """The bench as it stands, its device's address included."""

    def enter(self, family: str) -> None:
        """What is started from now on is for scenarios of that family."""

    def start(self, word: StartWord) -> Device:
        """A fresh device."""

    def exchange(self, device: Device, word: StartWord) -> Device:
        """A fresh one in the place of that one, whatever became of it."""

    def put_back(self, device: Device) -> None:
        """Takes over a device that is well."""

    def take_notes(self) -> list[str]:
        """What had to be done for devices to start, since this was asked last."""

    def close(self) -> None:
        """Ends what rests. A second call has no effect."""


class DeviceRack:
    """Processes and emulators. An emulator that was well at the end rests here until the next start: to reset it takes
    a quarter of the time of a new one."""

    def __init__(
        self,
        spec: BenchSpec,
        *,
        hold: Hold | None = None,
        options: Callable[[], tuple[str, ...]] = tuple,
        keeps: bool = True,
    ) -> None:
        """`hold`: the first device waits there for a debugger. `options` are asked for, for each new emulator. `keeps`:
        emulators to be reset; without it each device is a new one."""
        if spec.board.kind == "nucleo":
            raise BenchError(f"{spec.board.name} is neither process nor emulator: it is taken from a rig")
        self.spec = spec
        self._hold = hold
        self._options = options
        self._keeps = keeps
        self._resting: EmulatedDevice | None = None

    def enter(self, family: str) -> None:
        """One is as good as the other: each start is a full one."""

    def start(self, word: StartWord) -> Device:
        check_image(self.spec.board)
        hold, self._hold = self._hold, None
        if hold is not None:
            return self._held(word, hold)
        if self.spec.board.is_process:
            return NativeDevice(self.spec.board.image, word)
        return self._renewed(word) or EmulatedDevice(self.spec.board, self.spec.mac, word, options=self._options())

    def exchange(self, device: Device, word: StartWord) -> Device:
        device.close()
        return self.start(word)

    def put_back(self, device: Device) -> None:
        self.close()
        if self._keeps and isinstance(device, EmulatedDevice):
            self._resting = device
        else:
            device.close()

    def take_notes(self) -> list[str]:
        return []

    def close(self) -> None:
        if self._resting is not None:
            self._resting.close()
        self._resting = None

    def _held(self, word: StartWord, hold: Hold) -> Device:
        board = self.spec.board
        if board.machine is None:
            process = NativeDevice(board.image, word, before=hold.before())
            hold.tell(hold.debugger_for_process(process.pid))
            return process
        device = EmulatedDevice(board, self.spec.mac, word, options=(*hold.options(), *self._options()))
        hold.tell(hold.debugger_for_stub(board.image))
        return device

    def _renewed(self, word: StartWord) -> EmulatedDevice | None:
        """None when there is none that fits. One that does not let itself be renewed is given up: the next is new."""
        device, self._resting = self._resting, None
        if device is None:
            return None
        if device.start == word:
            try:
                device.renew()
                return device
            except BenchError:
                pass
        device.close()
        return None


class StartedAnew(DeviceRack):
    """For one device at a time: nothing rests."""

    def __init__(self, spec: BenchSpec) -> None:
        super().__init__(spec, keeps=False)
