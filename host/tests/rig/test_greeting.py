# SPDX-License-Identifier: GPL-2.0-or-later
"""Whoever is on a serial line is asked who he is, and need not answer."""

from __future__ import annotations

import itertools
import os
import pty
import select
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from plumbline.board.nucleo import NotBack
from plumbline.errors import BenchError
from plumbline.probe import ShellIdentity
from plumbline.rig import greeting
from plumbline.rig.greeting import ask, opened
from plumbline.rig.spec import Console

ANSWER = b"# plumbline dut\r\n!3 ready protocol=1\r\n@1= ok build=abc profile=nucleo-h743zi unique=00ff\r\n"


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, Console]]:
    """The device's end of a serial line, and ours."""
    monkeypatch.setattr(greeting, "_ASKS_AGAIN_S", 0.05)
    device, ours = pty.openpty()
    yield device, Console(Path(os.ttyname(ours)), 921600)
    os.close(device)
    os.close(ours)


@contextmanager
def firmware(device: int, *answers: bytes) -> Iterator[None]:
    """Answers when it is asked, so many times."""

    def answer_each() -> None:
        for answer in answers:
            while b"@1 id\n" not in os.read(device, 100):
                pass
            os.write(device, answer)

    thread = threading.Thread(target=answer_each)
    thread.start()
    yield
    thread.join()


def test_who_answers_is_known(line: tuple[int, Console]) -> None:
    device, console = line
    with firmware(device, ANSWER):
        assert ask(console, within_s=20) == ShellIdentity("abc", "nucleo-h743zi", "00ff")


def test_firmware_that_does_not_say_all_of_it_is_the_benchs_fault(line: tuple[int, Console]) -> None:
    """Whatever is on that line: it is not known to be the device."""
    device, console = line
    with (
        firmware(device, b"@1= ok build=abc\r\n"),
        pytest.raises(BenchError, match="does not say who he is: .* no profile="),
    ):
        ask(console, within_s=20)


def test_a_refusal_is_no_answer_and_it_is_asked_again(line: tuple[int, Console]) -> None:
    """Half a request that somebody left on the line is refused under the number of ours, ahead of the answer to it."""
    device, console = line
    with firmware(device, b"@1= err unknown-command i\r\n" + ANSWER, ANSWER):
        assert ask(console, within_s=20) == ShellIdentity("abc", "nucleo-h743zi", "00ff")


def test_who_says_nothing_is_nobody(line: tuple[int, Console]) -> None:
    assert ask(line[1], within_s=0.1) is None


@contextmanager
def somebody(device: int, talks: bytes, every_s: float) -> Iterator[None]:
    """Who never falls silent, and hears nothing."""
    leaves = threading.Event()

    def talk() -> None:
        while not leaves.wait(every_s):
            if select.select([], [device], [], 0)[1]:
                os.write(device, talks)

    thread = threading.Thread(target=talk)
    thread.start()
    try:
        yield
    finally:
        leaves.set()
        thread.join()


@pytest.mark.parametrize("talks", [b"$GPGGA,123519,4807.038,N*47\r\n", b"\x00\xff\x80"])
def test_who_talks_without_end_is_told_from_who_is_silent(
    line: tuple[int, Console], monkeypatch: pytest.MonkeyPatch, talks: bytes
) -> None:
    """By a clock on which each look at it takes its time, however long the line takes to be opened."""
    looks = itertools.count(step=0.04)
    monkeypatch.setattr(greeting, "time", SimpleNamespace(monotonic=lambda: next(looks)))
    monkeypatch.setattr(greeting, "_ASKS_AGAIN_S", 20.0)  # on a machine that is busy, too, that is no silence
    device, console = line
    with somebody(device, talks, 0.01), pytest.raises(NotBack) as raised:
        ask(console, within_s=0.1)

    said = str(raised.value)
    assert f"somebody on {console.path} still talks after 0.1 s, and does not answer as our firmware does (b'" in said
    assert "see to `serial` in the rig file, and to `baud`, which is 921600" in said


def test_who_talks_for_a_while_and_then_answers_is_known(line: tuple[int, Console]) -> None:
    device, console = line
    with firmware(device, b"# starts\r\n" * 20 + ANSWER):
        assert ask(console, within_s=20) == ShellIdentity("abc", "nucleo-h743zi", "00ff")


def test_a_line_that_takes_nothing_is_given_up(line: tuple[int, Console], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(greeting, "_TAKES_S", 0.05)
    with opened(line[1]) as stopped:  # and so for whoever opens it next; a full one has room again, by and by
        termios.tcflow(stopped.fileno(), termios.TCOOFF)

    with pytest.raises(BenchError, match=f"{line[1].path} takes no more: pull the board's cable"):
        ask(line[1], within_s=20)


def test_what_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="nope cannot be opened: .*No such file"):
        ask(Console(tmp_path / "nope", 921600), within_s=1)


def test_a_line_that_somebody_has_is_not_shared(line: tuple[int, Console]) -> None:
    with opened(line[1]), pytest.raises(BenchError, match="another program has the serial port"):
        opened(line[1])
