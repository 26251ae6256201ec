# SPDX-License-Identifier: GPL-2.0-or-later
"""Both lines are read while either owes us something, and each is told in its order."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from plumbline.bench import bounds
from plumbline.bench.hearing import Hearing
from plumbline.shell.protocol import DutEvent
from plumbline.shell.session import ShellSession
from plumbline.shell.stream import ShellClosed, SocketStream
from plumbline.wire.port import Stamped, WireClosed, WirePort

LINE = b"!0 wake watch=1 readable=1 writable=0 released=0\r\n"
PLENTY_S = 60
A_MOMENT_S = 0.02
ENOUGH = 2000


@dataclass
class Far:
    """The device's ends."""

    wire: socket.socket
    shell: socket.socket


@pytest.fixture
def ends() -> Iterator[tuple[Hearing, Far]]:
    wire, far_wire = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    shell, far_shell = socket.socketpair()
    with wire, shell, far_wire, far_shell:
        yield Hearing(WirePort(wire), ShellSession(SocketStream(shell))), Far(far_wire, far_shell)


def unstamped(*frames: bytes) -> list[Stamped]:
    """As no network port is on their way."""
    return [Stamped(frame, 0) for frame in frames]


def test_a_device_that_says_more_than_its_line_holds_gets_to_its_frame(ends: tuple[Hearing, Far]) -> None:
    hearing, far = ends

    def talk() -> None:
        for byte in LINE * 100:
            far.shell.send(bytes([byte]))  # as an emulated UART does: one write each
        far.wire.send(b"at last")

    talker = threading.Thread(target=talk, daemon=True)
    talker.start()

    assert [hearing.frame(within_s=PLENTY_S)] == unstamped(b"at last")
    talker.join()
    assert len(hearing.items_now()) == 100


def test_a_device_that_sends_more_than_its_wire_holds_gets_to_its_word(ends: tuple[Hearing, Far]) -> None:
    hearing, far = ends
    sent = [number.to_bytes(1000, "big") for number in range(1000)]

    def talk() -> None:
        for frame in sent:
            far.wire.send(frame)
        far.shell.send(LINE)

    talker = threading.Thread(target=talk, daemon=True)
    talker.start()

    items = hearing.items(within_s=PLENTY_S)
    assert items is not None
    assert isinstance(items[0], DutEvent)
    talker.join()
    assert [hearing.frame(within_s=PLENTY_S)] == unstamped(sent[0])
    assert hearing.frames(at_most=ENOUGH) == unstamped(*sent[1:])


def test_silence_is_none_however_much_the_other_line_says(ends: tuple[Hearing, Far]) -> None:
    hearing, far = ends
    far.shell.send(LINE)

    assert hearing.frame(within_s=A_MOMENT_S) is None
    assert len(hearing.items_now()) == 1
    far.wire.send(b"frame")
    assert hearing.items(within_s=A_MOMENT_S) is None
    assert hearing.frames(at_most=ENOUGH) == unstamped(b"frame")


def test_the_end_of_a_line_is_told_to_who_waits_for_it(ends: tuple[Hearing, Far]) -> None:
    hearing, far = ends
    far.shell.close()
    assert hearing.frame(within_s=A_MOMENT_S) is None
    far.wire.close()

    with pytest.raises(ShellClosed):
        hearing.items(within_s=A_MOMENT_S)
    with pytest.raises(WireClosed):
        hearing.frame(within_s=A_MOMENT_S)


def test_what_stood_before_the_end_is_told_first(ends: tuple[Hearing, Far]) -> None:
    hearing, far = ends
    far.wire.send(b"last")
    far.wire.close()
    assert hearing.items(within_s=A_MOMENT_S) is None

    assert [hearing.frame(within_s=A_MOMENT_S)] == unstamped(b"last")
    with pytest.raises(WireClosed):
        hearing.frame(within_s=A_MOMENT_S)


def test_one_that_never_stops_is_not_heard_for_ever(ends: tuple[Hearing, Far], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "FRAMES_PER_FENCE", 3)
    hearing, far = ends
    for number in range(10):
        far.wire.send(bytes([number]))

    assert hearing.items(within_s=A_MOMENT_S) is None

    assert hearing.frames(at_most=2) == unstamped(b"\0", b"\1")
    assert [hearing.frame(within_s=A_MOMENT_S) for _ in range(2)] == unstamped(b"\2", b"\3")


def test_what_the_shell_says_is_left_there_while_the_wire_alone_is_heard(ends: tuple[Hearing, Far]) -> None:
    hearing, far = ends
    assert not hearing.has_items()
    far.shell.send(LINE)

    with hearing.to_the_wire_alone():
        far.wire.send(b"a frame")
        assert [hearing.frame(within_s=PLENTY_S)] == unstamped(b"a frame")
        assert hearing.frame(within_s=A_MOMENT_S) is None
        assert far.shell.send(LINE) == len(LINE)
        assert hearing.has_items()

    assert len(hearing.items(within_s=PLENTY_S) or []) == 2
