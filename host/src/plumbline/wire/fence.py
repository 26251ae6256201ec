# SPDX-License-Identifier: GPL-2.0-or-later
"""The fence of docs/bench-protocol.md: its two frames, encoded and decoded."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from plumbline.wire.decode import ETHERTYPE_FENCE

_MAGIC, _VERSION, _REQUEST, _ANSWER = b"PL", 1, 1, 2
_ETHERTYPE = ETHERTYPE_FENCE.to_bytes(2, "big")
_HEADER = struct.Struct("!2sBBI")
_ANSWER_BODY = struct.Struct("!12I")
FRAME_BYTES = 60  # of a request and of its answer
_START = 14


@dataclass(frozen=True, slots=True)
class FenceAnswer:
    """The device's counters when everything before the fence was done. Each counts from its start."""

    number: int
    ms: int  # the stack clock
    frames_in: int  # handed to the stack
    frames_out: int
    frames_dropped: int  # received, and dropped by the link
    polls: int
    wakes: int
    idles: int
    longest_poll: int  # in frames
    deadlines: int
    waiting: int  # frames not yet processed: polling by hand, or not noticed
    refused: int = 0  # sends that found the transmit ring full
    said: int = 0  # lines on the shell since it was ready


def encode_fence(number: int, *, dst: bytes, src: bytes) -> bytes:
    frame = dst + src + _ETHERTYPE + _HEADER.pack(_MAGIC, _VERSION, _REQUEST, number)
    return frame.ljust(FRAME_BYTES, b"\0")


def encode_fence_answer(answer: FenceAnswer, *, dst: bytes, src: bytes) -> bytes:
    counters = (
        answer.ms, answer.frames_in, answer.frames_out, answer.frames_dropped, answer.polls,
        answer.wakes, answer.idles, answer.longest_poll, answer.deadlines, answer.waiting,
        answer.refused, answer.said,
    )  # fmt: skip
    frame = dst + src + _ETHERTYPE + _HEADER.pack(_MAGIC, _VERSION, _ANSWER, answer.number)
    return (frame + _ANSWER_BODY.pack(*counters)).ljust(FRAME_BYTES, b"\0")


def is_fence(data: bytes) -> bool:
    return data[12:14] == _ETHERTYPE


def decode_fence(data: bytes) -> int | None:
    """The number of a request, None for any other frame."""
    return _number(data, _REQUEST)


def decode_fence_answer(data: bytes) -> FenceAnswer | None:
    """None for any other frame."""
    number = _number(data, _ANSWER)
    if number is None or len(data) < _START + _HEADER.size + _ANSWER_BODY.size:
        return None
    return FenceAnswer(number, *_ANSWER_BODY.unpack_from(data, _START + _HEADER.size))


def _number(data: bytes, kind: int) -> int | None:
    if not is_fence(data) or len(data) < _START + _HEADER.size:
        return None
    magic, version, its_kind, number = _HEADER.unpack_from(data, _START)
    return int(number) if (magic, version, its_kind) == (_MAGIC, _VERSION, kind) else None


def describe_fence(data: bytes) -> str:
    answer = decode_fence_answer(data)
    if answer is not None:
        return f"fence {answer.number} answered at {answer.ms} ms"
    number = decode_fence(data)
    return "a frame of the fence's EtherType that is none" if number is None else f"fence {number}"
