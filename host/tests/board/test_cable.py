# SPDX-License-Identifier: GPL-2.0-or-later
"""Who is at the other end of a cable is believed when he says so, and nobody is accused for being silent."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from plumbline.board.cable import check_cable
from plumbline.errors import BenchError
from plumbline.shell.protocol import Fields
from plumbline.wire.fence import FenceAnswer, decode_fence, encode_fence_answer
from plumbline.wire.port import WirePort

MEANT, OTHER = "02:00:00:00:00:01", "02:00:00:00:00:02"
US = bytes.fromhex("0200000000fd")
NOISE = bytes(60)
SOON_S, A_MOMENT_S = 20, 0.01


class Cabled(WirePort):
    """As one with a cable that people plug on its way."""

    interface = named = "enx0"
    silences = 0  # so many waits are over at once, with nothing heard
    flood = b""  # a frame that comes for ever
    looks_too_late = 0

    def receive(self, *, within_s: float) -> bytes | None:
        if self.silences:
            self.silences -= 1
            return None
        if self.flood:
            self.looks_too_late += within_s == 0
            assert self.looks_too_late < 100_000, "it listens for ever"
            return self.flood
        return super().receive(within_s=within_s)


Ends = tuple[Cabled, socket.socket]


@pytest.fixture
def ends() -> Iterator[Ends]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    theirs.settimeout(SOON_S)
    with theirs:
        wire = Cabled(ours)
        yield wire, theirs
        wire.close()


class Shell:
    """Of a board that counts what comes to it, up to so many frames, and says so for ever as it counted last."""

    def __init__(self, *received: int) -> None:
        self._received = [0, *received]

    def __call__(self) -> Fields:
        received = self._received.pop(0) if len(self._received) > 1 else self._received[0]
        counts = {"up": 1, "rx": received, "rx_queue": 0, "rx_alloc": 0, "rx_down": 0, "rx_size": 0, "tx": 7}
        return Fields({name: str(count) for name, count in counts.items()})


def is_not_asked() -> Fields:
    raise AssertionError("the wire tells enough")


def mac_bytes(mac: str) -> bytes:
    return bytes.fromhex(mac.replace(":", ""))


def answer_of(mac: str, number: int, to: bytes) -> bytes:
    """To the fence of that number."""
    told = FenceAnswer(number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    return encode_fence_answer(told, dst=to, src=mac_bytes(mac))


def answers(theirs: socket.socket, mac: str, *, fences: int = 1) -> threading.Thread:
    """The last of so many."""

    def answer() -> None:
        number: int | None = None
        for _ in range(fences):
            while (number := decode_fence(asked := theirs.recv(2000))) is None:
                pass
            assert asked[:6] == b"\xff" * 6
        theirs.send(NOISE)
        theirs.send(answer_of(mac, number or 0, asked[6:12]))

    thread = threading.Thread(target=answer)
    thread.start()
    return thread


def test_the_board_that_is_meant_is_well(ends: Ends) -> None:
    wire, theirs = ends
    other = answers(theirs, MEANT)

    check_cable(wire, MEANT, "desk-1", is_not_asked, within_s=SOON_S)

    other.join()


def test_another_board_is_named(ends: Ends) -> None:
    wire, theirs = ends
    other = answers(theirs, OTHER)

    with pytest.raises(BenchError, match=f"desk-1 is {MEANT}, and at the other end of its cable is {OTHER}"):
        check_cable(wire, MEANT, "desk-1", is_not_asked, within_s=SOON_S)

    other.join()


def test_an_answer_to_another_fence_is_none(ends: Ends) -> None:
    """Whoever was there when that one was sent may have left."""
    wire, theirs = ends
    theirs.send(answer_of(OTHER, 1, US))
    other = answers(theirs, MEANT)

    check_cable(wire, MEANT, "desk-1", is_not_asked, within_s=SOON_S)

    other.join()


def test_a_cable_at_whose_end_neither_hears_the_other_is_the_benchs(ends: Ends) -> None:
    """Strangers are heard by both."""
    wire, theirs = ends
    theirs.send(NOISE)

    with pytest.raises(BenchError) as raised:
        check_cable(wire, MEANT, "desk-1", Shell(3), within_s=A_MOMENT_S)

    told = str(raised.value)
    assert "desk-1 answers on its serial line, and nobody at the other end of enx0, which has a link" in told
    assert "of 16 frames that we sent there the board counts 3" in told
    assert "link up=1, since its start 3 frames received, 7 sent" in told
    assert "`plumb rig check desk-1`" in told


def test_a_stranger_who_never_stops_ends_the_question_and_is_named(ends: Ends) -> None:
    """Nobody hears the answer behind him."""
    wire, _ = ends
    wire.flood = NOISE[:6] + mac_bytes(OTHER) + NOISE[12:]

    with pytest.raises(BenchError) as raised:
        check_cable(wire, MEANT, "desk-1", Shell(0), within_s=A_MOMENT_S)

    assert f"none of its own came here, but frames from {OTHER}." in str(raised.value)


def test_a_board_that_hears_us_through_a_strangers_flood_is_left_to_a_scenario(ends: Ends) -> None:
    wire, _ = ends
    wire.flood = NOISE[:6] + mac_bytes(OTHER) + NOISE[12:]

    check_cable(wire, MEANT, "desk-1", Shell(16), within_s=A_MOMENT_S)


def test_a_board_that_hears_and_does_not_answer_is_left_to_a_scenario(ends: Ends) -> None:
    wire, _ = ends

    check_cable(wire, MEANT, "desk-1", Shell(16), within_s=A_MOMENT_S)


def test_a_board_that_speaks_and_does_not_hear_is_left_to_a_scenario(ends: Ends) -> None:
    wire, theirs = ends
    theirs.send(NOISE[:6] + mac_bytes(MEANT) + NOISE[12:])

    check_cable(wire, MEANT, "desk-1", is_not_asked, within_s=A_MOMENT_S)


def test_the_first_fence_may_be_lost_on_a_link_that_has_just_come(ends: Ends) -> None:
    wire, theirs = ends
    other = answers(theirs, OTHER, fences=2)
    wire.silences = 1

    with pytest.raises(BenchError, match=f"at the other end of its cable is {OTHER}"):
        check_cable(wire, MEANT, "desk-1", Shell(0), within_s=SOON_S)

    other.join()


def test_a_wire_without_a_cable_that_a_person_chose_is_named_as_he_named_it(ends: Ends) -> None:
    wire, _ = ends
    wire.interface, wire.named = "", "unix:/tmp/wire"

    with pytest.raises(BenchError, match="nobody at the other end of unix:/tmp/wire: of 16 frames that we sent"):
        check_cable(wire, MEANT, "desk-1", Shell(0), within_s=A_MOMENT_S)


def test_silence_of_the_harnesss_own_wire_accuses_nobody(ends: Ends) -> None:
    wire, _ = ends
    wire.interface = wire.named = ""

    check_cable(wire, MEANT, "desk-1", is_not_asked, within_s=A_MOMENT_S)
