# SPDX-License-Identifier: GPL-2.0-or-later
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from plumbline.board import load_bench
from plumbline.differ import Outcome, Side, compare_benches, compare_ways, lines, load_side, to_json
from plumbline.differ.side import read_capture
from plumbline.errors import BenchError
from plumbline.events import FrameEvent, Verdict, Way
from plumbline.match.layers import ARP, IP, TCP, UDP, Ether
from plumbline.report.record import Record, frames_sha256
from plumbline.wire.pcapng import capture

ROOT = Path(__file__).parents[3]
ID = "handshake/passive/a_syn_is_answered"
MAC, ANOTHER = bytes.fromhex("020000000002"), bytes.fromhex("0280c481192a")


def frames(window: int) -> list[FrameEvent]:
    segment = Ether() / IP(src="10.0.0.2", dst="10.0.0.1") / TCP(window=window)
    return [FrameEvent(1, Way.FROM_DUT, 0, bytes(segment), "peer.send(…)")]


def said(address: str, ttl: int = 64, more: int = 0, flags: str = "A") -> list[FrameEvent]:
    """What a device says from there: its checksum is another."""
    segment = Ether() / IP(src=address, dst="10.0.0.1", ttl=ttl, flags=more) / TCP(flags=flags)
    return [FrameEvent(1, Way.FROM_DUT, 0, bytes(segment), "peer.send(…)")]


def of_two(
    way: str, core: list[FrameEvent], other: list[FrameEvent], root: Path, verdict: Verdict = Verdict.PASS
) -> Outcome:
    records = {}
    for one, events in ((record(0), core), (through(record(0, verdict=verdict), way), other)):
        (root / one.way).mkdir()
        (root / one.way / "wire.pcapng").write_bytes(capture(events))
        records[one.id] = replace(one, frames_sha256=frames_sha256(events), evidence=one.way)
    (comparison,) = compare_ways(replace(side(root, None), records=records))
    return comparison.outcome


def record(window: int, limits: tuple[str, ...] = (), verdict: Verdict = Verdict.PASS) -> Record:
    bare = Record(ID, "handshake", "core", verdict, (), "MUST", ID, limits=limits)
    return replace(bare, frames=1, frames_sha256=frames_sha256(frames(window)), evidence=f"window-{window}")


def side(root: Path, one: Record | None, limits: Mapping[str, int] | None = None, bench: str = "native") -> Side:
    if one is not None and one.evidence is not None:
        folder = root / one.evidence
        folder.mkdir(exist_ok=True)
        (folder / "wire.pcapng").write_bytes(capture(frames(int(one.evidence.rpartition("-")[2]))))
    return Side(bench, bench, limits or {}, 0, MAC, {} if one is None else {ID: one}, root)


def outcome(one: Side, other: Side) -> tuple[Outcome, str]:
    (comparison,) = compare_benches(one, other)
    return comparison.outcome, comparison.why


def test_equal_frames_and_verdicts_are_identical(tmp_path: Path) -> None:
    assert outcome(side(tmp_path, record(8760)), side(tmp_path, record(8760))) == (Outcome.IDENTICAL, "")


def test_a_difference_that_no_profile_explains_is_an_error(tmp_path: Path) -> None:
    (comparison,) = compare_benches(side(tmp_path, record(8760)), side(tmp_path, record(5840), bench="lm3s"))

    assert comparison.outcome is Outcome.DIFFERENT
    assert "TCP.window" in comparison.text
    assert "native and lm3s differ" in "\n".join(lines([comparison]))


def test_in_real_time_verdicts_are_compared_and_frames_are_not(tmp_path: Path) -> None:
    one, other = (replace(record(window), frames_sha256=None) for window in (8760, 5840))
    assert outcome(side(tmp_path, one), side(tmp_path, other)) == (Outcome.IN_REAL_TIME, "")

    (comparison,) = compare_benches(
        side(tmp_path, one), side(tmp_path, replace(other, verdict=Verdict.FAIL), bench="lm3s")
    )
    assert (comparison.outcome, comparison.text) == (Outcome.DIFFERENT, "PASS on native and FAIL on lm3s")


