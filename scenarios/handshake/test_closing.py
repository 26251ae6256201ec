# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls and segments that come again while a connection closes: they change nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import NO_PAYLOAD, TcpEnd, TcpSocket, scenario
from scenarios.sequence import off

Reach = Callable[[str], tuple[TcpEnd, TcpSocket]]


@pytest.mark.parametrize("state", ["FIN-WAIT-1", "FIN-WAIT-2", "CLOSING", "LAST-ACK", "TIME-WAIT"])
@scenario("AX-TCP-25", "AX-PRED-12")
def test_closing_again_changes_nothing(reach: Reach, state: str) -> None:
    conn, sock = reach(state)

    sock.close()

    conn.expect_nothing()
    assert sock.state().state == state


@pytest.mark.parametrize("state", ["CLOSE-WAIT", "CLOSING", "LAST-ACK"])
@scenario("RFC9293 SA-37")
def test_the_fin_again_is_acknowledged_and_changes_nothing(reach: Reach, state: str) -> None:
    conn, sock = reach(state)
    ack = conn.rcv_nxt if state == "CLOSE-WAIT" else off(conn.rcv_nxt, -1)

    conn.send(TCP(flags="FA", seq=off(conn.snd_nxt, -1), ack=ack))

    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=conn.snd_nxt) / NO_PAYLOAD)
    conn.expect_nothing()
    assert sock.state().state == state


@pytest.mark.parametrize("state", ["CLOSE-WAIT", "CLOSING", "LAST-ACK"])
@scenario("RFC9293 SA-35")
def test_text_behind_the_fin_is_not_taken(reach: Reach, state: str) -> None:
    conn, sock = reach(state)
    ack = conn.rcv_nxt if state == "CLOSE-WAIT" else off(conn.rcv_nxt, -1)

    conn.send(TCP(flags="PA", ack=ack) / b"too late")

    conn.expect_nothing()
    assert (sock.state().state, sock.state().rx) == (state, 0)
