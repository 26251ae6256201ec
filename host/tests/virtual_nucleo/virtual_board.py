# SPDX-License-Identifier: GPL-2.0-or-later
"""A virtual Nucleo as a process, and OpenOCD in front of it: what a desk has, without the desk."""

from __future__ import annotations

import os
import select
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from plumbline.board.spec import images_folder
from plumbline.lifetime import ends_with_us
from plumbline.scratch import scratch

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = ROOT / "build/virtual-nucleo/virtual-nucleo"
IMAGE = images_folder(ROOT) / "nucleo-h743zi/dut"
RIG = ROOT / "fixtures/openocd/nucleo-h743zi.cfg"
SERIAL = "0667FF575251717867000001"
MID_FLASH = 20000  # transfers: half of the image for the real board is written by then
BANNER = "# plumbline dut"
READY = "ready protocol=1"
ATTACH = "reset_config srst_only srst_nogate connect_deassert_srst"  # to a chip that runs, and goes on
HANG_UPS = ("probe replug", "power", "power on")  # they take the serial port with them

_SOON_S = 180.0  # patience, not a proof: a loaded machine takes its time


def lacks() -> str:
    """What this machine has not got for these tests, or nothing."""
    missing = [name for name in ("openocd",) if shutil.which(name) is None]
    missing += [str(path.relative_to(ROOT)) for path in (PROGRAM, IMAGE) if not path.exists()]
    return " and ".join(missing)


def symbol(name: str) -> int:
    """Where the image has it."""
    listed = subprocess.run(["nm", IMAGE], capture_output=True, text=True, check=True)
    return next(int(at, 16) for at, _, symbol in map(str.split, listed.stdout.splitlines()) if symbol == name)


class Lines:
    """What comes out of a descriptor, heard piece by piece."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._unheard = ""

    def hear(self, phrase: str, within_s: float = _SOON_S) -> str:
        """All that came, up to `phrase`."""
        deadline = time.monotonic() + within_s
        while phrase not in self._unheard:
            left = deadline - time.monotonic()
            assert left > 0, f"{phrase!r} did not come, but {self._unheard!r}"
            if select.select([self._fd], [], [], left)[0]:
                more = os.read(self._fd, 4096)
                assert more, f"{phrase!r} did not come, but {self._unheard!r} and the end"
                self._unheard += more.decode("ascii", "replace")
        heard, phrase, self._unheard = self._unheard.partition(phrase)
        return heard + phrase

    def rest(self, within_s: float) -> str | None:
        """All that comes until the end; None, and nothing is lost, when that takes too long."""
        deadline = time.monotonic() + within_s
        while select.select([self._fd], [], [], max(0.0, deadline - time.monotonic()))[0]:
            more = os.read(self._fd, 4096)
            if not more:
                return self._unheard
            self._unheard += more.decode("ascii", "replace")
        return None


@dataclass(frozen=True)
class Ended:
    """How OpenOCD ended; without a status it had to be stopped."""

    status: int | None
    said: str
    seconds: float


GDB_HAS_LEFT = "dropped 'gdb' connection"  # of OpenOCD, when it has done what follows from that


class OpenOcd:
    """One that runs, in a session of its own."""

    def __init__(self, *arguments: str) -> None:
        self._began = time.monotonic()
        self._process = subprocess.Popen(
            [*ends_with_us("KILL"), "openocd", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        self._stdout = self._process.stdout
        self.said = Lines(self._stdout.fileno())

    def __enter__(self) -> OpenOcd:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end(0)

    def end(self, within_s: float) -> Ended:
        """How it ended by itself; after so long it is stopped."""
        said = self.said.rest(within_s)
        seconds = time.monotonic() - self._began
        if said is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        with self._stdout:
            status = self._process.wait()
            if said is None:
                return Ended(None, self.said.rest(_SOON_S) or "", seconds)
            return Ended(status, said, seconds)


class VirtualBoard:
    """A board as it comes from the shop: its flash is erased. It ends with whoever made it, however that ends.
    `within`: what stands ahead of its command, and becomes it."""

    def __init__(self, *options: str, within: Sequence[str] = ()) -> None:
        with ExitStack() as opened:
            self._open(opened, options, within)
            self._opened = opened.pop_all()

    def _open(self, opened: ExitStack, options: Sequence[str], within: Sequence[str]) -> None:
        folder = opened.enter_context(scratch())  # not pytest's: the path of a socket is short
        places = [word for name in ("flash", "serial", "control") for word in (f"--{name}", str(folder / name))]
        self.flash_path = folder / "flash"
        self.wire_path = folder / "wire"
        wire = () if "--wire" in options else ("--wire", f"listen:{self.wire_path}")
        process = subprocess.Popen(
            [*within, *ends_with_us("KILL"), PROGRAM, *places, *wire, "--probe", "0", *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        opened.callback(process.communicate)
        opened.callback(process.terminate)
        self._pid = process.pid
        assert process.stdout is not None
        self.port = int(Lines(process.stdout.fileno()).hear("\n").removeprefix("probe port="))
        self._control = opened.enter_context(socket.socket(socket.AF_UNIX))
        self._control.connect(str(folder / "control"))
        self._answers = Lines(self._control.fileno())
        self.serial_path = folder / "serial"
        self._open_serial()
        opened.callback(lambda: os.close(self._serial))

    def __enter__(self) -> VirtualBoard:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()

    def tell(self, line: str) -> str:
        """A line to the control socket. When it returns, the thing is done."""
        self._control.sendall(f"{line}\n".encode())
        answer = self._answers.hear("\n").rstrip("\n")
        assert answer.startswith("ok"), f"{line}: {answer}"
        if line in HANG_UPS:
            os.close(self._serial)
            self._open_serial()
        return answer.removeprefix("ok").strip()

    def _open_serial(self) -> None:
        self._serial = os.open(self.serial_path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        self.serial = Lines(self._serial)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It stands still, and its time with it: what is sent to it meanwhile is all there when it goes on."""
        os.kill(self._pid, signal.SIGSTOP)
        os.waitpid(self._pid, os.WUNTRACED)
        try:
            yield
        finally:
            os.kill(self._pid, signal.SIGCONT)

    def stat(self, name: str) -> int:
        """One of the numbers of `stats`."""
        return int(dict(word.split("=") for word in self.tell("stats").split())[name], 0)

    def type(self, line: str) -> None:
        """A line at its shell."""
        os.write(self._serial, f"{line}\r\n".encode())

    def start(self, *commands: str, configuration: tuple[str, ...] = ()) -> OpenOcd:
        """OpenOCD as a rig runs it, or with another configuration."""
        rig = ("-f", str(RIG), "-c", f"st-link backend tcp {self.port}")
        return OpenOcd(*(configuration or rig), *(word for command in commands for word in ("-c", command)))

    def openocd(self, *commands: str, configuration: tuple[str, ...] = (), within_s: float = _SOON_S) -> Ended:
        """The same, up to its end."""
        return self.start(*commands, configuration=configuration).end(within_s)


def flash(image: Path = IMAGE) -> str:
    """OpenOCD's command: flashed, verified, reset, done."""
    return f"program {image} verify reset exit"


def wait(board: VirtualBoard, us: int) -> None:
    """By its own time."""
    until = board.stat("us") + us
    while board.stat("us") < until:
        pass
