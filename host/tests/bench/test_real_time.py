# SPDX-License-Identifier: GPL-2.0-or-later
"""Somebody else moves frames, and the clock runs: nothing is lost on the way, on a fake device."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from host.tests.fake_device import MAC, FakeDevice
from plumbline.bench import Recorder
from plumbline.bench.lines import Lines
from plumbline.board import ReceiveFifo
from plumbline.board.ending import By, Ending
from plumbline.errors import Died
from plumbline.events import FrameEvent
from plumbline.wire.fence import FRAME_BYTES

FRAMES = [number.to_bytes(60, "big") for number in range(1, 101)]
ROOM = 10  # frames


@pytest.fixture
def device() -> Iterator[FakeDevice]:
    device = FakeDevice()
    device.replies["clock run"] = ["= ok now=5 held=0 next=none"]
    yield device
    device.close()


@pytest.fixture
def lines(device: FakeDevice) -> Lines:
    return Lines(device, MAC, Recorder(), fifo=ReceiveFifo(frames=ROOM, words=(ROOM + 1) * FRAME_BYTES))


@pytest.fixture
def relayed(lines: Lines) -> list[bytes]:
    relayed: list[bytes] = []
    lines.relay(relayed.append)
    return relayed


def test_what_is_passed_on_never_exceeds_what_the_receiver_holds(device: FakeDevice, lines: Lines) -> None:
    for frame in FRAMES:
        lines.pass_on(frame, "a peer")
    lines.settle()

    assert device.heard == FRAMES
    sent = [event.is_fence for event in lines.recorder.events if isinstance(event, FrameEvent)]
    without_fence = longest = 0
    for is_fence in sent:
        without_fence = 0 if is_fence else without_fence + 1
        longest = max(longest, without_fence)
    assert longest == ROOM - 1  # one is left for the fence


def test_what_comes_while_a_fence_is_waited_for_is_relayed(
    device: FakeDevice, lines: Lines, relayed: list[bytes]
) -> None:
    device.on_frame = lambda frame: [frame[::-1]]
    for frame in FRAMES:
        lines.pass_on(frame, "a peer")
    lines.prove_rest()

    assert relayed == [frame[::-1] for frame in FRAMES]


def test_what_comes_while_the_shell_is_asked_is_relayed(device: FakeDevice, lines: Lines, relayed: list[bytes]) -> None:
    lines.settle()
    device.send(FRAMES[0])
    lines.command("clock", changes=False)
    device.send(FRAMES[1])

    taken = 0
    while taken < 2:
        taken += lines.take_in()
    assert relayed == FRAMES[:2]


def test_nothing_is_handed_on_when_nothing_came(lines: Lines, relayed: list[bytes]) -> None:
    lines.settle()

    assert (lines.take_in(), relayed) == (0, [])


def test_frames_have_a_time_that_goes_on(lines: Lines) -> None:
    lines.run_clock()
    for frame in FRAMES[: ROOM - 1]:  # a fence would say what time it is
        lines.pass_on(frame, "a peer")

    times = [event.ms for event in lines.recorder.events if isinstance(event, FrameEvent) and event.data in FRAMES]
    assert times[0] >= 5
    assert times == sorted(times)


def test_a_device_that_ends_has_died(device: FakeDevice, lines: Lines, relayed: list[bytes]) -> None:
    lines.settle()
    device.ended = Ending(By.ITSELF, "exit status 1")
    device.hang_up("wire")

    with pytest.raises(Died, match="exit status 1"):
        lines.take_in()
    assert relayed == []
