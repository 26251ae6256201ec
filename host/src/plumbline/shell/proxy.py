# SPDX-License-Identifier: GPL-2.0-or-later
"""The any-IP proxy of the device: its connections are sockets lent to its listener, its datagrams have both ends."""

from __future__ import annotations

from dataclasses import dataclass

from plumbline.errors import Refused
from plumbline.shell.line import Data, Host, ShellLine, data_text, endpoint_text
from plumbline.shell.listener import Listener
from plumbline.shell.views import Datagram, Endpoint, endpoint


@dataclass(frozen=True)
class Tuple:
    """A UDP tuple that has a place in the device's table. `age_ms` is since it moved last."""

    place: int
    id: int
    local: Endpoint
    remote: Endpoint
    answered: bool
    age_ms: int


class Proxy:
    """Each method is one command."""

    def __init__(self, line: ShellLine, listener: Listener, policy: str) -> None:
        self._line = line
        self.listener = listener
        self.policy = policy
        self.stopped = False
        self._since = 0

    def stats(self) -> dict[str, int]:
        return self._line.command("proxy", changes=False).fields.numbers()

    def tuples(self) -> list[Tuple]:
        data = self._line.command("proxy tuples", changes=False).data
        return [
            Tuple(
                one.number("place"), one.number("id"), endpoint(one.text("local")), endpoint(one.text("remote")),
                one.flag("answered"), one.number("age_ms"),
            )
            for one in data
        ]  # fmt: skip

    def recv(self, size: int = 200) -> Datagram:
        """The oldest datagram, if it fits into `size`: `from_` is its peer, `to` its original destination."""
        fields = self._line.command(f"proxy recv {size}").fields
        data = bytes.fromhex(fields.text("hex")) if fields.number("n") else b""
        return Datagram(data, endpoint(fields.text("from")), endpoint(fields.text("to")))

    def send(self, local: Endpoint, peer: Host | str, port: int, data: Data) -> int:
        """From an original destination to the peer of that tuple. The datagram's id."""
        command = f"proxy send {local.addr}:{local.port} {endpoint_text(peer, port)} {data_text(data)}"
        return self._line.command(command).fields.number("id")

    def push(self, packet: bytes) -> None:
        """An IP packet, into the packet device."""
        self._line.command(f"proxy push {data_text(packet)}")

    def pull(self) -> bytes | None:
        """The oldest packet that it sent there; None: there is none. At most 200 bytes can be shown."""
        try:
            return bytes.fromhex(self._line.command("proxy pull").fields.text("hex"))
        except Refused as refusal:
            if refusal.name != "would-block":
                raise
            return None

    def wait(self, kind: str, *, room: int | None = None) -> None:
        """A task waits, once: for `readable`, for `writable` (`room` for so many bytes), for the `end` of a tuple."""
        self._since = len(self._line.dut_events)
        self._line.command(f"proxy wait {kind}" + (f" room={room}" if room is not None else ""))

    def unwait(self) -> None:
        """It gives up. Refused with state when it was woken."""
        self._line.command("proxy unwait")

    def woken(self) -> list[str]:
        """What its tasks were woken for since the last `wait`, up to now."""
        self._line.hear_out()
        said = self._line.dut_events[self._since :]
        return [one.fields.text("woken") for one in said if one.kind == "proxy"]

    def stop(self) -> None:
        """Ends its connections; nothing of it is left then."""
        self._line.command("proxy stop")
        self.listener.closed = True
        self.stopped = True
