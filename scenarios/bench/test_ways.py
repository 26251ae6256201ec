# SPDX-License-Identifier: GPL-2.0-or-later
"""A way is what it is called: its own task runs for as long as a socket goes through it, and no other way's does."""

from __future__ import annotations

import pytest

from plumbline.scenario import Dut, scenario

# The task that begins with the first socket of a way.
RUNS: dict[str, set[str]] = {
    "core": set(),
    "futures": {"opener"},
    "readiness": {"driver"},
    "reactor": {"reactor"},
    "callback": {"callbacks"},
}


@pytest.mark.parametrize("way", RUNS)
@scenario("AX-BENCH-7")
def test_its_task_runs_while_a_socket_goes_through_it(dut: Dut, way: str) -> None:
    before = dut.tasks().by_name

    sock = dut.tcp(through=way)
    meanwhile = dut.tasks().by_name
    sock.destroy()

    assert meanwhile.keys() - before.keys() == RUNS[way]
    assert dut.tasks().by_name.keys() == before.keys()
