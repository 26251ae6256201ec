# SPDX-License-Identifier: GPL-2.0-or-later
"""The harness's end of a private network: makes it, asks things of it, takes it down."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from plumbline.errors import BenchError

PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])  # where a user may find `ip`
_PROGRAM = Path(__file__).with_name("inside.py")
_ANSWER_S = 20.0  # it answers in milliseconds; a machine may be slow
_ANSWER_BYTES = 1 << 18


class Forbidden(BenchError):
    """This machine does not let an ordinary user make a private network."""


@dataclass(frozen=True)
class Place:
    """Who Linux is on the wire."""

    mac: str
    address: str  # with the length of its prefix
    mtu: int = 1500


class Namespace:
    """A network of Linux's own. Whatever ends the harness ends it, and all that runs in it."""

    def __init__(self, place: Place) -> None:
        ip = shutil.which("ip", path=PATH)
        if ip is None:
            raise BenchError("there is no `ip` (Debian: iproute2)")
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(_ANSWER_S)
        self._complaints = os.fdopen(os.memfd_create("stderr"), "rb")
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_PROGRAM), str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._complaints,
                env={"PATH": PATH, "LC_ALL": "C"},
                start_new_session=True,  # Ctrl-C is the harness's
            )
        try:
            self.wire = self._make(ip, place)
        except BaseException:
            self.close()
            raise

    def _make(self, ip: str, place: Place) -> socket.socket:
        given = {"ip": ip, "mac": place.mac, "address": place.address, "mtu": str(place.mtu)}
        _, fds = self._ask(given, [])
        wire = socket.socket(fileno=fds[0])
        wire.setblocking(False)
        return wire

    def tcp(self) -> socket.socket:
        """A new TCP socket of that network, to be used here."""
        _, fds = self._ask({"do": "tcp"}, [])
        return socket.socket(fileno=fds[0])

    def counters(self) -> Mapping[str, int]:
        """Linux's own, by "Tcp.RetransSegs" and the like."""
        answer, _ = self._ask({"do": "counters"}, [])
        counters: Mapping[str, int] = answer["counters"]
        return counters

    def run(self, command: Sequence[str], fds: Sequence[int]) -> None:
        """Starts a tool: its standard input, output and error, and where its exit status is to be written."""
        self._ask({"do": "run", "command": list(command)}, fds)

    def close(self) -> None:
        """A second call has no effect."""
        self._control.close()
        try:
            self._process.wait(timeout=_ANSWER_S)
        except subprocess.TimeoutExpired:  # stopped by somebody: the kernel ends the rest with it
            self._process.kill()
            self._process.wait()
        self._complaints.close()
        wire: socket.socket | None = getattr(self, "wire", None)
        if wire is not None:
            wire.close()

    def _ask(self, request: Mapping[str, object], fds: Sequence[int]) -> tuple[dict[str, Mapping[str, int]], list[int]]:
        try:
            socket.send_fds(self._control, [json.dumps(request).encode()], fds)
            answer, given, _, _ = socket.recv_fds(self._control, _ANSWER_BYTES, 1)
        except OSError as error:
            raise BenchError(f"Linux's private network does not answer: {error}{self._said()}") from error
        if not answer:
            raise BenchError(f"Linux's private network is gone{self._said()}")
        told = json.loads(answer)
        if "error" in told:
            raise (Forbidden if told.get("forbidden") else BenchError)(f"Linux's private network: {told['error']}")
        return told, list(given)

    def _said(self) -> str:
        self._complaints.seek(0)
        said = self._complaints.read().decode("utf-8", "replace").strip()
        return f"\n{said}" if said else ""

    def __enter__(self) -> Namespace:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
