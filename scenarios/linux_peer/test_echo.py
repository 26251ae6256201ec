# SPDX-License-Identifier: GPL-2.0-or-later
"""Both ways at once, to Linux's own TCP: what is sent comes back."""

import pytest

from plumbline.scenario import Dut, Linux, scenario
from scenarios.linux_peer.loads import LONG, SHORT, Load, serves_nobody

PORT = 7


@scenario("AX-TCP-8", "AX-FULL-10", needs={"namespaces"}, real_time=True)
@pytest.mark.parametrize("load", [*SHORT, *LONG])
def test_what_is_sent_comes_back_nothing_lost_and_nothing_twice(dut: Dut, linux: Linux, load: Load) -> None:
    server = dut.serve("echo", PORT, connections=load.connections)
    load.impair(linux)

    echoes = [linux.open(PORT, load.part(number)) for number in load.numbers]
    linux.wait(*echoes, within_s=load.within_s)

    for number, echo in enumerate(echoes):
        echo.expect(load.part(number))
    serves_nobody(linux, server)
    assert (server.stats().served, server.stats().broken) == (load.connections, 0)
