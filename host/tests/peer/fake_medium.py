# SPDX-License-Identifier: GPL-2.0-or-later
"""A wire in memory: what peers send is kept, what a test says comes of it is heard when the bench is settled."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from plumbline.events import FrameEvent, Way
from plumbline.match.layers import Ether, Packet
from plumbline.peer.network import DutAddress, Network
from plumbline.shell.views import ClockView
from plumbline.wire.decode import Frame, decode

DUT = DutAddress.of("02:00:00:00:00:02", "10.0.0.2", "255.255.255.0")
Listener = Callable[[FrameEvent, Frame], None]


class FakeMedium:
    def __init__(self) -> None:
        self.sent: list[Packet] = []
        self.advanced: list[int] = []
        self.on_frame: Callable[[Packet], list[Packet | bytes]] = lambda _: []
        self.on_advance: Callable[[], list[Packet | bytes]] = list
        self._coming: deque[bytes] = deque()
        self._posted: list[bytes] = []
        self._listeners: list[Listener] = []
        self._number = 0

    def come(self, *frames: Packet | bytes) -> None:
        """The device has sent these; they are heard once the bench is settled."""
        self._coming += [bytes(frame) for frame in frames]

    def send(self, frame: bytes) -> None:
        self.settle()
        packet: Packet = Ether(frame)
        self.sent.append(packet)
        self.come(*self.on_frame(packet))

    def overrun(self, frames: Iterable[bytes]) -> None:
        for frame in frames:
            self.send(frame)

    def post(self, frame: bytes) -> None:
        self._posted.append(frame)

    def settle(self) -> None:
        while self._coming or self._posted:
            while self._coming:
                self._hear(self._coming.popleft())
            posted, self._posted = self._posted, []
            for frame in posted:
                self.sent.append(Ether(frame))

    def subscribe(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def advance_to_frame(self, at_most_ms: int) -> ClockView:
        self.advanced.append(at_most_ms)
        frames = self.on_advance()
        self.come(*frames)
        return ClockView(0, True, None, at_most_ms, 1, bool(frames))

    def ladder(self) -> str:
        return "the ladder"

    def _hear(self, data: bytes) -> None:
        self._number += 1
        event = FrameEvent(self._number, Way.FROM_DUT, 0, data, "")
        for listener in self._listeners:
            listener(event, decode(data))


def network_on(medium: FakeMedium, seed: int = 1) -> Network:
    return Network(medium, DUT, seed)
