# SPDX-License-Identifier: GPL-2.0-or-later
import pytest

from plumbline.shell.pattern import Pattern, pattern_bytes

MASK = 0xFFFFFFFF


def by_the_document(seed: int, at: int) -> int:
    """Byte `at`, as docs/bench-protocol.md writes it."""
    x = (seed + (at >> 2)) & MASK
    x ^= x >> 16
    x = x * 0x7FEB352D & MASK
    x ^= x >> 15
    x = x * 0x846CA68B & MASK
    x ^= x >> 16
    return x >> 8 * (at & 3) & 0xFF


@pytest.mark.parametrize("seed", [0, 1, 7, 0x12345678, MASK - 1000, MASK])
@pytest.mark.parametrize(("offset", "length"), [(0, 0), (0, 1), (3, 2), (4090, 20), (4096, 4096), (12_287, 8195)])
def test_it_is_the_documents(seed: int, offset: int, length: int) -> None:
    expected = bytes(by_the_document(seed, offset + i) for i in range(length))

    assert pattern_bytes(seed, offset, length) == expected
    assert bytes(Pattern(seed, offset, length)) == expected


def test_pieces_join() -> None:
    whole = pattern_bytes(5, 0, 10_000)

    assert b"".join(pattern_bytes(5, at, 333) for at in range(0, 9990, 333)) == whole[:9990]
