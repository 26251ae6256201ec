# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from plumbline.bench import Bench
from plumbline.board import bench_names, load_bench
from plumbline.cli.profile import rack_of
from plumbline.errors import BenchError, HarnessError
from plumbline.scenario.checkout import find_checkout
from plumbline.scenario.profiles import UNDECLARED, check_limits, load_limits, profile_text
from plumbline.shell.profile import Limits

CHECKOUT = find_checkout(Path(__file__))


STARTED = [name for name in bench_names(CHECKOUT.root) if load_bench(name, CHECKOUT.root).stands != "rig"]


@pytest.mark.parametrize("name", STARTED)
def test_our_profiles_declare_all_that_their_devices_say(name: str) -> None:
    spec = load_bench(name, CHECKOUT.root)
    with closing(rack_of(spec, CHECKOUT)) as rack, Bench(rack.spec, rack=rack) as bench:
        said = {name: value for name, value in bench.dut.profile.items() if name not in UNDECLARED}

    assert load_limits(CHECKOUT.profiles / f"{spec.profile}.toml") == said


def test_a_profile_that_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "some.toml"
    path.write_text(profile_text({"mss": 1460}))

    assert load_limits(path) == {"mss": 1460}


def test_a_limit_that_differs_is_named_and_a_new_one_breaks_nothing() -> None:
    check_limits("some", {"mss": 1460}, {"mss": 1460, "mtu": 1500})
    with pytest.raises(BenchError, match=r"some\.toml .*\n  mss: the profile says 1460, the device nothing"):
        check_limits("some", {"mss": 1460}, Limits({"mtu": 1500}))


def test_a_profile_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match=r"some\.toml: there is no such file; `plumb profile` shows"):
        load_limits(tmp_path / "some.toml")


def test_a_profile_that_is_no_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "some.toml").write_text("x = [")

    with pytest.raises(HarnessError, match=r"some\.toml: Invalid value"):
        load_limits(tmp_path / "some.toml")
