# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from plumbline.events import Event, FrameEvent, NoteEvent, ShellEvent, Verdict, Way
from plumbline.report import (
    Record,
    Run,
    counted,
    folder_name,
    frames_of,
    frames_sha256,
    summary_lines,
    write_events,
    write_run,
    write_verdict,
)
from plumbline.report.run import SCHEMA
from plumbline.scenario.checkout import find_checkout
from plumbline.scenario.requirements import Catalogue

ARP = bytes.fromhex("ffffffffffff0200000000020806000108000604000102000000000" + "2c0000202000000000000c0000265")
EVENTS: list[Event] = [
    ShellEvent(Way.TO_DUT, 0, "@1 id"),
    FrameEvent(1, Way.FROM_DUT, 5, ARP, "a step"),
    FrameEvent(2, Way.TO_DUT, 5, b"\0" * 60, "a fence", is_fence=True),
    NoteEvent(5, "the cable is put out"),
]
RECORD = Record(
    "arp/asks/once[x]", "arp", "core", Verdict.PASS, ("RFC826 1",), "MUST", "scenarios/arp/test_asks.py::test_once[x]"
)


def a_run(*verdicts: Verdict) -> Run:
    run = Run("native", 1, "2026-01-01T00:00:00+00:00")
    for number, verdict in enumerate(verdicts):
        run.add(
            replace(RECORD, id=f"arp/asks/once[{number}]", verdict=verdict, text="first line\nsecond </script> \x01")
        )
    return run


def catalogue() -> Catalogue:
    return Catalogue.load(find_checkout(Path(__file__)).requirements)


@pytest.mark.parametrize(
    ("verdicts", "status"),
    [
        ((Verdict.PASS, Verdict.NON_STRICT, Verdict.DEVIATION, Verdict.UNSUPPORTED), 0),
        ((Verdict.PASS, Verdict.FAIL), 1),
        ((Verdict.UNEXPECTED,), 1),
        ((Verdict.FAIL, Verdict.ERROR), 2),
    ],
)
def test_the_exit_status_tells_the_worst(verdicts: tuple[Verdict, ...], status: int) -> None:
    assert a_run(*verdicts).exit_status == status


def test_a_lost_worker_is_an_error() -> None:
    run = a_run(Verdict.PASS)
    run.lost_workers.append("gw0")

    assert run.exit_status == 2


def test_the_report_keeps_to_its_schema_and_a_record_survives_it(tmp_path: Path) -> None:
    write_run(tmp_path, a_run(*Verdict), catalogue())

    report = json.loads((tmp_path / "report.json").read_text())
    jsonschema.validate(report, json.loads(SCHEMA.read_text()))
    assert report["counts"]["NON-STRICT"] == 1
    assert Record.from_json(report["scenarios"][0]).to_json() == report["scenarios"][0]


def test_junit_calls_an_error_an_error_and_is_xml_whatever_the_text(tmp_path: Path) -> None:
    write_run(tmp_path, a_run(*Verdict), catalogue())

    suite = ET.parse(tmp_path / "junit.xml").getroot()[0]
    assert [suite.get(key) for key in ("tests", "failures", "errors", "skipped")] == ["7", "2", "1", "2"]
    assert len(suite.findall("./testcase/error")) == 1


def test_the_page_is_whole_and_fetches_nothing(tmp_path: Path) -> None:
    write_run(tmp_path, a_run(*Verdict), catalogue())

    page = (tmp_path / "index.html").read_text()
    assert page.count("</script>") == 2
    assert "http://" not in page
    assert "https://" not in page
    data = page.partition('type="application/json">')[2].partition("</script>")[0]
    assert len(json.loads(data)["run"]["scenarios"]) == len(Verdict)


def test_the_hash_is_over_way_time_and_bytes_and_leaves_fences_out() -> None:
    (frame,) = frames_of(EVENTS)
    hashes = {
        frames_sha256([frame]),
        frames_sha256([replace(frame, ms=6)]),
        frames_sha256([replace(frame, way=Way.TO_DUT)]),
        frames_sha256([replace(frame, data=frame.data + b"\0")]),
        frames_sha256([frame, frame]),
    }

    assert len(hashes) == 5
    assert frames_sha256([replace(frame, number=9, step="another")]) == frames_sha256([frame])


def test_the_sum_of_frames_is_the_same_whatever_mac_address_the_device_has() -> None:
    one, other = bytes.fromhex("020000000002"), bytes.fromhex("0280c481192a")
    bench, rest = bytes.fromhex("020000000001"), b"\x88\xb6 hello"

    of_one = [FrameEvent(1, Way.TO_DUT, 5, one + bench + rest, "step")]
    of_other = [FrameEvent(1, Way.TO_DUT, 5, other + bench + rest, "step")]

    assert frames_sha256(of_one, mac=one) == frames_sha256(of_other, mac=other) == frames_sha256(of_one)


def test_evidence_holds_capture_transcript_log_and_a_verdict_with_its_ladder(tmp_path: Path) -> None:
    write_events(tmp_path / "x", EVENTS, "a word on stderr\n")
    write_verdict(tmp_path / "x", RECORD, EVENTS, device={"build": "12ab"}, seed=1)

    assert b"a step" in (tmp_path / "x" / "wire.pcapng").read_bytes()
    assert "> @1 id" in (tmp_path / "x" / "shell.log").read_text()
    assert "cable" in (tmp_path / "x" / "shell.log").read_text()
    verdict = json.loads((tmp_path / "x" / "verdict.json").read_text())
    assert (verdict["verdict"], verdict["device"]["build"]) == ("PASS", "12ab")
    assert "ARP" in "".join(verdict["ladder"])
    assert (tmp_path / "x" / "device.log").read_text() == "a word on stderr\n"


@pytest.mark.parametrize("id_", ["a/b/c[0-x y]", "a/b/c[../../x]", "a/b/" + "c" * 300, "a/b/c[\u00fc:*]"])
def test_a_folder_is_named_for_its_scenario_alone_and_stays_below_its_home(tmp_path: Path, id_: str) -> None:
    folder = (tmp_path / folder_name(id_)).resolve()

    assert folder.is_relative_to(tmp_path)
    assert folder_name(id_) != folder_name(id_ + " ")
    folder.mkdir(parents=True)


def test_the_summary_counts_by_family_and_names_what_is_not_well() -> None:
    text = "\n".join(summary_lines(a_run(*Verdict), "build/report/native/index.html"))

    assert "7 scenarios on native" in text
    assert [counted(1, "scenario"), counted(2, "scenario"), counted(0, "family", "families")] == [
        "1 scenario",
        "2 scenarios",
        "0 families",
    ]
    assert "1 pass, 1 non-strict, 1 deviation, 1 unsupported, 1 FAIL, 1 UNEXPECTED, 1 ERROR" in text
    assert "ERROR      arp/asks/once[3]  first line" in text
    assert text.endswith("evidence: build/report/native/index.html")
