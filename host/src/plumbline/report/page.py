# SPDX-License-Identifier: GPL-2.0-or-later
"""The page of a run: one self-contained file to look at, with nothing fetched from anywhere."""

from __future__ import annotations

import json
from pathlib import Path
from string import Template

from plumbline.report.evidence import folder_name, read_ladder
from plumbline.scenario.requirements import Catalogue

_TEMPLATE = Path(__file__).with_name("page.html")


def page(run: dict[str, object], catalogue: Catalogue, evidence: Path) -> str:
    """`run` is what report.json holds; ladders are read from the evidence."""
    scenarios = run["scenarios"]
    assert isinstance(scenarios, list)
    folders = {one["id"]: folder_name(one["id"]) for one in scenarios if one["evidence"]}
    ladders = {id_: read_ladder(evidence / folder) for id_, folder in folders.items()}
    requirements = [{"id": one.id, "level": one.level, "section": one.section, "text": one.text} for one in catalogue]
    data = {"run": run, "ladders": ladders, "folders": folders, "requirements": requirements}
    # Inside <script> only "</" could end the data early.
    embedded = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(bench=run["bench"], data=embedded)
