# SPDX-License-Identifier: GPL-2.0-or-later
"""What hostile traffic is drawn from: the edges of the state a connection is in, and everything next to them. What
stands first is the plainest: a search shrinks to it."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import strategies as st

from scenarios.hostile.frames import Odd

MSS = 1460


class Near(NamedTuple):
    """A sequence number: so many octets ahead of one that means something."""

    edge: str
    by: int = 0

    def __repr__(self) -> str:
        return f"Near({self.edge!r}, {self.by})"


NEXT, ALL = Near("next"), Near("all")  # what is right

_BY = (0, 1, -1, 2, 5, -5, 100, -100, MSS, -MSS, 65535, -65536, (1 << 31) - 1, 1 - (1 << 31))
seqs = st.sampled_from([Near(edge, by) for by in _BY for edge in ("next", "acked", "edge", "isn")])
acks = st.sampled_from([Near(edge, by) for by in _BY for edge in ("all", "una", "irs")])

windows = st.sampled_from([65535, 0, 1, 2, 100, MSS, 8000])
texts = st.sampled_from([1, 2, 5, 100, 535, MSS, MSS - 1, 1400])  # octets in a segment
# Not SYN with FIN: its reset is a known deviation (handshake/listener_policy, handshake/closed_port).
flags = st.sampled_from(
    [
        "A", "PA", "FA", "FPA", "R", "RA", "S", "SA", "F", "SR", "SRA", "FRA", "P", "", "UA", "UPA", "FSRPAUEC", "SEC",
        "AEC",
    ]
)  # fmt: skip
header_words = st.sampled_from([None, None, None, None, 0, 4, 5, 6, 10, 15])  # None: as many as it has


def _octets(*texts: str) -> list[bytes]:
    return [bytes.fromhex(text) for text in texts]


syn_options = st.sampled_from(_octets("020405b4", "", "02040040", "02040000", "0204ffff"))
options = st.sampled_from(
    _octets(
        "", "020405b4", "02040000", "02040001", "0204ffff", "01010101", "00000000", "01010102", "02000000", "02010000",
        "02030000", "02ff0000", "01020405", "0303ff00", "04020000", "050a" + "00" * 10, "080a" + "ff" * 10, "fe000000",
        "feff0000", "01" * 40, "020405b4" * 10, "00" + "ff" * 39,
    )
)  # fmt: skip

# Octets. Not every controller hands on a frame that is shorter than its header, or one of 2 KiB: bench/fence has those.
_SHORTEST, _LONGER = 14, 500
_ODD: list[Odd] = [
    {"pieces": 8}, {"pieces": 16}, {"pieces": 24}, {"pieces": 56}, {"pieces": 800},
    {"ttl": 1}, {"ttl": 0}, {"ttl": 255},
    {"total": 0}, {"total": 19}, {"total": 20}, {"total": 39}, {"total": 40}, {"total": 65535},
    {"words": 0}, {"words": 4}, {"words": 6}, {"words": 15},
    {"ip_options": bytes(4)}, {"ip_options": bytes.fromhex("94040000")}, {"ip_options": b"\x01" * 40},
    {"ip_options": bytes.fromhex("8307040000000000")}, {"ip_options": bytes.fromhex("07ff0400")},
    {"longer": 1}, {"longer": 60}, {"longer": _LONGER},
    {"mac": "ff" * 6}, {"mac": "01005e000001"}, {"mac": "020000000009"},
    {"src": "10.0.0.2"}, {"src": "0.0.0.0"}, {"src": "255.255.255.255"}, {"src": "10.0.0.255"}, {"src": "224.0.0.1"},
    {"src": "127.0.0.1"}, {"src": "10.0.0.77"}, {"src": "192.0.2.1"},
    {"dst": "10.0.0.255"}, {"dst": "255.255.255.255"}, {"dst": "224.0.0.1"}, {"dst": "127.0.0.1"}, {"dst": "10.0.0.9"},
]  # fmt: skip
_HEADERS = 80  # octets of a frame in which most of what is strange lies


def _flip(bit: int) -> Odd:
    return {"flip": bit}


def _cut(octets: int) -> Odd:
    return {"cut": octets}


_broken = st.one_of(
    st.integers(min_value=0, max_value=8 * _HEADERS).map(_flip),
    st.integers(min_value=_SHORTEST, max_value=_HEADERS).map(_cut),
)
often_odd = st.one_of(st.none(), st.sampled_from(_ODD), _broken)
rarely_odd = st.sampled_from([None] * 2 * len(_ODD) + _ODD)
