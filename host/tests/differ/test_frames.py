# SPDX-License-Identifier: GPL-2.0-or-later
from plumbline.differ.frames import parting
from plumbline.differ.side import Captured
from plumbline.events import Way
from plumbline.match.layers import ARP, IP, TCP, Ether, Packet


def came(packet: Packet, ms: int = 0) -> Captured:
    return Captured(Way.FROM_DUT, ms, bytes(packet), "frame 7: peer.send(…)")


def segment(seq: int = 0, window: int = 8192) -> Packet:
    return Ether(dst="02:00:00:00:00:01") / IP(src="10.0.0.2", dst="10.0.0.1") / TCP(seq=seq, window=window)


def test_equal_runs_do_not_part() -> None:
    assert parting([came(segment(window=1))], [came(segment(window=1))]) is None


def test_the_first_differing_frame_is_shown_field_by_field() -> None:
    same = came(segment(seq=1))

    found = parting([same, came(segment(window=5840))], [same, came(segment(window=2920))])

    assert found is not None
    assert (found.index, found.fields) == (2, frozenset({"TCP.window", "TCP.chksum"}))
    assert "! TCP.window" in found.text
    assert "5840" in found.text
    assert "2920" in found.text


def test_a_millisecond_is_a_difference() -> None:
    found = parting([came(segment(), ms=250)], [came(segment(), ms=251)])

    assert found is not None
    assert found.fields == {"stack time"}


def test_a_frame_that_is_missing_is_a_difference() -> None:
    found = parting([came(segment())], [])

    assert found is not None
    assert (found.index, found.fields) == (1, frozenset[str]())
    assert "on the first bench only" in found.text


def test_padding_of_short_frames_can_be_left_out_of_account() -> None:
    short = Ether() / ARP()
    padded = Captured(Way.FROM_DUT, 0, bytes(short).ljust(60, b"\0"), "")

    assert parting([came(short)], [padded], padded_to=60) is None
    assert parting([came(short)], [padded]) is not None


def test_padding_is_zero_or_it_is_a_difference() -> None:
    short = Ether() / ARP()
    leaking = Captured(Way.FROM_DUT, 0, bytes(short).ljust(60, b"x"), "")

    assert parting([came(short)], [leaking], padded_to=60) is not None


WINDOW = frozenset({"TCP.window", "TCP.chksum"})


def test_frames_that_differ_in_the_fields_left_out_are_passed_over() -> None:
    one, other = came(segment(window=5840)), came(segment(window=2920))

    assert parting([one, one], [other, other], but=WINDOW) is None


def test_fields_left_out_hide_no_other_difference() -> None:
    wide, narrow = came(segment(window=5840)), came(segment(window=2920))

    found = parting([wide, came(segment(seq=1))], [narrow, came(segment(seq=2))], but=WINDOW)
    missing = parting([wide, wide], [narrow], but=WINDOW)

    assert found is not None
    assert (found.index, "TCP.seq" in found.fields) == (2, True)
    assert missing is not None
    assert missing.index == 2
