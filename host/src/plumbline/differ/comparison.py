# SPDX-License-Identifier: GPL-2.0-or-later
"""All scenarios of two benches, and what of their differences a profile explains."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from plumbline.differ.frames import parting
from plumbline.differ.side import Side
from plumbline.events import Verdict
from plumbline.report.record import Record
from plumbline.shell.ways import CORE, PROXY

# What another address changes in a frame: its sums, and the numbers that begin with a secret of the ends. A fragment's
# may lie anywhere in it.
_ADDRESS_FIELDS = frozenset(
    {
        *("IP.src", "IP.dst", "IP.chksum", "TCP.chksum", "TCP.seq", "TCP.ack", "ICMP.chksum", "ARP.psrc", "ARP.pdst"),
        *("IPerror.src", "IPerror.dst", "IPerror.chksum", "TCPerror.seq", "TCPerror.ack", "TCPerror.chksum"),
        "fragment",
    }
)

# What the advertised window changes in a frame, and the limit that explains it.
_WINDOW_FIELDS = frozenset({"TCP.window", "TCP.chksum"})
_WINDOW_LIMIT = "window_max"


class Outcome(Enum):
    IDENTICAL = "identical"
    EXPLAINED = "explained"  # they differ, and the profiles say why
    IN_REAL_TIME = "in real time"  # no two runs have the same frames: the verdicts alone are compared
    ELSEWHERE = "at another address"  # the proxy's, and in nothing else they differ
    ONE_SIDED = "on one bench only"  # UNSUPPORTED on the other, or not run there
    DIFFERENT = "DIFFERENT"


@dataclass(frozen=True)
class Comparison:
    """One scenario on two benches."""

    id: str
    benches: tuple[str, str]
    outcome: Outcome
    why: str = ""
    text: str = ""  # the first differing frame, field by field


def compare_benches(one: Side, other: Side) -> list[Comparison]:
    """Every scenario that either bench ran, by id."""
    return [_compare(id_, one, other) for id_ in sorted(one.records.keys() | other.records.keys())]


def compare_ways(side: Side) -> list[Comparison]:
    """Every scenario that one bench ran through a style, with the same through the sockets themselves: nothing explains
    a difference but the address that the proxy stands at."""
    core = side.through(CORE)
    others = (side.through(way) for way in side.ways if way != CORE)
    both = ((id_, other) for other in others for id_ in sorted(core.records.keys() & other.records.keys()))
    return [_compare(id_, core, other) for id_, other in both]


def _compare(id_: str, one: Side, other: Side) -> Comparison:
    benches = (one.bench, other.bench)
    mine, its = one.records.get(id_), other.records.get(id_)
    if mine is None or its is None or Verdict.UNSUPPORTED in (mine.verdict, its.verdict):
        return Comparison(id_, benches, Outcome.ONE_SIDED)
    if mine.frames_sha256 is None and its.frames_sha256 is None:
        return _in_real_time(id_, benches, mine, its)
    if mine.frames_sha256 == its.frames_sha256 and mine.verdict is its.verdict:
        return Comparison(id_, benches, Outcome.IDENTICAL)
    outcome, why, text = _differ(one, other, mine, its)
    return Comparison(id_, benches, outcome, why, text)


def _in_real_time(id_: str, benches: tuple[str, str], mine: Record, its: Record) -> Comparison:
    if mine.verdict is its.verdict:
        return Comparison(id_, benches, Outcome.IN_REAL_TIME)
    text = f"{_word(mine)} on {benches[0]} and {_word(its)} on {benches[1]}"
    return Comparison(id_, benches, Outcome.DIFFERENT, text=text)


def _differ(one: Side, other: Side, mine: Record, its: Record) -> tuple[Outcome, str, str]:
    """What boards and profiles explain of it: padding, a MAC address, the limits that the scenario asked for, or the
    window where nothing else differs in any frame. Nothing explains another verdict."""
    padded_to = max(one.padded_to, other.padded_to)
    macs = one.mac_in(mine.id), other.mac_in(mine.id)
    shown = macs[0] if macs[0] != macs[1] else None
    frames = one.frames(mine.id, mac=shown), other.frames(mine.id, mac=shown)
    parted = parting(*frames, padded_to=padded_to)
    if mine.verdict is not its.verdict:
        verdicts = f"{_word(mine)} on {one.bench} and {_word(its)} on {other.bench}"
        text = f"{verdicts}; {parted.text}" if parted else f"the same frames, but {verdicts}"
        return Outcome.DIFFERENT, "", text
    if parted is None:
        return Outcome.EXPLAINED, ", ".join(_of_the_boards(one, other, has_own_mac=shown is not None)), ""
    text = parted.text
    if (mine.way == PROXY) != (its.way == PROXY) and parting(*frames, but=_ADDRESS_FIELDS) is None:
        return Outcome.ELSEWHERE, "", text
    asked = sorted(_differing(one, other) & set(mine.limits))
    if asked:
        return Outcome.EXPLAINED, f"asks for {', '.join(asked)}", text
    if _WINDOW_LIMIT not in _differing(one, other):
        return Outcome.DIFFERENT, "", text
    beyond = parting(*frames, padded_to=padded_to, but=_WINDOW_FIELDS)
    if beyond is None:
        return Outcome.EXPLAINED, _WINDOW_LIMIT, text
    return Outcome.DIFFERENT, "", beyond.text


def _of_the_boards(one: Side, other: Side, *, has_own_mac: bool) -> list[str]:
    """What differs in frames that are the same otherwise."""
    pads = [f"padded to {max(one.padded_to, other.padded_to)} bytes"] if one.padded_to != other.padded_to else []
    return pads + ["a MAC address of its own"] * has_own_mac


def _differing(one: Side, other: Side) -> set[str]:
    """Limits that are not the same."""
    names = one.limits.keys() | other.limits.keys()
    return {name for name in names if one.limits.get(name) != other.limits.get(name)}


def _word(record: Record) -> str:
    return "no verdict" if record.verdict is None else record.verdict.value
