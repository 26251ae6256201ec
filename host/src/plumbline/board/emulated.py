# SPDX-License-Identifier: GPL-2.0-or-later
"""An emulated board: the firmware's ELF on a machine of QEMU. Wire, serial line and monitor are socket pairs."""

from __future__ import annotations

import os
import shutil
import socket
import weakref
from collections.abc import Callable, Mapping
from pathlib import Path

from plumbline.board.ending import By, Ending, classify_emulator
from plumbline.board.monitor import Monitor
from plumbline.board.process import Activity, ChildProcess
from plumbline.board.spec import BoardSpec, QemuMachine, check_image
from plumbline.board.start_word import StartWord
from plumbline.errors import BenchError
from plumbline.lifetime import ends_with_us
from plumbline.shell.stream import ShellClosed, SocketStream
from plumbline.wire.port import WireClosed, WirePort

_WIRE_BUFFER_BYTES = 4 << 20
_WIRE_FD, _SHELL_FD, _MONITOR_FD = 3, 4, 5


class EmulatedDevice:
    """A running emulator. Its two lines are the caller's to use and `close()`'s to close."""

    greeting, lines_read = b"", 0
    known_as: Mapping[str, str] = {}

    def __init__(self, board: BoardSpec, mac: str, start: StartWord, *, options: tuple[str, ...] = ()) -> None:
        """`options` are QEMU's own, put behind ours."""
        check_image(board)
        command = [*ends_with_us("KILL"), _emulator(), *_machine(_described(board), board.image, mac, start), *options]
        self.start = start
        our_wire, wire = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        our_shell, shell = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self.wire, self.shell = WirePort(our_wire), SocketStream(our_shell)
        ours, monitor = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _WIRE_BUFFER_BYTES)
        try:
            with wire, shell, monitor:
                self._process = _spawn(command, [wire.fileno(), shell.fileno(), monitor.fileno()])
        except BenchError:
            for line in (self.wire, self.shell, ours):
                line.close()
            raise
        # Should the harness end without close(): the emulator must not outlive it.
        self._finalizer = weakref.finalize(self, self._process.release)
        self._monitor = self._greeted(board.image, lambda: Monitor(ours))

    @staticmethod
    def at_a_terminal(board: BoardSpec, mac: str, tap: str | None, *, nowhere: int) -> list[str]:
        """The command that runs the board in real time with its shell on this terminal. `nowhere` is the descriptor of
        a socket where nobody listens: its wire, when that is no TAP."""
        machine = _described(board)
        to_nobody = f"dgram,id=wire,local.type=fd,local.str={nowhere}"
        wire = f"tap,id=wire,ifname={tap},script=no,downscript=no" if tap else to_nobody
        return [
            *(
                *ends_with_us("TERM"),
                _emulator(),
                "-M",
                machine.name,
                "-display",
                "none",
                "-no-user-config",
                "-kernel",
                str(board.image),
            ),
            *("-netdev", wire, "-net", f"nic,model={machine.nic},netdev=wire,macaddr={mac}", "-serial", "mon:stdio"),
        ]

    @property
    def pid(self) -> int:
        return self._process.pid

    def plug(self, plugged: bool) -> None:
        """Puts the cable in or pulls it; the PHY has seen it on return."""
        self._monitor.ask("set_link", name="wire", up=plugged)

    def renew(self) -> None:
        """A fresh device in the place of this one: every register and all memory as after a start, and the boot word
        again. What was on its lines is gone."""
        self._monitor.ask("stop")
        self._monitor.ask("set_link", name="wire", up=True)
        self._monitor.ask("system_reset")
        self._drain()
        self._monitor.ask("cont")

    def ending(self, *, within_s: float = 0) -> Ending:
        """How it ended, when it has, or does within that long."""
        return classify_emulator(self._process.status(within_s=within_s), self._process.stderr())

    def activity(self) -> Activity:
        return self._process.activity()

    def debugger(self) -> str:
        """As a process's it shows in its activity."""
        return ""

    def log(self) -> str:
        """What the emulator wrote to its standard error."""
        return self._process.stderr()

    def reports(self) -> list[str]:
        return []

    def start_over(self, word: StartWord) -> list[str]:
        return []

    def end(self, *, within_s: float) -> Ending:
        """A board does not end; it is well when it still runs."""
        ending = self.ending()
        return Ending(By.US, "it runs") if ending.by is By.NOBODY else ending

    def close(self) -> None:
        """Kills it if it runs, reaps it, closes its lines."""
        self._monitor.close()
        self._finalizer()
        self.wire.close()
        self.shell.close()

    def _drain(self) -> None:
        try:
            while self.wire.receive(within_s=0) is not None:
                pass
            while self.shell.receive(within_s=0) is not None:
                pass
        except (WireClosed, ShellClosed) as error:
            raise BenchError(f"a line of the emulator is gone: {error}") from error

    def _greeted(self, image: Path, connect: Callable[[], Monitor]) -> Monitor:
        try:
            return connect()
        except BenchError as error:
            ending = self.ending(within_s=1)
            said = str(error) if ending.by is By.NOBODY else ending.text
            self._finalizer()
            self.wire.close()
            self.shell.close()
            what = f"{image} does not start as a device does" if ending.by is By.ITSELF else "QEMU does not start"
            raise BenchError(f"{what}: {said}") from error


def _described(board: BoardSpec) -> QemuMachine:
    if board.machine is None:
        raise BenchError(f"{board.name} is no emulated board")
    return board.machine


def _emulator() -> str:
    path = shutil.which("qemu-system-arm")
    if path is None:
        raise BenchError("there is no qemu-system-arm here: run `make setup`, or install QEMU 7.2 or newer")
    return path


def _machine(machine: QemuMachine, image: Path, mac: str, start: StartWord) -> list[str]:
    return [
        *("-M", machine.name, "-display", "none", "-monitor", "none", "-no-user-config"),
        *("-kernel", str(image)),
        *("-netdev", f"dgram,id=wire,local.type=fd,local.str={_WIRE_FD}"),
        *("-net", f"nic,model={machine.nic},netdev=wire,macaddr={mac}"),
        *("-chardev", f"socket,id=shell,fd={_SHELL_FD}", "-serial", "chardev:shell"),
        *("-chardev", f"socket,id=monitor,fd={_MONITOR_FD}", "-mon", "chardev=monitor,mode=control"),
        *_loaders(machine.boot_word, start),
    ]


def _loaders(address: int, start: StartWord) -> list[str]:
    """One for each word: they are written at the start, and again at each reset."""
    words = enumerate(start.words())
    return [
        part
        for index, word in words
        for part in ("-device", f"loader,addr={address + 4 * index:#x},data={word:#x},data-len=4")
    ]


def _spawn(command: list[str], fds: list[int]) -> ChildProcess:
    try:
        return ChildProcess(Path(command[0]), command[1:], fds, os.environ, cpu_limit_s=None)
    except OSError as error:
        raise BenchError(f"{command[0]} does not start: {error}") from error
