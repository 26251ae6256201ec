# SPDX-License-Identifier: GPL-2.0-or-later
"""Which rung is climbed after which trouble, and what is told and left behind."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from plumbline.errors import BenchError
from plumbline.probe import Helpers, Means, ProbeError, SwdLink, Trouble, ladder
from plumbline.probe.ladder import REMEDIES, climb
from plumbline.probe.way_out import WAYS_OUT

LOOKS = SwdLink(speed_khz=1800)


class Rig:
    """A chip that fails as it is told, and keeps the order of all that was done."""

    def __init__(self, *troubles: Trouble, means: tuple[Means, ...] = tuple(Means)) -> None:
        self.done: list[object] = []
        self.notes: list[str] = []
        self.wedged = ""
        self._troubles = list(troubles)
        self.helpers = Helpers({each: self._does(each) for each in means}, self._mark, self.notes.append)

    def attempt(self, link: SwdLink) -> str:
        self.done.append(link)
        if self._troubles:
            raise ProbeError(self._troubles.pop(0), "so it says", "all it said")
        return "well"

    def climb(self, link: SwdLink = LOOKS, *, may_reset: bool = True) -> str:
        return climb("flash", self.attempt, link, self.helpers, may_reset=may_reset)

    def _does(self, means: Means) -> Callable[[], None]:
        return lambda: self.done.append(means)

    def _mark(self, why: str) -> None:
        self.wedged = why


def test_what_succeeds_at_once_is_tried_once_and_says_nothing() -> None:
    rig = Rig()

    assert rig.climb() == "well"
    assert (rig.done, rig.notes) == ([LOOKS], [])


def test_a_board_that_is_refused_is_not_tried() -> None:
    rig = Rig()

    def refuses() -> None:
        raise BenchError("desk-1 is wedged")

    rig.helpers = replace(rig.helpers, refuse=refuses)

    with pytest.raises(BenchError, match="desk-1 is wedged"):
        rig.climb()
    assert (rig.done, rig.notes) == ([], [])


def test_the_whole_ladder_is_climbed_in_order_and_then_the_board_is_marked() -> None:
    rig = Rig(*[Trouble.UNREACHED] * 6)

    with pytest.raises(ProbeError, match="the chip does not answer the probe: flash, 6 tries\n  at first: ") as raised:
        rig.climb()

    slow = SwdLink(480, under_reset=True)
    assert rig.done == [
        *(LOOKS, LOOKS, SwdLink(480), slow),
        *(Means.USB_RESET, slow),
        *(Means.POWER_CYCLE, slow),
    ]
    assert rig.wedged.startswith("flash: the chip does not answer")
    assert raised.value.said == "all it said"


def test_who_only_looks_marks_nothing_and_says_nothing_of_it() -> None:
    rig = Rig(*[Trouble.UNPOWERED] * 6)
    rig.helpers = replace(rig.helpers, mark_wedged=None)

    with pytest.raises(ProbeError) as raised:
        rig.climb()

    assert "wedged" not in str(raised.value)
    assert not [note for note in rig.notes if "wedged" in note]


def test_a_mark_that_cannot_be_made_does_not_hide_what_failed() -> None:
    def full(why: str) -> None:
        raise BenchError("/run/lock: No space left on device")

    rig = Rig(*[Trouble.UNPOWERED] * 6)
    rig.helpers = replace(rig.helpers, mark_wedged=full)

    with pytest.raises(ProbeError, match="the board has no power") as raised:
        rig.climb()

    assert str(raised.value).endswith("the board cannot be marked as wedged: /run/lock: No space left on device")
    assert rig.notes[-1].startswith("probe: the board cannot be marked as wedged: ")


def test_the_first_success_ends_it_and_each_step_is_told() -> None:
    rig = Rig(Trouble.FAULT, Trouble.FAULT)

    assert rig.climb() == "well"
    assert rig.done == [LOOKS, LOOKS, SwdLink(480)]
    assert rig.notes == [
        "probe: flash, at first: the probe lost the chip on the way: so it says",
        "probe: flash, again: the probe lost the chip on the way: so it says",
        "probe: flash, slower: done",
    ]
    assert not rig.wedged


def test_what_goes_wrong_next_decides_about_the_rungs_above() -> None:
    rig = Rig(Trouble.FAULT, Trouble.SILENT, Trouble.WRONG_PROBE)

    with pytest.raises(ProbeError) as raised:
        rig.climb()

    assert rig.done == [LOOKS, LOOKS, Means.USB_RESET, SwdLink(480, under_reset=True)]
    assert raised.value.trouble is Trouble.WRONG_PROBE
    assert not rig.wedged


@pytest.mark.parametrize("trouble", [trouble for trouble, remedy in REMEDIES.items() if not remedy.rungs])
def test_what_only_a_person_can_mend_is_tried_once_and_marks_nothing(trouble: Trouble) -> None:
    rig = Rig(trouble)

    with pytest.raises(BenchError, match=f"{trouble.value}: flash: so it says"):
        rig.climb()

    assert (rig.done, rig.wedged) == ([LOOKS], "")


def test_an_operation_that_only_looks_resets_nothing() -> None:
    rig = Rig(*[Trouble.UNREACHED] * 3)

    with pytest.raises(ProbeError, match="3 tries"):
        rig.climb(may_reset=False)

    assert rig.done == [LOOKS, LOOKS, SwdLink(480)]


def test_one_that_meets_the_chip_under_reset_anyway_has_no_rung_for_it() -> None:
    rig = Rig(*[Trouble.UNREACHED] * 3, means=())
    under = SwdLink(1800, under_reset=True)

    with pytest.raises(ProbeError, match="3 tries"):
        rig.climb(under)

    assert rig.done == [under, under, SwdLink(480, under_reset=True)]


def test_no_rung_makes_it_faster() -> None:
    rig = Rig(*[Trouble.UNREACHED] * 3)

    assert rig.climb(SwdLink(speed_khz=100)) == "well"
    assert {link.speed_khz for link in rig.done if isinstance(link, SwdLink)} == {100}


def test_a_means_that_fails_is_told_and_the_try_is_made_all_the_same() -> None:
    rig = Rig(Trouble.SILENT)

    def fails() -> None:
        raise BenchError("the hub is gone")

    helpers = Helpers({Means.USB_RESET: fails}, rig.helpers.mark_wedged, rig.notes.append)

    assert climb("flash", rig.attempt, LOOKS, helpers, may_reset=True) == "well"
    assert "probe: USB reset of the probe failed: the hub is gone" in rig.notes


# By hand, from what each rung is for: with both means there, what is climbed above the first try, and whether the board
# is marked then.
ALL = "again, slower, under reset, after a USB reset, after a power cycle"
CLIMBED = {
    Trouble.NO_OPENOCD: ("", False),
    Trouble.ABSENT: ("after a power cycle", False),
    Trouble.UNSERVED: ("after a power cycle", False),
    Trouble.FORBIDDEN: ("", False),
    Trouble.BUSY: ("again", False),
    Trouble.WRONG_PROBE: ("", False),
    Trouble.OLD_FIRMWARE: ("", False),
    Trouble.SILENT: ("after a USB reset, after a power cycle", True),
    Trouble.UNPOWERED: ("again, after a power cycle", True),
    Trouble.UNREACHED: (ALL, True),
    Trouble.HELD_IN_RESET: ("again, after a USB reset, after a power cycle", True),
    Trouble.FAULT: (ALL, True),
    Trouble.WRONG_CHIP: ("again", False),
    Trouble.WRONG_BOARD: ("again", False),
    Trouble.PROTECTED: ("", False),
    Trouble.NOT_WRITTEN: ("again, slower, after a power cycle", True),
    Trouble.NOT_VERIFIED: ("again, slower, after a power cycle", True),
    Trouble.BAD_IMAGE: ("", False),
    Trouble.KILLED: ("again", False),
    Trouble.UNKNOWN: (ALL, True),
}  # fmt: skip


@pytest.mark.parametrize("trouble", Trouble)
def test_a_trouble_that_stays_is_climbed_against_as_this_table_says(trouble: Trouble) -> None:
    rig = Rig(*[trouble] * 6)

    with pytest.raises(ProbeError):
        rig.climb()

    tried = [found[1] for note in rig.notes if (found := re.match(f"probe: flash, (.*?): {trouble.value}", note))]
    assert tried[0] == "at first"
    assert (", ".join(tried[1:]), bool(rig.wedged)) == CLIMBED[trouble]


def test_who_gives_up_says_the_way_out_and_every_trouble_has_one() -> None:
    assert set(WAYS_OUT) == set(Trouble)
    for trouble in Trouble:
        with pytest.raises(ProbeError, match=re.escape(f"\n  {WAYS_OUT[trouble]}")):
            Rig(*[trouble] * 6).climb()


def test_every_trouble_has_its_remedy_and_rungs_stand_in_the_order_of_the_ladder() -> None:
    assert set(REMEDIES) == set(Trouble)
    for remedy in REMEDIES.values():
        assert [rung for rung in ladder.LADDER if rung in remedy.rungs] == list(remedy.rungs)
        assert ladder.ONCE not in remedy.rungs


def test_whose_serial_a_virtual_probe_has_is_told_where_another_is_there() -> None:
    """No scan finds it."""
    assert "`--probe-serial`" in WAYS_OUT[Trouble.WRONG_PROBE]
