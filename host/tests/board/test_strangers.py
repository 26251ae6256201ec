# SPDX-License-Identifier: GPL-2.0-or-later
"""What a stranger on its wire leaves in a board is not the board's fault, and he is named."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import pytest

from plumbline.board import NucleoDevice, Parts, StartWord, nucleo
from plumbline.errors import BenchError
from plumbline.probe import Probe
from plumbline.shell.stream import SocketStream
from plumbline.wire.fence import FenceAnswer, decode_fence, encode_fence_answer
from plumbline.wire.port import WirePort

WORD = StartWord(seed=1)
BOARD, STRANGER, NEIGHBOUR = "02:00:00:00:00:02", "00:11:22:33:44:55", "02:00:00:00:00:03"
WIRE = "unix:/tmp/wire"
DHCSR, SLEEPS = 0xE000EDF0, 1 << 18
READY = b"!0 ready protocol=1\r\n"
WAY_OUT = f"see what else is on its wire {WIRE}, `net` in the rig file"


class Shell(SocketStream):
    """Of a board that does what it is told and has `used` buffers in use when it is asked."""

    used = 0

    def __init__(self, ours: socket.socket, theirs: socket.socket) -> None:
        super().__init__(ours)
        self._theirs = theirs

    def send(self, data: bytes, *, within_s: float) -> None:
        assert within_s > 0
        number, _, command = data.decode().strip().partition(" ")
        self.say(READY if command.startswith("reset ") else self._answer(number, command).encode())

    def say(self, told: bytes) -> None:
        self._theirs.sendall(told)

    def _answer(self, number: str, command: str) -> str:
        ok = f"{number}= ok now=0 held=1 active=0\r\n"
        if command == "mem":
            return f"{number}: name=pbuf used={self.used} most=8 size=8\r\n{ok}"
        return f"{ok}!0 future id=1 ready=1\r\n" if command.startswith("future ") else ok


class FakeProbe:
    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def reset(self, *, writes: Sequence[tuple[int, Sequence[int]]]) -> None:
        assert writes
        self._shell.say(READY)

    def read(self, address: int, count: int) -> list[int]:
        assert (address, count) == (DHCSR, 1)
        return [SLEEPS]


class Wire(WirePort):
    """The board answers the fence that asks who it is; behind each look that finds the wire empty come frames."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock)
        self.named = WIRE
        self.come: tuple[str, ...] = ()  # from whom, each time
        self.never_ends = False
        self._there: list[str] = []
        self._fence = 0

    def send(self, frame: bytes, *, within_s: float) -> bool:
        self._fence = decode_fence(frame) or 0
        return True

    def receive(self, *, within_s: float) -> bytes | None:
        if within_s:
            told = FenceAnswer(self._fence, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
            return encode_fence_answer(told, dst=bytes(6), src=mac_bytes(BOARD))
        if not self._there:
            self._there = [*self.come]
            if not self.never_ends:
                return None
        return bytes(6) + mac_bytes(self._there.pop()) + bytes(48)


def mac_bytes(mac: str) -> bytes:
    return bytes.fromhex(mac.replace(":", ""))


class Desk:
    def __init__(self, shell: Shell, wire: Wire) -> None:
        self.shell, self.wire = shell, wire
        known_as: Mapping[str, str] = {"board": "desk-1", "mac": BOARD}
        self.board = NucleoDevice(Parts(known_as, cast(Probe, FakeProbe(shell)), shell, wire, 0x2407FFE0))


@pytest.fixture
def desk() -> Iterator[Desk]:
    shell, its_shell = socket.socketpair()
    wire, its_wire = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with shell, its_shell, wire, its_wire:
        yield Desk(Shell(shell, its_shell), Wire(wire))


@pytest.mark.parametrize("stranger", [STRANGER, NEIGHBOUR], ids=["another maker's", "the next of its kind"])
def test_one_that_has_a_strangers_frames_in_its_buffers_is_not_to_blame_for_them(desk: Desk, stranger: str) -> None:
    desk.board.start_in_full(WORD)
    desk.wire.come, desk.shell.used = (stranger, stranger, BOARD), 3

    with pytest.raises(BenchError) as raised:
        desk.board.start_over(WORD)

    assert str(raised.value) == (
        "desk-1 started again, warm: pool pbuf: 3 used, 0 before; "
        f"but meanwhile 2 frames came from {stranger}: {WAY_OUT}"
    )


def test_nor_for_those_that_it_had_at_its_first_start(desk: Desk) -> None:
    desk.wire.come, desk.shell.used = (STRANGER,), 3
    desk.board.start_in_full(WORD)
    desk.wire.come, desk.shell.used = (), 0

    with pytest.raises(BenchError, match=f"0 used, 3 before; but at its first start a frame came from {STRANGER}: see"):
        desk.board.start_over(WORD)

    desk.board.start_in_full(WORD)
    assert desk.board.start_over(WORD) == []


@pytest.mark.parametrize(("named", "sender"), [(WIRE, BOARD), ("", STRANGER)], ids=["its own", "the harness's wire"])
def test_on_a_wire_without_strangers_it_is_to_blame_for_what_it_does_not_give_back(
    desk: Desk, named: str, sender: str
) -> None:
    desk.wire.named = named
    desk.board.start_in_full(WORD)
    desk.wire.come, desk.shell.used = (sender,), 3

    assert desk.board.start_over(WORD) == ["pool pbuf: 3 used, 0 before"]


def test_a_stranger_who_leaves_nothing_in_it_is_suffered(desk: Desk) -> None:
    desk.wire.come = (STRANGER,)
    desk.board.start_in_full(WORD)

    assert desk.board.start_over(WORD) == []


def test_a_flood_with_a_stranger_in_it_is_the_benchs(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nucleo, "_DRAINED", 8)
    desk.board.start_in_full(WORD)
    desk.wire.come, desk.wire.never_ends = (STRANGER, BOARD), True

    with pytest.raises(
        BenchError, match=f"its wire is never empty: 4 frames came from {STRANGER}: {re.escape(WAY_OUT)}"
    ):
        desk.board.start_over(WORD)


def test_a_flood_that_is_the_boards_alone_is_its_own_fault(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nucleo, "_DRAINED", 8)
    desk.board.start_in_full(WORD)
    desk.wire.come, desk.wire.never_ends = (BOARD,), True

    assert desk.board.start_over(WORD) == ["desk-1: its wire is never empty"]


def test_of_many_strangers_three_are_named(desk: Desk) -> None:
    desk.board.start_in_full(WORD)
    desk.wire.come, desk.shell.used = tuple(f"00:11:22:33:44:0{number}" for number in range(5)), 3

    with pytest.raises(BenchError, match="5 frames came from 00:11:22:33:44:04 and .*:03 and .*:02 and others: see"):
        desk.board.start_over(WORD)
