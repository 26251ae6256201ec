# SPDX-License-Identifier: GPL-2.0-or-later
"""What OpenOCD says is understood, and nothing more is read into it than it says."""

from __future__ import annotations

import pytest

from host.tests.probe.said import DIFFERS, FAILURES
from plumbline.probe import Trouble, sayings


@pytest.mark.parametrize(("said", "trouble"), FAILURES)
def test_each_failure_is_known_by_its_words(said: str, trouble: Trouble) -> None:
    assert sayings.classify(said)[0] is trouble


def test_every_row_of_the_table_is_the_word_that_decides_somewhere() -> None:
    decided = set()
    for said, _ in FAILURES:
        _, line = sayings.classify(said)
        decided.add(next((row for row, (pattern, _) in enumerate(sayings._TABLE) if pattern.match(line)), -1))

    assert decided >= set(range(len(sayings._TABLE)))


def test_an_image_that_differs_before_it_is_written_is_no_failure_to_verify() -> None:
    assert sayings.classify(DIFFERS) == (Trouble.UNKNOWN, "plumb: writes")


def test_a_lockup_that_was_cleared_on_the_way_is_not_to_blame() -> None:
    """OpenOCD calls it an error: every blank chip has one."""
    said = "Error: [stm32h7x.cpu0] clearing lockup after double fault\nError: checksum mismatch\n"

    assert sayings.classify(said) == (Trouble.NOT_VERIFIED, "Error: checksum mismatch")


def test_what_nobody_has_described_is_told_in_its_own_words() -> None:
    assert sayings.classify("Info : a\nError: one\nError: two\nInfo : b\n") == (Trouble.UNKNOWN, "Error: two")
    assert sayings.classify("") == (Trouble.UNKNOWN, "it said nothing")


def test_marks_are_only_our_own_words() -> None:
    assert sayings.marks("Info : plumb: no\nplumb: compares\n\nplumb: memory 0x1 0x2\n") == (
        "compares",
        "memory 0x1 0x2",
    )
