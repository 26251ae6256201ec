# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures in pcapng, with a comment and a direction on each frame.

Time is the stack clock, in the millisecond that the device told last; while that runs by itself, as we reckon it. So
two runs show the same frames at the same times. When a real port's kernel took a frame, by the machine's clock, is no
such time: it stands in a second comment.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from enum import Enum

from plumbline.events import FrameEvent, Way

_SECTION, _INTERFACE, _ENHANCED = 0x0A0D0D0A, 1, 6
_BYTE_ORDER = 0x1A2B3C4D
_LINKTYPE_ETHERNET = 1
_OPT_COMMENT, _OPT_IF_NAME, _OPT_USERAPPL, _OPT_TSRESOL, _OPT_EPB_FLAGS = 1, 2, 4, 9, 2
_INBOUND, _OUTBOUND = 1, 2  # as the harness sees it


class Resolution(Enum):
    """Ticks of the timestamps: the power of ten below a second."""

    MICROSECONDS = 6
    NANOSECONDS = 9

    @property
    def ticks_per_ms(self) -> int:
        return int(10 ** (self.value - 3))


def capture(
    events: Iterable[FrameEvent], *, resolution: Resolution = Resolution.MICROSECONDS, with_fences: bool = False
) -> bytes:
    """A whole file. The comment says the frame's number on the bench, and the step that caused it."""
    frames = [event for event in events if with_fences or not event.is_fence]
    return b"".join([_section(), _interface(resolution), *(_packet(event, resolution) for event in frames)])


def _section() -> bytes:
    body = struct.pack("<IHHq", _BYTE_ORDER, 1, 0, -1)
    return _block(_SECTION, body + _option(_OPT_USERAPPL, b"plumbline") + _option(0, b""))


def _interface(resolution: Resolution) -> bytes:
    options = _option(_OPT_IF_NAME, b"wire") + _option(_OPT_TSRESOL, bytes([resolution.value])) + _option(0, b"")
    return _block(_INTERFACE, struct.pack("<HHI", _LINKTYPE_ETHERNET, 0, 0) + options)


def _packet(event: FrameEvent, resolution: Resolution) -> bytes:
    at = event.ms * resolution.ticks_per_ms
    length = len(event.data)
    head = struct.pack("<IIIII", 0, at >> 32, at & 0xFFFFFFFF, length, length)
    way = _OUTBOUND if event.way is Way.TO_DUT else _INBOUND
    comments = b"".join(_option(_OPT_COMMENT, comment.encode()[:0xFFFF]) for comment in _comments(event))
    options = comments + _option(_OPT_EPB_FLAGS, struct.pack("<I", way)) + _option(0, b"")
    return _block(_ENHANCED, head + _padded(event.data) + options)


def _comments(event: FrameEvent) -> Iterator[str]:
    yield f"frame {event.number}: {event.step}"
    if event.taken_ns:
        seconds, ns = divmod(event.taken_ns, 1_000_000_000)
        yield f"taken from the port at {seconds}.{ns:09} s"


def _option(code: int, value: bytes) -> bytes:
    return struct.pack("<HH", code, len(value)) + _padded(value)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _block(kind: int, body: bytes) -> bytes:
    length = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + length + body + length
