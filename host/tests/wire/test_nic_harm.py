# SPDX-License-Identifier: GPL-2.0-or-later
"""What a network port's counts say of the way to a board."""

from __future__ import annotations

import struct

import pytest

from plumbline.wire.nic_harm import counts_of, harm, without_link

WELL = {"link_losses": 2, "rx_errors": 5, "tx_errors": 0, "rx_crc_errors": 4}
STATS64, CARRIER_DOWN_COUNT, NAME = 23, 48, 3


def attribute(kind: int, data: bytes) -> bytes:
    return (struct.pack("=HH", 4 + len(data), kind) + data).ljust(4 + (len(data) + 3 & ~3), b"\0")


def answer(*attributes: bytes) -> bytes:
    body = bytes(16) + b"".join(attributes)
    return struct.pack("=IHHII", 16 + len(body), 16, 0, 1, 0) + body


def test_a_port_whose_counts_stay_did_no_harm() -> None:
    assert harm("enx0", WELL, WELL) == ""


@pytest.mark.parametrize(("losses", "says"), [(3, "lost its link once meanwhile"), (5, "lost its link 3 times")])
def test_a_link_that_was_lost_is_told_whether_or_not_it_is_back(losses: int, says: str) -> None:
    assert says in harm("enx0", WELL, {**WELL, "link_losses": losses})


def test_frames_that_were_lost_are_told_by_the_names_of_the_kernel() -> None:
    told = harm("enx0", WELL, {**WELL, "rx_errors": 8, "rx_crc_errors": 7})

    assert "enx0 lost frames meanwhile (rx_errors=3, rx_crc_errors=3)" in told


def test_what_was_not_counted_before_is_no_harm() -> None:
    assert harm("enx0", without_link(WELL), {**WELL, "link_losses": 9, "rx_missed_errors": 9}) == ""


def test_the_kernels_words_are_read_by_its_own_order() -> None:
    counts = counts_of(
        answer(
            attribute(NAME, b"enx0\0"),
            attribute(STATS64, struct.pack("=25Q", 0, 0, 0, 0, 50, 6, 7, 8, 9, 10, 20, 11, 12, 13, 14, 15, *range(9))),
            attribute(CARRIER_DOWN_COUNT, struct.pack("=I", 3)),
        )
    )

    assert counts == {
        "link_losses": 3,
        "rx_errors": 30,  # without the 20 of a wrong length, which a board may send
        "tx_errors": 6,
        "rx_crc_errors": 12,
        "rx_fifo_errors": 14,
        "rx_missed_errors": 15,
    }


def test_a_kernel_that_counts_none_of_it_is_no_trouble() -> None:
    assert counts_of(answer(attribute(NAME, b"enx0\0"))) == {}
    assert counts_of(struct.pack("=IHHII", 36, 2, 0, 1, 0) + bytes(20)) == {}  # an error
