# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a bench's devices come from: started anew, or reset where that gives the same faster."""

from __future__ import annotations

from collections.abc import Callable

from plumbline.board.device import Device
from plumbline.board.emulated import EmulatedDevice
from plumbline.board.hold import Hold
from plumbline.board.native import NativeDevice
from plumbline.board.spec import BenchSpec, check_image
from plumbline.board.start_word import StartWord
from plumbline.errors import BenchError


class Rack:
    """The devices of one bench. An emulator that was well at the end rests here until the next start: to reset it takes
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
        self._spec = spec
        self._hold = hold
        self._options = options
        self._keeps = keeps
        self._resting: EmulatedDevice | None = None

    def start(self, word: StartWord) -> Device:
        """A fresh device."""
        check_image(self._spec.board)
        hold, self._hold = self._hold, None
        if hold is not None:
            return self._held(word, hold)
        if self._spec.board.machine is None:
            return NativeDevice(self._spec.board.image, word)
        return self._renewed(word) or EmulatedDevice(self._spec.board, self._spec.mac, word, options=self._options())

    def put_back(self, device: Device) -> None:
        """Takes over a device that is well."""
        self.close()
        if self._keeps and isinstance(device, EmulatedDevice):
            self._resting = device
        else:
            device.close()

    def close(self) -> None:
        """Ends what rests. A second call has no effect."""
        if self._resting is not None:
            self._resting.close()
        self._resting = None

    def _held(self, word: StartWord, hold: Hold) -> Device:
        board = self._spec.board
        if board.machine is None:
            process = NativeDevice(board.image, word, before=hold.before())
            hold.tell(hold.debugger_for_process(process.pid))
            return process
        device = EmulatedDevice(board, self._spec.mac, word, options=(*hold.options(), *self._options()))
        hold.tell(hold.debugger_for_stub(board.image))
        return device

    def _renewed(self, word: StartWord) -> EmulatedDevice | None:
        """None when there is none that fits. One that does not let itself be renewed is given up: the next is new."""
        device, self._resting = self._resting, None
        if device is None:
            return None
        try:
            if device.start == word:
                device.renew()
                return device
        except BenchError:
            pass
        device.close()
        return None
