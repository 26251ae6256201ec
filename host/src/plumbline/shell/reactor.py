# SPDX-License-Identifier: GPL-2.0-or-later
"""A completion reactor of the device: operations that are submitted, and told of when they complete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbline.errors import HarnessError
from plumbline.shell.futures import Future, FutureView, Operations
from plumbline.shell.line import ShellLine
from plumbline.shell.tcp import TcpSocket
from plumbline.shell.views import Endpoint, endpoint

if TYPE_CHECKING:
    from plumbline.shell.handles import Handles

UNDER_WAY = FutureView("would-block", 0, b"")


@dataclass(frozen=True)
class ReactorView:
    """`spoiled`: bytes of completed operations that were touched since."""

    places: int
    under_way: int
    spoiled: int


class Operation(Future):
    """`handle` is its id. To withdraw it is to cancel it."""

    kind, key = "completion", "op"

    def view(self) -> FutureView:
        """As its completion told."""
        said = self._said()
        return said[0][1] if said else UNDER_WAY

    def ends(self) -> tuple[Endpoint, Endpoint]:
        """Ours and the peer's, as its completion told. Of connect and accept those of the connection, of recv_from
        those of the datagram."""
        [told] = self._events()
        return endpoint(told.fields.text("local")), endpoint(told.fields.text("remote"))

    def withdraw(self) -> FutureView:
        self.cancel()
        return self.view()

    def cancel(self) -> None:
        """Refused: "state" when it has completed, "arg" once that was told."""
        self._line.command(f"reactor cancel {self.handle}")

    def within(self, ms: int) -> None:
        self._line.command(f"reactor within {self.handle} {ms}")


class Reactor(Operations[Operation]):
    """One at a time; it goes with the scenario."""

    def __init__(self, line: ShellLine, handles: Handles, places: int) -> None:
        super().__init__(handles)
        self._line = line
        line.command(f"reactor open {places}")
        handles.undo_with("reactor stop")

    def cancel_all(self, sock: TcpSocket) -> int:
        """How many it had under way."""
        return self._line.command(f"reactor cancel-tcp {sock.handle}").fields.number("n")

    def completed(self) -> list[int]:
        """Ids, in the order in which they were told."""
        self._line.hear_out()
        return [event.fields.number("op") for event in self._line.dut_events if event.kind == Operation.kind]

    def view(self) -> ReactorView:
        fields = self._line.command("reactor", changes=False).fields
        return ReactorView(*(fields.number(name) for name in ("places", "under_way", "spoiled")))

    def _begin(self, words: str, within_ms: int | None, hold: bool) -> Operation:
        if hold:
            raise HarnessError("an operation of a reactor is processed by it, and cannot be held")
        self._line.hear_out()
        since = len(self._line.dut_events)
        deadline = [] if within_ms is None else [f"within={within_ms}"]
        handle = self._line.command(" ".join(["reactor", words, *deadline])).fields.number("op")
        return Operation(self._line, handle, since)
