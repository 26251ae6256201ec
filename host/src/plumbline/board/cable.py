# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether a wire leads to the board that is meant. Two cables that were exchanged would make two boards fail."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from plumbline.board.strangers import names_of
from plumbline.errors import BenchError
from plumbline.shell.protocol import Fields
from plumbline.wire.decode import ETHERTYPE_FENCE
from plumbline.wire.fence import FRAME_BYTES, decode_fence_answer, encode_fence
from plumbline.wire.port import Port

_EVERYBODY = b"\xff" * 6
_OURS = bytes.fromhex("0200000000fd")
_NUMBER = 0x706C756D  # of no scenario's fence
_ANSWERS_S = 1.0
_READ_LATE = 1024  # frames that were there at the deadline; a wire that is never empty is no answer
_COUNTED = 16  # more than strangers say to everybody while they are on their way
_NO_REQUEST = (_EVERYBODY + _OURS + ETHERTYPE_FENCE.to_bytes(2, "big")).ljust(FRAME_BYTES, b"\0")
_RECEIVED = ("rx", "rx_queue", "rx_alloc", "rx_down", "rx_size")  # a frame is in one of them

LinkCounters = Callable[[], Fields]
"""What the board's shell answers to `link`."""


def check_cable(wire: Port, mac: str, board: str, link: LinkCounters, *, within_s: float = _ANSWERS_S) -> None:
    """Asks whoever is there, by a fence to all. BenchError when another answers; and on a wire that a person
    chose, when nobody does and neither end has heard a word of the other. Other silence is no proof: firmware that only
    sends, or only hears, is at the right cable, and for a scenario to find. What comes meanwhile is lost."""
    spoke: set[str] = set()
    who = _answer(wire, spoke, within_s)
    if who is None and wire.named and mac not in spoke:
        who = _answer_to_more(wire, mac, board, link, within_s)
    if who not in (None, mac):
        raise BenchError(
            f"{board} is {mac}, and at the other end of its cable is {who}: see which cable goes where, or `net` "
            "in the rig file"
        )


def _answer(wire: Port, spoke: set[str], within_s: float) -> str | None:
    """Who answers; `spoke` gets the addresses of all from whom a frame came meanwhile."""
    wire.send(encode_fence(_NUMBER, dst=_EVERYBODY, src=_OURS), within_s=within_s)
    for frame in _frames(wire, within_s):
        source = frame[6:12].hex(":")
        spoke.add(source)
        answer = decode_fence_answer(frame)
        if answer is not None and answer.number == _NUMBER:
            return source
    return None


def _frames(wire: Port, within_s: float) -> Iterator[bytes]:
    """What comes in that time, and of what is there behind it so much."""
    until = time.monotonic() + within_s
    late = 0
    while late < _READ_LATE:
        left_s = until - time.monotonic()
        late += left_s <= 0
        frame = wire.receive(within_s=max(left_s, 0))
        if frame is None:
            return
        yield frame


def _answer_to_more(wire: Port, mac: str, board: str, link: LinkCounters, within_s: float) -> str | None:
    """The first fence may have been lost: a link was there, and not yet a way through. So it is asked again, behind
    frames that a board counts and does nothing else with."""
    spoke: set[str] = set()
    before = link()
    for _ in range(_COUNTED):
        wire.send(_NO_REQUEST, within_s=within_s)
    who = _answer(wire, spoke, within_s)
    after = link()
    counts = _received(after) - _received(before)
    if who is None and mac not in spoke and counts < _COUNTED:
        raise _nobody(wire, board, counts, after, spoke)
    return who


def _nobody(wire: Port, board: str, counts: int, link: Fields, spoke: set[str]) -> BenchError:
    up, sent = link.text("up"), link.text("tx")
    where = f"{wire.named}, which has a link" if wire.interface else wire.named
    return BenchError(
        f"{board} answers on its serial line, and nobody at the other end of {where}: of {_COUNTED} frames that we "
        f"sent there the board counts {counts}, and none of its own came here{_others(spoke)}.\n"
        f"  Its shell says: link up={up}, since its start {_received(link)} frames received, {sent} sent.\n"
        f"  See which cable goes where, or `net` in the rig file; then `plumb rig check {board}`. Is the cable right, "
        "the board's Ethernet is dead both ways"
    )


def _others(spoke: set[str]) -> str:
    return f", but frames from {names_of(sorted(spoke))}" if spoke else ""


def _received(link: Fields) -> int:
    return sum(link.number(name) for name in _RECEIVED)
