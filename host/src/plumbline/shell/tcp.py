# SPDX-License-Identifier: GPL-2.0-or-later
"""A TCP socket of the device."""

from __future__ import annotations

from plumbline.shell.line import Data, Host, ShellLine, data_text, endpoint_text
from plumbline.shell.views import Check, TcpView, check, tcp_view


class TcpSocket:
    """Each method is one command, and one call of the device's interface."""

    def __init__(self, line: ShellLine, handle: int, ring_bytes: int) -> None:
        self._line = line
        self.handle = handle
        self.ring_bytes = ring_bytes  # of both rings
        self.destroyed = False

    def connect(self, peer: Host | str, port: int, local: int | str | None = None, timeout_ms: int = 0) -> None:
        """`local` is a port or an endpoint "a.b.c.d:port"."""
        words = [f"tcp connect {self.handle} {endpoint_text(peer, port)}"]
        if local is not None:
            words.append(f"local={local if isinstance(local, str) else endpoint_text(None, local)}")
        if timeout_ms:
            words.append(f"timeout={timeout_ms}")
        self._line.command(" ".join(words))

    def send(self, data: Data) -> int:
        """How much was taken."""
        return self._number(f"send {self.handle} {data_text(data)}", "n")

    def recv(self, n: int = 200) -> bytes:
        return self._bytes("recv", n, changes=True)

    def peek(self, n: int = 200) -> bytes:
        return self._bytes("peek", n, changes=False)

    def recv_pattern(self, n: int, seed: int, offset: int = 0) -> Check:
        """Takes up to `n` bytes; the device compares them with the pattern."""
        return check(self._line.command(f"tcp recv {self.handle} {n} check={seed}:{offset}").fields)

    def room(self) -> int:
        return self._number(f"room {self.handle}", "len")

    def commit(self, data: Data) -> int:
        return self._number(f"commit {self.handle} {data_text(data)}", "n")

    def data(self) -> int:
        return self._number(f"data {self.handle}", "len")

    def consume(self, n: int) -> int:
        return self._number(f"consume {self.handle} {n}", "n")

    def close(self) -> None:
        self._line.command(f"tcp close {self.handle}")

    def abort(self) -> None:
        self._line.command(f"tcp abort {self.handle}")

    def destroy(self) -> None:
        """The handle is the device's again; do not use this socket any more."""
        self._line.command(f"tcp destroy {self.handle}")
        self.destroyed = True

    def option(self, **options: int) -> dict[str, int]:
        """Sets those given; all as they then stand."""
        words = [f"tcp option {self.handle}", *(f"{key}={int(value)}" for key, value in options.items())]
        return self._line.command(" ".join(words)).fields.numbers()

    def state(self) -> TcpView:
        return tcp_view(self._line.command(f"tcp {self.handle}", changes=False).fields)

    def stats(self) -> dict[str, int]:
        return self._line.command(f"tcp stats {self.handle}", changes=False).fields.numbers()

    def meter(self) -> None:
        """Its segments are counted from now on."""
        self._line.command(f"tcp meter {self.handle}")

    def info(self) -> dict[str, int]:
        """Round trip, windows, and what the meter has counted; without a meter those are 0."""
        return self._line.command(f"tcp info {self.handle}", changes=False).fields.numbers()

    def _number(self, command: str, key: str) -> int:
        return self._line.command(f"tcp {command}").fields.number(key)

    def _bytes(self, verb: str, n: int, *, changes: bool) -> bytes:
        fields = self._line.command(f"tcp {verb} {self.handle} {n}", changes=changes).fields
        return bytes.fromhex(fields.text("hex")) if fields.number("n") else b""