def test_the_window_is_explained_by_its_limit(tmp_path: Path) -> None:
    one, other = side(tmp_path, record(8760), {"window_max": 65535}), side(tmp_path, record(5840), {"window_max": 5840})

    assert outcome(one, other) == (Outcome.EXPLAINED, "window_max")


@pytest.mark.parametrize("more", [{"seq": 7}, {"ack": 7}, {"flags": "PA"}, {"urgptr": 7}])
def test_the_windows_limit_explains_nothing_that_differs_with_it(more: dict[str, Any], tmp_path: Path) -> None:
    sides = []
    for window, fields in ((8760, {}), (5840, more)):
        segment = Ether() / IP() / TCP(window=window, **{"seq": 1, "ack": 1, "flags": "A", **fields})
        events = [FrameEvent(1, Way.FROM_DUT, 0, bytes(segment), "peer.send(…)")]
        told = replace(record(window), frames_sha256=frames_sha256(events))
        sides.append(side(tmp_path, told, {"window_max": window}))
        (tmp_path / f"window-{window}" / "wire.pcapng").write_bytes(capture(events))

    (comparison,) = compare_benches(*sides)

    assert comparison.outcome is Outcome.DIFFERENT
    (field,) = more
    assert f"TCP.{field}" in comparison.text


@pytest.mark.parametrize(
    ("padded_to", "expected"),
    [(0, (Outcome.IDENTICAL, "")), (60, (Outcome.EXPLAINED, "padded to 60 bytes, a MAC address of its own"))],
)
def test_a_mac_address_of_its_own_is_explained_wherever_it_stands(
    padded_to: int, expected: tuple[Outcome, str], tmp_path: Path
) -> None:
    sides = []
    for mac, padding in ((MAC, 0), (ANOTHER, padded_to)):
        packets = Ether(src=mac.hex(":")) / ARP(hwsrc=mac.hex(":")), Ether(src=mac.hex(":")) / IP() / UDP() / b"of it"
        events = [FrameEvent(1, Way.FROM_DUT, 0, bytes(packet).ljust(padding, b"\0"), "") for packet in packets]
        (tmp_path / mac.hex()).mkdir()
        (tmp_path / mac.hex() / "wire.pcapng").write_bytes(capture(events))
        told = replace(record(0), frames=2, frames_sha256=frames_sha256(events, mac=mac), evidence=mac.hex())
        sides.append(replace(side(tmp_path, None), mac=mac, padded_to=padding, records={ID: told}))

    assert outcome(*sides) == expected


def test_a_limit_that_the_scenario_asked_for_explains(tmp_path: Path) -> None:
    one = side(tmp_path, record(8760, limits=("listeners", "mss")), {"listeners": 8, "mss": 1460})
    other = side(tmp_path, record(5840), {"listeners": 2, "mss": 1460})

    assert outcome(one, other) == (Outcome.EXPLAINED, "asks for listeners")


def test_no_limit_explains_another_verdict(tmp_path: Path) -> None:
    one = side(tmp_path, record(8760, limits=("listeners",)), {"listeners": 8})
    other = side(tmp_path, record(5840, verdict=Verdict.NON_STRICT), {"listeners": 2}, bench="lm3s")
    (comparison,) = compare_benches(one, other)

    assert comparison.outcome is Outcome.DIFFERENT
    assert comparison.text.startswith("PASS on native and NON-STRICT on lm3s; ")


def test_a_limit_that_it_did_not_ask_for_does_not(tmp_path: Path) -> None:
    one, other = side(tmp_path, record(8760), {"listeners": 8}), side(tmp_path, record(5840), {"listeners": 2})

    assert outcome(one, other)[0] is Outcome.DIFFERENT


def test_the_same_frames_with_another_verdict_differ(tmp_path: Path) -> None:
    one, other = side(tmp_path, record(8760)), side(tmp_path, record(8760, verdict=Verdict.FAIL))

    assert outcome(one, other)[0] is Outcome.DIFFERENT


