# SPDX-License-Identifier: GPL-2.0-or-later
"""TCP options: what they say, and their grammar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from plumbline.judge.rules import Complaint
from plumbline.wire.decode import SYN, Tcp
from plumbline.wire.options import END, MSS, NOP, SACK_PERMITTED, TIMESTAMPS, WINDOW_SCALE, walk_options

_LENGTHS = {MSS: 4, WINDOW_SCALE: 3, SACK_PERMITTED: 2, TIMESTAMPS: 10}


@dataclass(frozen=True)
class Options:
    """The options of a segment, as far as they can be read."""

    found: tuple[tuple[int, bytes], ...]
    behind_eol: bytes
    malformed: str

    @property
    def mss(self) -> int | None:
        """The last MSS option of the right length."""
        values = [int.from_bytes(value, "big") for kind, value in self.found if kind == MSS and len(value) == 2]
        return values[-1] if values else None


def read_options(octets: bytes) -> Options:
    found: list[tuple[int, bytes]] = []
    at = 0
    try:
        for kind, body in walk_options(octets):
            if kind == END:
                return Options(tuple(found), octets[at + 1 :], "")
            at += 1 if kind == NOP else len(body) + 2
            if kind != NOP:
                found.append((kind, body))
    except ValueError as error:
        return Options(tuple(found), b"", str(error))
    return Options(tuple(found), b"", "")


def check_options(tcp: Tcp) -> Iterator[Complaint]:
    options = read_options(tcp.options)
    if options.malformed:
        yield Complaint("tcp-options", options.malformed)
    for kind, value in options.found:
        if _LENGTHS.get(kind, len(value) + 2) != len(value) + 2:
            yield Complaint("tcp-options", f"option {kind} has length {len(value) + 2}")
    if any(options.behind_eol):
        yield Complaint("tcp-options-eol", f"behind EOL: {options.behind_eol.hex()}")
    if not tcp.flags & SYN and any(kind == MSS for kind, _ in options.found):
        yield Complaint("tcp-mss-on-syn", f"MSS on a segment with flags 0x{tcp.flags:02x}")
    if tcp.flags & SYN and options.mss is None:
        yield Complaint("tcp-syn-without-mss", f"options: {tcp.options.hex() or 'none'}")
