# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import re
from pathlib import Path

from plumbline.board.virtual_nucleo import read_facts

STRICT = Path(__file__).resolve().parents[3] / "fixtures/virtual-nucleo/strict"


def test_every_report_of_the_virtual_board_stands_on_a_fact() -> None:
    names = re.findall(r'\] = "([a-z0-9-]+)"', (STRICT / "strict.c").read_text())

    assert len(names) > 20
    assert read_facts(STRICT / "README.md").keys() == set(names)


def test_a_fact_says_what_happened_and_who_knows() -> None:
    facts = read_facts(STRICT / "README.md")

    assert facts["mii-left-selected"] == "PMCR.EPIS_SEL was not RMII when ETH1MACEN came: RM 12; CubeH7#121"
    assert facts["pin-not-af7"] == facts["pin-not-af11"]
