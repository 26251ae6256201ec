# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames cross the bridge in order, each way, and nothing is lost unsaid."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import pytest

from plumbline.kernel.bridge import Bridge
from plumbline.kernel.impairment import Odds

FRAMES = [bytes(12) + b"\x08\x00" + number.to_bytes(50, "big") for number in range(100)]


class Wire:
    """The device's end: what was put on it, and what the device says next."""

    def __init__(self) -> None:
        self.put: list[tuple[bytes, str]] = []
        self.says: list[bytes] = []
        self._take: Callable[[bytes], None] | None = None

    def fileno(self) -> int:
        return 0

    def relay(self, take: Callable[[bytes], None] | None) -> None:
        self._take = take

    def pass_on(self, frame: bytes, step: str) -> None:
        self.put.append((frame, step))

    def take_in(self) -> int:
        taken, self.says = self.says, []
        for frame in taken:
            assert self._take is not None
            self._take(frame)
        return len(taken)

    def prove_rest(self) -> None: ...

    def note(self, text: str) -> None: ...


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def linux() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for end in (ours, theirs):
        end.setblocking(False)
    with ours, theirs:
        yield ours, theirs


def test_frames_of_linux_reach_the_device_in_order(wire: Wire, linux: tuple[socket.socket, socket.socket]) -> None:
    bridge = Bridge(wire, linux[0], seed=1)
    for frame in FRAMES:
        linux[1].send(frame)
        bridge.take_from_linux()

    assert wire.put == [(frame, "Linux") for frame in FRAMES]
    assert bridge.to_device == len(FRAMES)


def test_frames_of_the_device_reach_linux_in_order(wire: Wire, linux: tuple[socket.socket, socket.socket]) -> None:
    bridge = Bridge(wire, linux[0], seed=1)
    wire.says = list(FRAMES)
    bridge.take_from_device()

    assert [linux[1].recv(2000) for _ in FRAMES] == FRAMES
    assert bridge.from_device == len(FRAMES)


def test_each_way_has_fates_of_its_own(wire: Wire, linux: tuple[socket.socket, socket.socket]) -> None:
    bridge = Bridge(wire, linux[0], seed=1)
    bridge.impair(Odds(loss=0.5))
    for frame in FRAMES:
        linux[1].send(frame)
        bridge.take_from_linux()
    wire.says = list(FRAMES)
    bridge.take_from_device()

    to_device = [frame for frame, _ in wire.put]
    to_linux: list[bytes] = []
    while len(to_linux) < len(FRAMES):
        try:
            to_linux.append(linux[1].recv(2000))
        except BlockingIOError:
            break
    assert 20 < len(to_device) < 80
    assert 20 < len(to_linux) < 80
    assert to_device != to_linux


def test_what_is_late_is_let_go_when_the_wire_is_silent(wire: Wire, linux: tuple[socket.socket, socket.socket]) -> None:
    bridge = Bridge(wire, linux[0], seed=1)
    bridge.impair(Odds(reordering=1.0))
    linux[1].send(FRAMES[0])
    bridge.take_from_linux()
    assert (bridge.holds, wire.put) == (True, [])

    bridge.release()

    assert (bridge.holds, wire.put) == (False, [(FRAMES[0], "Linux, late")])


def test_a_closed_bridge_takes_nothing_more(wire: Wire, linux: tuple[socket.socket, socket.socket]) -> None:
    bridge = Bridge(wire, linux[0], seed=1)
    bridge.close()

    assert wire._take is None
