# SPDX-License-Identifier: GPL-2.0-or-later
"""The raw wire, for frames that no peer would send, and for a look at everything the device sent."""

from __future__ import annotations

from collections.abc import Iterable

from plumbline.events import FrameEvent
from plumbline.match.layers import Packet
from plumbline.peer.arrival import Arrival, Inbox
from plumbline.peer.medium import Medium
from plumbline.wire.decode import Frame


class Wire:
    """What it takes is also the peers': it only looks."""

    def __init__(self, medium: Medium) -> None:
        self._medium = medium
        self._inbox = Inbox("the wire", medium)
        medium.subscribe(self._hear)

    def send(self, frame: Packet | bytes) -> None:
        """As it stands: nothing is filled in but what Scapy computes."""
        self._medium.send(bytes(frame))

    def overrun(self, frames: Iterable[Packet]) -> None:
        """Sends them while the device takes nothing out of its receiver: what is more than that holds is lost, and the
        device does not know. Needs `fifo_overflow`."""
        self._medium.overrun([bytes(frame) for frame in frames])

    def frames(self) -> list[Frame]:
        """All the device sent since the last look, fences left out."""
        return [arrival.frame for arrival in self._inbox.take()]

    def expect(self, packet: Packet, *, any_order: bool = False) -> Packet:
        """The next frame of the device, whomever it is for."""
        _, came = self._inbox.expect(packet, any_order=any_order)
        return came

    def expect_nothing(self) -> None:
        self._inbox.expect_nothing()

    def _hear(self, event: FrameEvent, frame: Frame) -> None:
        self._inbox.arrivals.append(Arrival(event.number, event.ms, frame))
