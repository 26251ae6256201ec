# SPDX-License-Identifier: GPL-2.0-or-later
"""Asks the firmware on a serial line who it is."""

from __future__ import annotations

import errno
import termios
import time
from pathlib import Path

import serial

from plumbline.board.nucleo import NotBack
from plumbline.errors import BenchError, Unexpected
from plumbline.probe import ShellIdentity
from plumbline.rig.serial_users import others_at
from plumbline.rig.spec import Console
from plumbline.shell.protocol import Fields, Reply, ShellProtocol

_ASKS_AGAIN_S = 0.5  # a chip that just starts loses what it is told before it listens
_TAKES_S = 5.0  # a line that is well takes a request in a millisecond
_READ_BYTES = 4096
_SHOWN_BYTES = 60
_TAKEN = (errno.EAGAIN, errno.EBUSY)  # its lock, or TIOCEXCL


def opened(console: Console) -> serial.Serial:
    """To nobody else meanwhile. BenchError when it cannot be."""
    path, baud = str(console.path), console.baud
    try:
        return serial.Serial(path, baud, timeout=_ASKS_AGAIN_S, write_timeout=_TAKES_S, exclusive=True)
    except (OSError, ValueError, termios.error) as error:
        raise BenchError(_why_closed(console.path, error)) from error


def _why_closed(path: Path, error: Exception) -> str:
    number = error.errno if isinstance(error, OSError) else None
    if number in _TAKEN:
        who = " and ".join(others_at(path)) or f"it (`sudo fuser -v {path}` shows which)"
        return f"another program has the serial port {path}: close {who}"
    if number == errno.EACCES:
        return f"this user may not open the serial port {path}: `plumb rig check` says what gives the right"
    return f"{path} cannot be opened: {error}: see `serial` in the rig file; `plumb rig check`"


def ask(console: Console, *, within_s: float) -> ShellIdentity | None:
    """None when nobody answers in that time; NotBack when somebody talks on and on instead."""
    until = time.monotonic() + within_s
    said = b""
    with opened(console) as line:
        while time.monotonic() < until:
            answer, said = _answer(line, until)
            if answer is not None:
                return answer
    if said:
        raise NotBack(
            f"somebody on {console.path} still talks after {within_s:g} s, and does not answer as our firmware does "
            f"({said!r}): see to `serial` in the rig file, and to `baud`, which is {console.baud}"
        )
    return None


def _identity(fields: Fields) -> ShellIdentity:
    """BenchError for firmware that does not say it all: nobody knows whose it is."""
    try:
        return ShellIdentity(fields.text("build"), fields.text("profile"), fields.text("unique"))
    except Unexpected as error:
        raise BenchError(f"whoever is on the serial line does not say who he is: {error}") from None


def _answer(line: serial.Serial, until: float) -> tuple[ShellIdentity | None, bytes]:
    """Asked once; read until nothing comes for a while. Or else until that time: then with what was heard last."""
    protocol, said = ShellProtocol(), b""
    try:
        line.write(b"\n" + protocol.request("id"))
        while data := line.read(1):
            data += line.read(min(line.in_waiting, _READ_BYTES))
            for item in protocol.feed(data):
                if isinstance(item, Reply) and item.ok:
                    return _identity(item.fields), b""
            said = (said + data)[-_SHOWN_BYTES:]
            if time.monotonic() >= until:
                return None, said
    except serial.SerialTimeoutException:
        raise BenchError(
            f"{line.port} takes no more: pull the board's cable and plug it in; then `plumb rig check`"
        ) from None
    except OSError as error:  # pyserial's own are OSErrors
        raise BenchError(f"the serial line is gone: {error}") from error
    return None, b""
