# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames cross the bridge in order, each way, and nothing is lost unsaid."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress

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


def exchange(bridge: Bridge, wire: Wire, end: socket.socket) -> None:
    """All frames, each way."""
    for frame in FRAMES:
        end.send(frame)
        bridge.take_from_linux()
    wire.says = list(FRAMES)
    bridge.take_from_device()


def all_of(end: socket.socket) -> list[bytes]:
    """What came there."""
    came: list[bytes] = []
    with suppress(BlockingIOError):
        while True:
            came.append(end.recv(2000))
    return came


@pytest.mark.parametrize("burst", [1, 7, len(FRAMES)])
def test_frames_of_linux_reach_the_device_in_order_each_once(
    wire: Wire, linux: tuple[socket.socket, socket.socket], burst: int
) -> None:
    bridge = Bridge(wire, linux[0], seed=1)
    for first in range(0, len(FRAMES), burst):
        for frame in FRAMES[first : first + burst]:
            linux[1].send(frame)
        for _ in range(2):  # a turn takes in a part of a long burst
            bridge.take_from_linux()

    assert wire.put == [(frame, "Linux") for frame in FRAMES]
    assert bridge.fates.to_device == Counter(frames=len(FRAMES))


def test_frames_of_the_device_reach_linux_in_order_each_once(
    wire: Wire, linux: tuple[socket.socket, socket.socket]
) -> None:
    bridge = Bridge(wire, linux[0], seed=1)
    came = []
    for _ in range(5):
        wire.says = list(FRAMES)
        bridge.take_from_device()
        came += all_of(linux[1])

    assert came == FRAMES * 5
    assert bridge.from_device == len(FRAMES) * 5
    assert bridge.fates.to_linux == Counter(frames=len(FRAMES) * 5)


def test_what_finds_no_room_in_linux_is_counted_and_told(
    wire: Wire, linux: tuple[socket.socket, socket.socket]
) -> None:
    linux[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)  # as few as there can be
    bridge = Bridge(wire, linux[0], seed=1)
    wire.says = list(FRAMES)
    bridge.take_from_device()

    came = all_of(linux[1])
    assert came == FRAMES[: len(came)]
    assert bridge.overruns == len(FRAMES) - len(came) > 0
    assert f"{bridge.overruns} found no room there" in bridge.account()


def test_each_way_has_fates_of_its_own(wire: Wire, linux: tuple[socket.socket, socket.socket]) -> None:
    bridge = Bridge(wire, linux[0], seed=1)
    bridge.impair(Odds(loss=0.5))
    exchange(bridge, wire, linux[1])

    to_device, to_linux = [frame for frame, _ in wire.put], all_of(linux[1])
    assert 20 < len(to_device) < 80
    assert 20 < len(to_linux) < 80
    assert to_device != to_linux


@pytest.mark.parametrize(
    ("odds", "fate"),
    [(Odds(loss=1.0), "lost"), (Odds(duplication=1.0), "doubled"), (Odds(corruption=1.0), "spoiled")],
)
def test_each_fate_meets_frames_both_ways_and_is_counted(
    wire: Wire, linux: tuple[socket.socket, socket.socket], odds: Odds, fate: str
) -> None:
    bridge = Bridge(wire, linux[0], seed=1)
    bridge.impair(odds)
    exchange(bridge, wire, linux[1])

    for counts in bridge.fates:
        assert counts == Counter({"frames": len(FRAMES), fate: len(FRAMES)})


def test_frames_are_overtaken_both_ways(wire: Wire, linux: tuple[socket.socket, socket.socket]) -> None:
    bridge = Bridge(wire, linux[0], seed=1)
    bridge.impair(Odds(reordering=0.2))
    exchange(bridge, wire, linux[1])
    bridge.release()

    to_device, to_linux = [frame for frame, _ in wire.put], all_of(linux[1])
    assert sorted(to_device) == sorted(to_linux) == FRAMES
    assert FRAMES != to_device != to_linux != FRAMES
    assert all(counts["late"] > 0 for counts in bridge.fates)


def test_other_odds_lose_nothing_that_is_late_and_no_count(
    wire: Wire, linux: tuple[socket.socket, socket.socket]
) -> None:
    bridge = Bridge(wire, linux[0], seed=1)
    bridge.impair(Odds(reordering=1.0, duplication=1.0))
    linux[1].send(FRAMES[0])
    bridge.take_from_linux()
    bridge.impair(Odds())
    bridge.release()

    assert [frame for frame, _ in wire.put] == [FRAMES[0]] * 2
    assert bridge.fates.to_device["doubled"] == 1


def test_what_is_late_is_let_go_when_the_wire_is_silent(wire: Wire, linux: tuple[socket.socket, socket.socket]) -> None:
    bridge = Bridge(wire, linux[0], seed=1)
    bridge.impair(Odds(reordering=1.0))
    linux[1].send(FRAMES[0])
    bridge.take_from_linux()
    assert (bridge.holds, wire.put) == (True, [])

    bridge.release()

    assert (bridge.holds, wire.put) == (False, [(FRAMES[0], "Linux")])


def test_a_closed_bridge_takes_nothing_more(wire: Wire, linux: tuple[socket.socket, socket.socket]) -> None:
    bridge = Bridge(wire, linux[0], seed=1)
    bridge.close()

    assert wire._take is None
