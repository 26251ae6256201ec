# SPDX-License-Identifier: GPL-2.0-or-later
"""Each thing that a wire can do to a frame, alone: what fails here has a name."""

import pytest

from plumbline.scenario import Dut, Linux, Odds, Pattern, scenario
from scenarios.linux_peer.loads import WINDOW, serves_nobody

PORT = 7
ODDS = 0.1
TOTAL = 32 << 10


@scenario("AX-TCP-8", needs={"namespaces"}, real_time=True)
@pytest.mark.parametrize(
    "odds",
    [Odds(loss=ODDS), Odds(duplication=ODDS), Odds(reordering=ODDS), Odds(corruption=ODDS)],
    ids=["loss", "duplication", "reordering", "corruption"],
)
def test_what_is_sent_comes_back(dut: Dut, linux: Linux, odds: Odds) -> None:
    data = bytes(Pattern(3, 0, TOTAL))
    server = dut.serve("echo", PORT, connections=1, rx=WINDOW, tx=WINDOW)
    linux.impair(odds)

    echo = linux.open(PORT, data)
    linux.wait(echo)

    echo.expect(data)
    serves_nobody(linux, server)
    assert (server.stats().served, server.stats().broken) == (1, 0)
