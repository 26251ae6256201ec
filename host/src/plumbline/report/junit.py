# SPDX-License-Identifier: GPL-2.0-or-later
"""A run in JUnit's XML, as most CI servers read it."""

from __future__ import annotations

import re
from collections.abc import Collection
from xml.etree import ElementTree as ET

from plumbline.events import Verdict
from plumbline.report.record import Record

_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAGS = {
    Verdict.FAIL: "failure",
    Verdict.UNEXPECTED: "failure",
    Verdict.ERROR: "error",
    Verdict.UNSUPPORTED: "skipped",
    Verdict.DEVIATION: "skipped",
}


def junit_xml(bench: str, started: str, records: Collection[Record]) -> bytes:
    def many(tag: str) -> str:
        return str(sum(record.verdict is not None and _TAGS.get(record.verdict) == tag for record in records))

    suite = ET.Element(
        "testsuite", name=f"plumbline on {bench}", timestamp=started, tests=str(len(records)),
        failures=many("failure"), errors=many("error"), skipped=many("skipped"),
        time=f"{sum(record.duration_s for record in records):.3f}",
    )  # fmt: skip
    for record in sorted(records, key=lambda record: record.id):
        _add_case(suite, record)
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    octets: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return octets


def _add_case(suite: ET.Element, record: Record) -> None:
    folder, _, name = record.id.rpartition("/")
    case = ET.SubElement(
        suite, "testcase", classname=folder.replace("/", "."), name=name, time=f"{record.duration_s:.6f}"
    )
    properties = ET.SubElement(case, "properties")
    for requirement in record.requirements:
        ET.SubElement(properties, "property", name="requirement", value=requirement)
    tag = None if record.verdict is None else _TAGS.get(record.verdict)
    if tag is not None and record.verdict is not None:
        text = _NOT_XML.sub("?", record.text)
        message = f"{record.verdict.value}: {text.splitlines()[0] if text else ''}"
        ET.SubElement(case, tag, message=message).text = text
