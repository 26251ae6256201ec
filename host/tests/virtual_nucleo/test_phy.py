# SPDX-License-Identifier: GPL-2.0-or-later
"""The PHY falls silent, or asleep: the driver says that there is no link, and finds it again."""

from __future__ import annotations

import pytest

from host.tests.virtual_nucleo.virtual_board import READY, lacks
from host.tests.virtual_nucleo.wire_end import agree, wait_for_cable, wait_for_link, wired

pytestmark = pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")

OVERSLEPT = 2


def test_a_phy_that_answers_no_more_has_no_link_until_it_does() -> None:
    with wired() as (board, wire):
        its = wire.find()
        wait_for_cable(board, "in")

        board.tell("phy silent")
        wait_for_cable(board, "out")
        board.tell("phy answers")
        wait_for_cable(board, "in")

        assert wire.answered(its, 1)
        assert board.tell("strict") == "total=0"


@pytest.mark.parametrize("how", ["asleep", "isolated"])
def test_a_phy_that_fell_asleep_is_woken(how: str) -> None:
    with wired() as (board, wire):
        its = wire.find()
        wait_for_cable(board, "in")

        board.tell(f"phy {how}")
        wait_for_cable(board, "out")
        wait_for_cable(board, "in")

        assert wire.answered(its, 1)
        assert board.tell("strict") == "total=0"


def test_a_phy_that_was_woken_offers_ten_megabits_too() -> None:
    """What it offers is the driver's to say after its reset, and the partner can no more."""
    with wired() as (board, wire):
        its = wire.find()
        agree(board, "10-half")

        board.tell("phy asleep")
        wait_for_cable(board, "out")

        assert wire.answered(its, 1)
        assert board.tell("strict") == "total=0"


def test_a_phy_that_sleeps_through_resets_is_reset_again() -> None:
    with wired() as (board, wire):
        its = wire.find()
        wait_for_cable(board, "in")

        board.tell(f"phy oversleeps {OVERSLEPT}")
        board.tell("phy asleep")
        wait_for_cable(board, "out")
        wait_for_cable(board, "in")

        assert wire.answered(its, 1)
        assert board.tell("strict") == "total=0"


def test_a_link_is_none_before_it_is_known_how_fast_it_is() -> None:
    with wired() as (board, wire):
        its = wire.find()
        wait_for_cable(board, "in")

        board.tell("phy hasty")
        agree(board, "10-full")

        assert wire.answered(its, 1)
        assert board.tell("strict") == "total=0"


@pytest.mark.parametrize("partner", ["10-half", "100-half"])
def test_a_warm_start_goes_on_as_the_partner_agreed(partner: str) -> None:
    """The PHY keeps its link meanwhile, and says nothing new of it."""
    with wired() as (board, wire):
        its = wire.find()
        agree(board, partner)
        assert wire.answered(its, 1)

        board.type("@1 reset")
        board.serial.hear(READY)
        wait_for_link(board)

        assert wire.find() == its
        assert wire.answered(its, 2)
        assert board.tell("strict") == "total=0"
