# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import fcntl
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from plumbline.errors import BenchError
from plumbline.rig import serial_users
from plumbline.rig.serial_stream import SerialStream
from plumbline.rig.serial_users import others_at
from plumbline.rig.spec import Console
from plumbline.shell.stream import ShellClosed

Line = tuple[int, SerialStream]
SOON_S = 60.0
TIOCGEXCL = 0x80045440  # termios has no name for it


@pytest.fixture
def line() -> Iterator[Line]:
    """The device's end of a serial line, and ours."""
    device, ours = pty.openpty()
    stream = SerialStream(Console(Path(os.ttyname(ours)), 921600))
    os.close(ours)
    yield device, stream
    stream.close()
    os.close(device)


def test_bytes_go_both_ways_as_they_are(line: Line) -> None:
    device, stream = line
    everything = bytes(range(256))

    stream.send(everything, within_s=SOON_S)
    assert os.read(device, 1000) == everything
    os.write(device, everything)
    assert stream.receive(within_s=SOON_S) == everything


def test_silence_is_none_and_is_no_end(line: Line) -> None:
    _, stream = line

    assert stream.receive(within_s=0) is None
    assert stream.receive(within_s=0.001) is None


def test_what_finds_no_room_in_time_is_lost_and_nobody_waits_for_it(line: Line) -> None:
    _, stream = line

    stream.send(bytes(1 << 20), within_s=0.01)


def test_an_adapter_that_is_pulled_ends_the_line() -> None:
    device, ours = pty.openpty()
    stream = SerialStream(Console(Path(os.ttyname(ours)), 921600))
    os.close(ours)
    os.close(device)

    with pytest.raises(ShellClosed):
        stream.receive(within_s=SOON_S)
    with pytest.raises(ShellClosed):
        stream.send(b"x", within_s=SOON_S)
    stream.close()


def test_a_port_that_went_and_is_another_one_under_the_same_name_is_opened_again(tmp_path: Path) -> None:
    """As a serial port of a probe that was reset, or lost its power."""
    name = tmp_path / "by-id"
    device, ours = pty.openpty()
    name.symlink_to(os.ttyname(ours))
    stream = SerialStream(Console(name, 921600))
    os.close(ours)
    assert not stream.has_hung_up()

    os.close(device)
    again, ours = pty.openpty()
    name.unlink()
    name.symlink_to(os.ttyname(ours))
    assert stream.has_hung_up()
    stream.open_again()
    os.close(ours)

    os.write(again, b"# plumbline")
    assert stream.receive(within_s=1) == b"# plumbline"
    assert not stream.has_hung_up()
    stream.close()
    os.close(again)


def test_a_port_that_does_not_come_back_stays_closed(tmp_path: Path) -> None:
    name = tmp_path / "by-id"
    device, ours = pty.openpty()
    name.symlink_to(os.ttyname(ours))
    stream = SerialStream(Console(name, 921600))
    os.close(ours)
    os.close(device)
    name.unlink()

    with pytest.raises(BenchError, match="by-id cannot be opened"):
        stream.open_again()

    assert stream.has_hung_up()
    with pytest.raises(ShellClosed):
        stream.receive(within_s=1)
    with pytest.raises(ShellClosed):
        stream.send(b"x", within_s=1)


def is_exclusive(stream: SerialStream) -> bool:
    return int.from_bytes(fcntl.ioctl(stream.fileno(), TIOCGEXCL, bytes(4)), sys.byteorder) != 0


def test_programs_that_ask_for_no_lock_are_kept_out_where_that_ends_with_us(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, stream = line
    assert not is_exclusive(stream)  # a pseudo terminal would keep it

    monkeypatch.setattr(serial_users, "_PSEUDO_TERMINALS", range(0))
    stream._keep_others_out()

    assert is_exclusive(stream)


def test_who_else_has_it_open_is_told_and_not_let_be(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    _, stream = line
    assert stream.others() == []
    path = os.ttyname(stream.fileno())

    with subprocess.Popen(
        ["sh", "-c", 'exec 7<>"$0"; echo open; exec cat', path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"
        (told,) = stream.others()
        assert re.fullmatch(rf"(sh|cat) \(pid {other.pid}\)", told)

        monkeypatch.setattr(serial_users, "_PSEUDO_TERMINALS", range(0))
        with pytest.raises(BenchError, match=rf"has the serial port {path}: close \w+ \(pid {other.pid}\)"):
            stream._keep_others_out()
        assert not is_exclusive(stream)
        other.communicate()


def test_who_has_the_other_end_of_a_pseudo_terminal_is_what_it_leads_to() -> None:
    """As a virtual board that keeps both ends open."""
    code = "import os, pty, sys; _, ours = pty.openpty(); print(os.ttyname(ours), flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as board:
        assert board.stdout is not None
        path = Path(board.stdout.readline().decode().strip())
        assert others_at(path) == []

        with subprocess.Popen(
            ["sh", "-c", 'exec 7<>"$0"; echo; exec cat', path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as user:
            assert user.stdout is not None
            user.stdout.readline()
            (told,) = others_at(path)
            assert f"(pid {user.pid})" in told
            user.kill()
        board.communicate()


def test_a_line_that_is_not_there_or_somebody_elses_is_the_benchs_fault(line: Line) -> None:
    _, stream = line
    same = Console(Path(os.ttyname(stream.fileno())), 921600)

    with pytest.raises(BenchError, match="/dev/nowhere cannot be opened"):
        SerialStream(Console(Path("/dev/nowhere"), 921600))
    with pytest.raises(BenchError, match=rf"has the serial port {same.path}: .*`sudo fuser -v {same.path}`"):
        SerialStream(same)
