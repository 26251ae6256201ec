# SPDX-License-Identifier: GPL-2.0-or-later
"""Clients take turns of bounded length, and a slow callback keeps nobody's deadlines waiting but for its own length."""

from __future__ import annotations

from itertools import pairwise

from plumbline.scenario import Dut, Peer, scenario
from scenarios.callback.clients import PORT, Client, accepted

TURN = 4096  # bytes, of ax/callback.h
SLOW_MS = 30


def backlog(dut: Dut, one: Client, *, turns: int) -> None:
    """So many bytes that they take so many turns, taken in by one poll."""
    segment = one.conn.dut_mss
    for at in range(0, (turns - 1) * TURN + 1, segment):
        one.conn.send(bytes(min(segment, (turns - 1) * TURN + 1 - at)))


def packets(dut: Dut) -> list[tuple[int, int]]:
    """Whom they were handed to, and how many bytes, in the order of all."""
    told = [event.fields for event in dut.events() if event.kind == "callback" and event.fields.text("on") == "packet"]
    return [(fields.number("sock"), fields.number("n")) for fields in told]


@scenario("AX-CALL-11", "AX-CALL-1")
def test_who_has_much_leaves_others_their_turns(dut: Dut, peer: Peer) -> None:
    much, little = accepted(dut, peer, PORT, rx=2 * TURN), accepted(dut, peer, PORT + 1)

    dut.poll_by_hand()
    backlog(dut, much, turns=2)
    little.conn.send(b"hello")
    dut.poll_auto()

    assert packets(dut) == [(much.sock.handle, TURN), (little.sock.handle, 5), (much.sock.handle, 1)]


@scenario("AX-CALL-11", "AX-CALL-8", real_time=True)
def test_a_slow_callback_keeps_nobodys_deadline_waiting(dut: Dut, peer: Peer) -> None:
    slow, other = accepted(dut, peer, PORT, rx=3 * TURN), accepted(dut, peer, PORT + 1)
    other.callbacks.set_times(poll_ms=SLOW_MS // 3)
    slow.callbacks.be_busy_in("packet", SLOW_MS)

    dut.poll_by_hand()
    backlog(dut, slow, turns=3)
    dut.poll_auto()

    said = [event.fields.text("on") for event in dut.events() if event.kind == "callback"]
    packets_at = [at for at, on in enumerate(said) if on == "packet"]
    assert len(packets_at) == 3
    assert all("poll" in said[at:after] for at, after in pairwise(packets_at))
