# SPDX-License-Identifier: GPL-2.0-or-later
"""A UDP socket of the device."""

from __future__ import annotations

from plumbline.shell.line import Data, Host, ShellLine, data_text, endpoint_text
from plumbline.shell.views import Check, Datagram, Endpoint, UdpView, check, endpoint, udp_view


class UdpSocket:
    """Each method is one command, and one call of the device's interface."""

    def __init__(self, line: ShellLine, handle: int, ring_bytes: int) -> None:
        self._line = line
        self.handle = handle
        self.ring_bytes = ring_bytes  # of both rings, without their slots
        self.closed = False

    def bind(self, port: int = 0, addr: str | None = None) -> Endpoint:
        """Port 0: the device chooses."""
        reply = self._line.command(f"udp bind {self.handle} {endpoint_text(addr, port)}")
        return endpoint(reply.fields.text("local"))

    def send(self, peer: Host | str, port: int, data: Data) -> int:
        """The datagram's id."""
        command = f"udp send {self.handle} {endpoint_text(peer, port)} {data_text(data)}"
        return self._line.command(command).fields.number("id")

    def can_send(self, n: int) -> bool:
        return self._line.command(f"udp can-send {self.handle} {n}", changes=False).fields.flag("can")

    def recv(self, size: int = 200) -> Datagram:
        """The oldest datagram, if it fits into `size`; at most 200 bytes of it can be shown."""
        fields = self._line.command(f"udp recv {self.handle} {size}").fields
        data = bytes.fromhex(fields.text("hex")) if fields.number("n") else b""
        return Datagram(data, endpoint(fields.text("from")), endpoint(fields.text("to")))

    def recv_pattern(self, size: int, seed: int, offset: int = 0) -> Check:
        """Takes a datagram; the device compares it with the pattern."""
        return check(self._line.command(f"udp recv {self.handle} {size} check={seed}:{offset}").fields)

    def option(self, **options: int) -> dict[str, int]:
        """Sets those given; all as they then stand."""
        words = [f"udp option {self.handle}", *(f"{key}={int(value)}" for key, value in options.items())]
        return self._line.command(" ".join(words)).fields.numbers()

    def state(self) -> UdpView:
        return udp_view(self._line.command(f"udp {self.handle}", changes=False).fields)

    def stats(self) -> dict[str, int]:
        return self._line.command(f"udp stats {self.handle}", changes=False).fields.numbers()

    def follow(self) -> None:
        """What becomes of its datagrams is known from now on."""
        self._line.command(f"udp follow {self.handle}")

    def status(self, id_: int) -> str:
        """What became of the datagram of that id: "queued", "held", "sent", "unreachable" or "too-old"."""
        return self._line.command(f"udp status {self.handle} {id_}", changes=False).fields.text("status")

    def close(self) -> None:
        """Drops what is queued; the handle is the device's again."""
        self._line.command(f"udp close {self.handle}")
        self.closed = True
