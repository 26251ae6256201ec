# SPDX-License-Identifier: GPL-2.0-or-later
from plumbline.cost.goals import Goal, Outcome
from plumbline.cost.images import AX, CORTEX_M7, OF_THE_PROXY, OURS, PROXY, RAW, STYLES, Variant
from plumbline.cost.measure import Measurement
from plumbline.cost.rows import Cost
from plumbline.cost.table import goal_lines, table

COSTS = {
    Variant("cortex-m7", RAW, "lwip"): {"tcp-echo-1": Cost(2000, 1, 1), "tcp-connection": Cost(6000, 4, 2)},
    Variant("cortex-m7", AX, "lwip"): {"tcp-echo-1": Cost(2300, 1, 1), "tcp-connection": Cost(9000, 4, 3)},
}


def test_ax_stands_beside_raw_lwip() -> None:
    text = table(Measurement(COSTS))

    assert "2,000 -> 2,300 (1.15)" in text
    assert "x86-64" not in text  # which was not measured


def test_other_numbers_of_frames_are_said() -> None:
    echo, connection = (line for line in table(Measurement(COSTS)).splitlines() if line.startswith("tcp-"))

    assert "frames" not in echo
    assert connection.endswith("frames sent 2 -> 3")


def test_styles_stand_beside_core_and_a_row_that_one_does_not_have_is_a_dash() -> None:
    stacks = [AX, *(f"{AX}-{name}" for name in (*STYLES, PROXY))]
    costs = {
        Variant(CORTEX_M7, stack, OURS): {row: Cost(100 + at, 1, 1) for row in Variant(CORTEX_M7, stack, OURS).rows}
        for at, stack in enumerate(stacks)
    }
    costs[Variant(CORTEX_M7, AX, OURS)] = {row: Cost(99, 1, 1) for row in OF_THE_PROXY}

    lines = [line.split() for line in table(Measurement(costs)).splitlines()]

    assert ["tcp-echo-64", "99", "101", "102", "103", "104", "105"] in lines
    assert ["udp-echo-64", "99", "-", "-", "-", "-", "105"] in lines


def test_memory_is_a_line_for_each_kind() -> None:
    text = table(Measurement({}, {"ram.cortex-m7.connection": 8524, "ram.cortex-m7.listener": 92}))

    assert text.splitlines()[-1].split() == ["ram.cortex-m7", "connection", "8,524,", "listener", "92"]


def test_a_missed_goal_says_by_how_much() -> None:
    goal = Goal("ram.cortex-m7.listener", 100, "no buffers")

    assert list(goal_lines([Outcome(goal, 92, 100), Outcome(goal, 130, 100)])) == [
        "goals: 1 of 2 met",
        "met    ram.cortex-m7.listener: 92 of 100 (no buffers)",
        "missed ram.cortex-m7.listener: 130 of 100, 30 too many (no buffers)",
    ]
