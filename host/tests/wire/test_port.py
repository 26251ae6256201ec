# SPDX-License-Identifier: GPL-2.0-or-later
import socket
from collections.abc import Iterator

import pytest

from plumbline.wire.port import WireClosed, WirePort


@pytest.fixture
def ends() -> Iterator[tuple[WirePort, socket.socket]]:
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with WirePort(here) as port, there:
        yield port, there


def test_frames_keep_their_bounds(ends: tuple[WirePort, socket.socket]) -> None:
    port, there = ends
    port.send(b"one", within_s=1)
    port.send(b"two", within_s=1)

    assert [there.recv(100), there.recv(100)] == [b"one", b"two"]


def test_nothing_within_the_deadline_is_none(ends: tuple[WirePort, socket.socket]) -> None:
    assert ends[0].receive(within_s=0.001) is None


def test_draining_takes_what_is_there_and_does_not_wait(ends: tuple[WirePort, socket.socket]) -> None:
    port, there = ends
    there.send(b"a")
    there.send(b"b")

    assert port.drain(10) == [b"a", b"b"]
    assert port.drain(10) == []


def test_draining_ends_though_more_comes(ends: tuple[WirePort, socket.socket]) -> None:
    port, there = ends
    for _ in range(3):
        there.send(b"again")

    assert port.drain(2) == [b"again"] * 2


def test_a_closed_wire_is_said_after_its_last_frame(ends: tuple[WirePort, socket.socket]) -> None:
    port, there = ends
    there.send(b"last")
    there.close()

    assert port.receive(within_s=1) == b"last"
    with pytest.raises(WireClosed):
        port.receive(within_s=1)
    with pytest.raises(WireClosed):
        port.send(b"x", within_s=1)


def test_thousands_of_frames_wait_for_a_device_that_does_not_read(ends: tuple[WirePort, socket.socket]) -> None:
    assert all(ends[0].send(bytes(60), within_s=0.001) for _ in range(2000))


def test_a_wire_that_is_full_is_said(ends: tuple[WirePort, socket.socket]) -> None:
    while ends[0].send(bytes(1514), within_s=0.001):
        pass

    assert not ends[0].send(b"x" * 1514, within_s=0.001)
