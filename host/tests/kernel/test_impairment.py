# SPDX-License-Identifier: GPL-2.0-or-later
"""What a bad wire does to frames, and that it does the same again."""

from collections import Counter

import pytest

from plumbline.kernel.impairment import FATES, Impairment, Odds

HEADER = bytes(12) + b"\x08\x00"
PACKET_BYTES = 40
PADDING = bytes(6)
NEVER, ALWAYS = 0.0, 1.0


def packet(number: int) -> bytes:
    """60 bytes, of which the IPv4 header names 40 and the last 6 are padding."""
    head = b"\x45\x00" + PACKET_BYTES.to_bytes(2, "big")
    return HEADER + head + number.to_bytes(PACKET_BYTES - len(head), "big") + PADDING


def passed(impairment: Impairment, frames: list[bytes]) -> list[bytes]:
    return [one.frame for frame in frames for one in impairment.take(frame)]


PACKETS = [packet(number) for number in range(500)]


def test_without_odds_all_pass_as_they_are() -> None:
    assert passed(Impairment(Odds(), "1"), PACKETS) == PACKETS


def test_the_same_seed_draws_the_same_fates_and_another_others() -> None:
    one, again, other = (passed(Impairment(Odds.shared(0.4), seed), PACKETS) for seed in ("1", "1", "2"))

    assert one == again
    assert one != other


def test_other_odds_for_one_fate_leave_the_others_as_they_were() -> None:
    with_loss = Impairment(Odds(loss=0.1, corruption=0.1), "1")
    without = Impairment(Odds(corruption=0.1), "1")
    passed(with_loss, PACKETS)

    spoiled = [index for index, frame in enumerate(PACKETS) if passed(without, [frame]) != [frame]]
    assert 20 < len(spoiled) < 80
    assert with_loss.counts["spoiled"] < without.counts["spoiled"] == len(spoiled)


@pytest.mark.parametrize(
    ("odds", "copies"), [(Odds(loss=ALWAYS), 0), (Odds(duplication=ALWAYS), 2), (Odds(corruption=NEVER), 1)]
)
def test_a_certain_fate_meets_every_packet(odds: Odds, copies: int) -> None:
    assert passed(Impairment(odds, "1"), PACKETS) == [frame for frame in PACKETS for _ in range(copies)]


def test_a_late_frame_is_overtaken_by_one_to_four_others_and_only_then_counted() -> None:
    impairment = Impairment(Odds(reordering=0.1), "1")
    came = passed(impairment, PACKETS)
    came += [one.frame for one in impairment.release()]

    assert sorted(came) == PACKETS
    overtaken = [sum(other > frame for other in came[:at]) for at, frame in enumerate(came)]
    assert set(overtaken) == {0, 1, 2, 3, 4}
    assert impairment.counts["late"] == sum(others > 0 for others in overtaken)


def test_shared_odds_are_a_quarter_for_each_fate() -> None:
    assert Odds.shared(0.4) == Odds(loss=0.1, duplication=0.1, reordering=0.1, corruption=0.1)

    impairment = Impairment(Odds.shared(0.4), "1")
    passed(impairment, PACKETS)
    assert impairment.counts["frames"] == len(PACKETS)
    assert all(30 < impairment.counts[fate] < 70 for fate in FATES)  # 50 of 500


def test_what_is_counted_is_what_happened() -> None:
    impairment = Impairment(Odds.shared(0.4), "1")
    came = [one for frame in PACKETS for one in impairment.take(frame)] + impairment.release()

    told = Counter(fate for one in came for fate in one.fate.split())
    first = [one for one in came if one.fate != "doubled"]
    assert impairment.counts == told + Counter(frames=len(PACKETS), lost=len(PACKETS) - len(first))
    assert {one.fate.split()[0] for one in came if one.frame not in PACKETS} == {"spoiled"}


def test_odds_may_change_at_any_time() -> None:
    impairment = Impairment(Odds(loss=ALWAYS), "1")
    lost = passed(impairment, PACKETS[:10])
    impairment.odds = Odds()

    assert (lost, passed(impairment, PACKETS[10:])) == ([], PACKETS[10:])
    assert impairment.counts == Counter(frames=len(PACKETS), lost=10)


def test_what_is_late_passes_when_nothing_comes_to_overtake_it() -> None:
    impairment = Impairment(Odds(reordering=ALWAYS), "1")
    assert impairment.take(PACKETS[0]) == []
    assert impairment.holds

    assert impairment.release() == [(PACKETS[0], "")]
    assert (impairment.holds, impairment.counts) == (False, Counter(frames=1))  # nothing has overtaken it


def test_a_spoiled_packet_has_one_other_bit_which_is_neither_ethernets_nor_padding() -> None:
    impairment = Impairment(Odds(corruption=ALWAYS), "1")
    for frame in PACKETS:
        (spoiled,) = impairment.take(frame)
        differs = int.from_bytes(frame, "big") ^ int.from_bytes(spoiled.frame, "big")
        end = len(HEADER) + PACKET_BYTES

        assert differs.bit_count() == 1
        assert spoiled.frame[: len(HEADER)] == HEADER
        assert spoiled.frame[end:] == PADDING
        assert spoiled.fate == "spoiled"


def test_what_is_not_ipv4_is_left_alone() -> None:
    arp = bytes(12) + b"\x08\x06" + bytes(46)

    assert passed(Impairment(Odds(loss=ALWAYS), "1"), [arp]) == [arp]
