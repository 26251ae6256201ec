# SPDX-License-Identifier: GPL-2.0-or-later
"""Segments with a wrong checksum or a data offset that cannot be, where a whole one would have an effect."""

from __future__ import annotations

from typing import Any

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Given, Peer, is_possible, reach, scenario

WRONG = {"checksum": {"chksum": 1}, "short": {"dataofs": 4}, "long": {"dataofs": 15}}
STATES = [
    "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK",
    "TIME-WAIT",
]  # fmt: skip
WORDS = {"data": ("PA", b"x"), "ack": ("A", b""), "fin": ("FA", b""), "syn-ack": ("SA", b""), "reset": ("RA", b"")}
OWING = Given(tx_full=True)


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("state", STATES)
@scenario("RFC9293 MUST-3", "RFC9293 SA-44")
def test_a_broken_segment_is_dropped_in_silence(dut: Dut, peer: Peer, state: str, word: str, wrong: str) -> None:
    reached = reach(dut, peer, state, OWING if is_possible(state, OWING) else None)
    conn, sock = reached.conn, reached.sock
    before = sock.state(), sock.stats()
    flags, payload = WORDS[word]
    fields: dict[str, Any] = WRONG[wrong]

    conn.send(TCP(flags=flags, **fields) / payload)

    conn.expect_nothing()
    peer.expect_nothing()
    assert (sock.state(), sock.stats()) == before
