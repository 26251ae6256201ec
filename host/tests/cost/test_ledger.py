# SPDX-License-Identifier: GPL-2.0-or-later
from pathlib import Path

import pytest

from plumbline.cost import ledger
from plumbline.cost.ledger import Difference, differences
from plumbline.errors import BenchError

KEY = "cortex-m7.lwip.ax.tcp-echo-1"


def test_what_was_written_is_read(tmp_path: Path) -> None:
    numbers = {KEY: 2328.114, "cortex-m7.lwip.ax.idle-1": 22, "ram.cortex-m7.connection": 8524}

    ledger.write(tmp_path / "measured.toml", numbers)
    assert ledger.read(tmp_path / "measured.toml") == numbers


def test_nothing_was_accepted_where_there_is_no_file(tmp_path: Path) -> None:
    assert ledger.read(tmp_path / "measured.toml") == {}


def test_a_file_that_is_no_toml_is_the_benchs_fault(tmp_path: Path) -> None:
    (tmp_path / "measured.toml").write_text("= 1")
    with pytest.raises(BenchError, match=r"measured\.toml"):
        ledger.read(tmp_path / "measured.toml")


def test_on_the_cortex_m7_one_instruction_in_a_thousand_operations_is_seen() -> None:
    (found,) = differences({KEY: 2328.114}, {KEY: 2328.115})

    assert found.is_worse
    assert "2328.11" in str(found)


def test_on_x86_64_one_percent_is_the_machines() -> None:
    key = "x86-64.lwip.ax.tcp-echo-1"

    assert differences({key: 1000}, {key: 1009}) == []
    assert differences({key: 1000}, {key: 1011}) == [Difference(key, 1000, 1011)]


def test_less_is_better_and_still_told() -> None:
    (found,) = differences({KEY: 200}, {KEY: 150})

    assert not found.is_worse
    assert str(found) == f"{KEY}: 200 -> 150, -50 (-25.0%)"


@pytest.mark.parametrize(("accepted", "measured"), [({}, {KEY: 1}), ({KEY: 1}, {})], ids=["new", "gone"])
def test_what_is_on_one_side_alone_must_be_accepted(accepted: dict[str, float], measured: dict[str, float]) -> None:
    (found,) = differences(accepted, measured)

    assert found.is_worse


def test_a_machine_that_was_not_asked_for_is_not_missed() -> None:
    assert differences({KEY: 1}, {}, of_all=False) == []
