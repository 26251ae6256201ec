# SPDX-License-Identifier: GPL-2.0-or-later
"""Both ways at once, to Linux's own TCP: what is sent comes back."""

import pytest

from plumbline.scenario import Dut, Linux, scenario
from scenarios.linux_peer.loads import LONG, SHORT, WINDOW, Frames, Load, rounds_until, serves_nobody

PORT = 7


@scenario("AX-TCP-8", "AX-FULL-10", needs={"namespaces"}, real_time=True)
@pytest.mark.parametrize("load", [*SHORT, *LONG])
def test_what_is_sent_comes_back_nothing_lost_and_nothing_twice(dut: Dut, linux: Linux, load: Load) -> None:
    parts = load.parts()
    server = dut.serve("echo", PORT, load.connections, rx=WINDOW, tx=WINDOW)
    frames = Frames(dut, linux)
    load.impair(linux)

    served = 0
    for _ in rounds_until(lambda: load.is_met(linux), linux):
        echoes = [linux.open(PORT, part) for part in parts]
        linux.wait(*echoes, within_s=load.within_s)
        for echo, part in zip(echoes, parts, strict=True):
            echo.expect(part)
        served += load.connections

    load.check(linux)
    serves_nobody(linux, server)
    assert (server.stats().served, server.stats().broken) == (served, 0)
    frames.are_accounted_for()
