# SPDX-License-Identifier: GPL-2.0-or-later
"""What a receiver holds, by the words and the frames it is said to have."""

from __future__ import annotations

import pytest

from plumbline.board import Credit, ReceiveFifo

FIFO = ReceiveFifo(frames=176, words=2640)  # of a LAN9118
FENCE_BYTES = 60


def room_for(credit: Credit, frame_bytes: int) -> int:
    """How many more such frames it covers, all taken."""
    count = 0
    while credit.covers(frame_bytes):
        credit.take(frame_bytes)
        count += 1
    return count


@pytest.mark.parametrize(
    ("frame_bytes", "words"), [(60, 17), (61, 17), (62, 17), (63, 18), (66, 18), (67, 19), (1513, 380), (1514, 380)]
)
def test_a_frame_takes_its_words_with_two_bytes_and_a_status_word_in_front(frame_bytes: int, words: int) -> None:
    assert FIFO.words_of(frame_bytes) == words


@pytest.mark.parametrize(("frame_bytes", "count"), [(60, 155), (62, 155), (63, 146), (1514, 6)])
def test_frames_are_covered_until_their_words_are_taken(frame_bytes: int, count: int) -> None:
    assert room_for(Credit(FIFO), frame_bytes) == count


def test_the_last_word_is_used() -> None:
    credit = Credit(FIFO)
    for frame_bytes in [60] * 150 + [63] * 5:  # 17 * 150 + 18 * 5 = 2640
        assert credit.covers(frame_bytes)
        credit.take(frame_bytes)

    assert not credit.covers(1)


def test_no_more_frames_are_covered_than_it_holds_however_small() -> None:
    assert room_for(Credit(FIFO), 14) == 176


def test_a_ring_of_descriptors_holds_as_many_long_frames_as_short_ones() -> None:
    ring = ReceiveFifo(frames=23)

    assert [room_for(Credit(ring, reserve_bytes=FENCE_BYTES), size) for size in (60, 1514)] == [22, 22]


def test_a_fence_always_finds_room() -> None:
    with_fence = room_for(Credit(FIFO, reserve_bytes=FENCE_BYTES), FENCE_BYTES)
    small = room_for(Credit(FIFO, reserve_bytes=FENCE_BYTES), 14)

    assert (with_fence, small) == (154, 175)


def test_a_fence_gives_it_all_back() -> None:
    credit = Credit(FIFO)
    before = room_for(credit, 60)
    credit.restore()

    assert room_for(credit, 60) == before


def test_without_a_bound_all_is_covered() -> None:
    credit = Credit(None)
    for _ in range(10_000):
        credit.take(1514)

    assert credit.covers(1514)