@pytest.mark.parametrize("ms", [0, 1, 1000])
def test_a_capture_is_read_back_as_it_was_reported(ms: int, tmp_path: Path) -> None:
    events = [replace(frames(8760)[0], ms=ms), replace(frames(1)[0], way=Way.TO_DUT, ms=ms)]
    (tmp_path / "wire.pcapng").write_bytes(capture(events))

    assert frames_sha256(read_capture(tmp_path / "wire.pcapng")) == frames_sha256(events)


def test_a_capture_of_other_frames_is_no_evidence(tmp_path: Path) -> None:
    one, other = side(tmp_path, record(8760)), side(tmp_path, replace(record(5840), frames_sha256="f" * 64))

    with pytest.raises(BenchError, match="not the frames of the report: run bench native again"):
        compare_benches(one, other)


@pytest.mark.parametrize("other", [None, record(8760, verdict=Verdict.UNSUPPORTED)])
def test_what_one_bench_did_not_run_is_not_compared(other: Record | None, tmp_path: Path) -> None:
    assert outcome(side(tmp_path, record(8760)), side(tmp_path, other))[0] is Outcome.ONE_SIDED


def test_every_comparison_is_told_to_programs(tmp_path: Path) -> None:
    comparisons = compare_benches(side(tmp_path, record(8760)), side(tmp_path, record(5840), bench="lm3s"))

    assert to_json(comparisons)["scenarios"] == [
        {"id": ID, "benches": ["native", "lm3s"], "outcome": "different", "why": "", "text": comparisons[0].text}
    ]


def test_a_bench_that_was_not_run_says_how_to(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="plumb run --bench native"):
        load_side(load_bench("native", ROOT), tmp_path, root=tmp_path, profiles=tmp_path)


def through(record: Record, way: str) -> Record:
    return replace(record, id=f"{record.id}@{way}", way=way)


def test_a_way_into_the_device_is_compared_with_its_core(tmp_path: Path) -> None:
    core, futures = record(8760), through(record(8760), "futures")
    bench = replace(side(tmp_path, core), records={core.id: core, futures.id: futures})

    (comparison,) = compare_ways(bench)

    assert (comparison.id, comparison.outcome) == (ID, Outcome.IDENTICAL)
    assert comparison.benches == ("native through core", "native through futures")


def test_nothing_explains_that_a_way_differs(tmp_path: Path) -> None:
    core, other = record(8760, limits=("window_max",)), record(5840, limits=("window_max",))
    side(tmp_path, core), side(tmp_path, other)  # their captures
    futures = through(other, "futures")
    bench = replace(side(tmp_path, core), records={core.id: core, futures.id: futures})

    (comparison,) = compare_ways(bench)

    assert comparison.outcome is Outcome.DIFFERENT
    assert "TCP.window" in comparison.text


def test_a_way_without_its_core_is_compared_with_nothing(tmp_path: Path) -> None:
    futures = through(record(8760), "futures")

    assert compare_ways(replace(side(tmp_path, None), records={futures.id: futures})) == []


@pytest.mark.parametrize(
    ("way", "there", "expected"),
    [
        ("proxy", {}, Outcome.ELSEWHERE),
        ("proxy", {"ttl": 63}, Outcome.DIFFERENT),
        ("proxy", {"flags": "R"}, Outcome.DIFFERENT),
        ("futures", {}, Outcome.DIFFERENT),  # is at our own
    ],
)
def test_the_proxy_is_at_another_address_and_nothing_else_differs(
    way: str, there: dict[str, Any], expected: Outcome, tmp_path: Path
) -> None:
    assert of_two(way, said("10.0.0.2"), said("198.51.100.7", **there), tmp_path) is expected


def test_what_the_address_changes_may_lie_anywhere_in_a_fragment(tmp_path: Path) -> None:
    one, other = (said(address, more=1) for address in ("10.0.0.2", "198.51.100.7"))

    assert of_two("proxy", one, other, tmp_path) is Outcome.ELSEWHERE


def test_no_address_explains_another_verdict(tmp_path: Path) -> None:
    frames = said("10.0.0.2"), said("198.51.100.7")

    assert of_two("proxy", *frames, tmp_path, verdict=Verdict.FAIL) is Outcome.DIFFERENT
