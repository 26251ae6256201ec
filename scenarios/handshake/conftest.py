# SPDX-License-Identifier: GPL-2.0-or-later
"""What scenarios of this family begin with: a connection in a given state."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from plumbline.scenario import Dut, Given, Peer, TcpEnd, TcpSocket, reach

ROOMY = Given(rx=4096, tx=4096)


@pytest.fixture(name="reach")
def reach_state(dut: Dut, peer: Peer) -> Callable[[str], tuple[TcpEnd, TcpSocket]]:
    """`conn, sock = reach("FIN-WAIT-2")`: brought there over the wire, nothing left to be looked at."""

    def bring(state: str) -> tuple[TcpEnd, TcpSocket]:
        reached = reach(dut, peer, state, ROOMY)
        return reached.conn, reached.sock

    return bring
