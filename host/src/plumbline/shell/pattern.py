# SPDX-License-Identifier: GPL-2.0-or-later
"""The pattern of docs/bench-protocol.md: bytes that device and harness make alike, so that none has to be sent."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

_BLOCK_WORDS = 1024
_BLOCK_BYTES = 4 * _BLOCK_WORDS

# A block is computed as one long number with a word of 32 bits in each lane of 64: a multiplication by a 32-bit
# constant stays in its lane, and a mask takes away what a shift brings in from the next one.
_ONES = sum(1 << (64 * word) for word in range(_BLOCK_WORDS))
_IOTA = sum(word << (64 * word) for word in range(_BLOCK_WORDS))
_LOW_32 = _ONES * 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Pattern:
    """`length` bytes of the pattern of `seed`, from byte `offset` on."""

    seed: int
    offset: int
    length: int

    def __bytes__(self) -> bytes:
        return pattern_bytes(self.seed, self.offset, self.length)

    def __len__(self) -> int:
        return self.length


def pattern_bytes(seed: int, offset: int, length: int) -> bytes:
    first, last = offset // _BLOCK_BYTES, (offset + length - 1) // _BLOCK_BYTES
    blocks = b"".join(_block(seed, number) for number in range(first, last + 1))
    start = offset - first * _BLOCK_BYTES
    return blocks[start : start + length]


@lru_cache(maxsize=1024)
def _block(seed: int, number: int) -> bytes:
    base = seed + number * _BLOCK_WORDS & 0xFFFFFFFF
    x = (_IOTA + _ONES * base) & _LOW_32
    x ^= (x >> 16) & _LOW_32
    x = (x * 0x7FEB352D) & _LOW_32
    x ^= (x >> 15) & _LOW_32
    x = (x * 0x846CA68B) & _LOW_32
    x ^= (x >> 16) & _LOW_32
    lanes = x.to_bytes(2 * _BLOCK_BYTES, "little")
    return memoryview(lanes).cast("I")[::2].tobytes()  # the lower half of each lane, its bytes as they stand
