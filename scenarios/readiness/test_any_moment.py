# SPDX-License-Identifier: GPL-2.0-or-later
"""close, abort and destroy meet what the peer sent meanwhile, in every state: the stack sees it behind the call."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import STATES, Dut, Peer, Reached, TcpSocket, reach, scenario

CALLS = {"close": TcpSocket.close, "abort": TcpSocket.abort, "destroy": TcpSocket.destroy}


def _text(reached: Reached) -> None:
    reached.conn.send(TCP(flags="PA", ack=reached.una) / b"meanwhile")


def _fin(reached: Reached) -> None:
    reached.conn.send(TCP(flags="FA", ack=reached.una))


def _acknowledgement(reached: Reached) -> None:
    reached.conn.send(TCP(flags="A", ack=reached.conn.rcv_nxt))


MEANWHILE: dict[str, Callable[[Reached], None]] = {"text": _text, "fin": _fin, "ack": _acknowledgement}


@scenario("AX-TCP-30", "AX-TCP-31")
@pytest.mark.parametrize("meanwhile", MEANWHILE)
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("state", [state for state in STATES if state not in ("CLOSED", "LISTEN")])
def test_a_call_is_safe_with_a_segment_waiting(dut: Dut, peer: Peer, state: str, call: str, meanwhile: str) -> None:
    """What the segment then does to a closed one is in handshake/; that nothing is left of it the bench finds out."""
    reached = reach(dut, peer, state)
    dut.poll_by_hand()
    MEANWHILE[meanwhile](reached)

    CALLS[call](reached.sock)
    dut.poll_auto()

    if call == "close":
        assert reached.sock.state().state not in ("ESTABLISHED", "CLOSE-WAIT", "SYN-SENT", "SYN-RECEIVED")
    else:
        assert dut.mem().levels["active"] == 0
    if call == "abort":
        assert reached.sock.state().released
