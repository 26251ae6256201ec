# SPDX-License-Identifier: GPL-2.0-or-later
"""Each thing that a wire can do to a frame, alone: what fails here has a name."""

import pytest

from plumbline.scenario import Dut, Linux, Odds, Pattern, scenario
from scenarios.linux_peer.loads import WINDOW, Frames, only_these_happened, rounds_until, serves_nobody

PORT = 7
ODDS = 0.1
TOTAL = 32 << 10


@scenario("AX-TCP-8", needs={"namespaces"}, real_time=True)
@pytest.mark.parametrize(
    ("odds", "fate"),
    [
        (Odds(loss=ODDS), "lost"),
        (Odds(duplication=ODDS), "doubled"),
        (Odds(reordering=ODDS), "late"),
        (Odds(corruption=ODDS), "spoiled"),
    ],
    ids=["loss", "duplication", "reordering", "corruption"],
)
def test_what_is_sent_comes_back(dut: Dut, linux: Linux, odds: Odds, fate: str) -> None:
    data = bytes(Pattern(3, 0, TOTAL))
    server = dut.serve("echo", PORT, connections=1, rx=WINDOW, tx=WINDOW)
    frames = Frames(dut, linux)
    linux.impair(odds)

    served = 0
    for _ in rounds_until(lambda: all(way[fate] for way in linux.fates()), linux):
        echo = linux.open(PORT, data)
        linux.wait(echo)
        echo.expect(data)
        served += 1

    serves_nobody(linux, server)
    assert (server.stats().served, server.stats().broken) == (served, 0)
    only_these_happened(linux, fate)
    frames.are_accounted_for()
