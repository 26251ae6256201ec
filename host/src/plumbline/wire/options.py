# SPDX-License-Identifier: GPL-2.0-or-later
"""TCP options as they stand in the header (RFC 9293 3.1)."""

from __future__ import annotations

from collections.abc import Iterator

END, NOP, MSS, WINDOW_SCALE, SACK_PERMITTED, SACK, TIMESTAMPS = 0, 1, 2, 3, 4, 5, 8

_NAMES = {
    END: "eol",
    NOP: "nop",
    MSS: "mss",
    WINDOW_SCALE: "wscale",
    SACK_PERMITTED: "sackok",
    SACK: "sack",
    TIMESTAMPS: "ts",
}


def walk_options(options: bytes) -> Iterator[tuple[int, bytes]]:
    """Each option's kind and body, up to the end of the list. ValueError where the list breaks."""
    at = 0
    while at < len(options):
        kind = options[at]
        if kind in (END, NOP):
            yield kind, b""
            at += 1
            if kind == END:
                return
            continue
        length = options[at + 1] if at + 1 < len(options) else 0
        if length < 2 or at + length > len(options):
            raise ValueError(f"option {kind} has length {length}, {len(options) - at} left")
        yield kind, options[at + 2 : at + length]
        at += length


def describe_options(options: bytes) -> str:
    """ "mss 1460,nop,wscale 7"; never raises."""
    words = []
    try:
        for kind, body in walk_options(options):
            name = _NAMES.get(kind, f"opt{kind}")
            value = str(int.from_bytes(body, "big")) if kind in (MSS, WINDOW_SCALE) else body.hex()
            words.append(f"{name} {value}".rstrip())
    except ValueError:
        words.append("broken")
    return ",".join(words)
