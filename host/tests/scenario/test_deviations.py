# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest

from plumbline.errors import HarnessError
from plumbline.scenario.checkout import find_checkout
from plumbline.scenario.deviations import Ledger
from plumbline.scenario.requirements import Catalogue

ENTRY = """
[[deviation]]
id = "closed-port-ack"
scenarios = ["handshakes/closed_port/resets[*]", "handshakes/lone/test"]
requirement = "RFC9293 SA-03"
what = "RST carries ACK"
why = "lwIP has one way to build it"
match = "flags.*RA"
"""

CATALOGUE = Catalogue.load(find_checkout(Path(__file__)).requirements)


def load(tmp_path: Path, text: str) -> Ledger:
    (tmp_path / "lwip.toml").write_text(text)
    return Ledger.load(tmp_path, CATALOGUE, ["native", "nucleo-1"])


def test_globs_take_parameters_in_brackets_as_they_stand(tmp_path: Path) -> None:
    ledger = load(tmp_path, ENTRY)

    assert [one.id for one in ledger.of("handshakes/closed_port/resets[ack-1]", "native")] == ["closed-port-ack"]
    assert ledger.of("handshakes/closed_port/resets", "native") == []
    assert ledger.of("handshakes/lone/test_other", "native") == []


def test_an_entry_can_be_for_some_benches(tmp_path: Path) -> None:
    ledger = load(tmp_path, ENTRY + 'benches = ["nucleo-*"]\n')

    assert ledger.of("handshakes/lone/test", "native") == []
    assert ledger.of("handshakes/lone/test", "nucleo-1") != []


def test_the_match_may_span_lines(tmp_path: Path) -> None:
    (deviation,) = load(tmp_path, ENTRY)

    assert deviation.describes("flags: expected R\n came RA")
    assert not deviation.describes("it died")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('why = "lwIP has one way to build it"', "", "why"),
        ('match = "flags.*RA"', 'match = "("', "unterminated"),
        ('requirement = "RFC9293 SA-03"', "requirement = 3", "no text"),
        ("RFC9293 SA-03", "RFC9293 SA-3", "there is no requirement 'RFC9293 SA-3'; the nearest are RFC9293 SA-"),
        (
            "match = ",
            'benches = ["native", "nuclio-*"]\nmatch = ',
            r"no bench 'nuclio-\*'; there are: native, nucleo-1",
        ),
        ('id = "closed-port-ack"', 'id = "closed-port-ack"\nsince = "2024"', "since"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(HarnessError, match=f"lwip.toml: closed-port-ack.*{said}"):
        load(tmp_path, ENTRY.replace(old, new))


@pytest.mark.parametrize(
    ("text", "said"),
    [("[[deviation", "lwip.toml: Expected"), ("deviation = 3", "headed by"), ("deviation = [3]", "headed by")],
)
def test_a_file_that_is_no_ledger_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(HarnessError, match=said):
        load(tmp_path, text)
