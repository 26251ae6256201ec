# SPDX-License-Identifier: GPL-2.0-or-later
"""pytest's own --junitxml: it calls every failure of a call a failure, and every one of a setup an error."""

from __future__ import annotations

import pytest
from _pytest.junitxml import xml_key  # the only way to the file under way

from plumbline.events import Verdict


def correct(config: pytest.Config, report: pytest.TestReport, verdict: Verdict) -> None:
    """After pytest has noted the report: <error> for ERROR, <failure> for what the device did wrong."""
    xml = config.stash.get(xml_key, None)
    if xml is None or not report.failed:
        return
    right, wrong = ("error", "failure") if verdict is Verdict.ERROR else ("failure", "error")
    for node in xml.node_reporter(report).nodes:
        if node.tag == wrong:
            node.tag = right
            xml.stats[wrong] -= 1
            xml.stats[right] += 1
