# SPDX-License-Identifier: GPL-2.0-or-later
import socket
from collections.abc import Iterator

import pytest

from plumbline.shell.protocol import Aside
from plumbline.shell.session import ShellSession
from plumbline.shell.stream import ShellClosed, SocketStream


@pytest.fixture
def ends() -> Iterator[tuple[ShellSession, socket.socket]]:
    here, there = socket.socketpair()
    session = ShellSession(SocketStream(here))
    with there:
        yield session, there
    session.close()


def test_a_request_goes_out_as_a_line(ends: tuple[ShellSession, socket.socket]) -> None:
    session, there = ends

    assert session.request("clock", within_s=1) == "@1 clock"
    assert there.recv(100) == b"@1 clock\n"


def test_silence_is_none_and_half_a_line_is_nothing_yet(ends: tuple[ShellSession, socket.socket]) -> None:
    session, there = ends
    assert session.read(within_s=0.001) is None

    there.sendall(b"# hel")
    assert session.read(within_s=1) == []
    there.sendall(b"lo\r\n")
    assert session.read(within_s=1) == [Aside("# hello")]


def test_a_closed_line_is_said(ends: tuple[ShellSession, socket.socket]) -> None:
    session, there = ends
    there.close()

    with pytest.raises(ShellClosed):
        session.read(within_s=1)
    with pytest.raises(ShellClosed):
        session.request("clock", within_s=1)
