# SPDX-License-Identifier: GPL-2.0-or-later
"""Each way a connection can end, reached over the wire: it says why, once, and wakes all who wait."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import (
    Dut,
    Given,
    Peer,
    Reached,
    Refused,
    StackClock,
    connected,
    has_flags,
    is_at_its_own_address,
    reach,
    scenario,
)

PORT = 7
LONG_MS = 3_600_000  # longer than any retransmission goes on
UNREAD = b"unread"
RST = 4  # among the flags of a segment


@dataclass(frozen=True)
class Ground:
    dut: Dut
    peer: Peer
    clock: StackClock


def _reset(ground: Ground) -> Reached:
    reached = reach(ground.dut, ground.peer, "ESTABLISHED", Given(unread=UNREAD))
    reached.conn.send(TCP(flags="R"))
    return reached


def _refused(ground: Ground) -> Reached:
    reached = reach(ground.dut, ground.peer, "SYN-SENT")
    reached.conn.send(TCP(flags="RA", seq=0, ack=reached.conn.rcv_nxt))
    return reached


def _connect_timeout(ground: Ground) -> Reached:
    reached = reach(ground.dut, ground.peer, "SYN-SENT")
    ground.clock.advance(LONG_MS)
    return reached


def _no_arp_answer(ground: Ground) -> Reached:
    ground.peer.arp = False
    sock = ground.dut.tcp()
    sock.connect(ground.peer, PORT)
    ground.clock.advance(LONG_MS)
    return Reached(ground.peer.tcp(sport=PORT), sock, 0)


def _deadline(ground: Ground) -> Reached:
    sock, conn = ground.dut.tcp(), ground.peer.tcp(sport=PORT)
    sock.connect(ground.peer, PORT, timeout_ms=100)
    ground.clock.advance(100)
    return Reached(conn, sock, 0)


def _user_timeout(ground: Ground) -> Reached:
    reached = reach(ground.dut, ground.peer, "ESTABLISHED", Given(unread=UNREAD))
    reached.sock.option(user_timeout_ms=500)
    reached.sock.send(b"never acknowledged")
    ground.clock.advance(500)
    return reached


def _retransmissions(ground: Ground) -> Reached:
    reached = reach(ground.dut, ground.peer, "ESTABLISHED", Given(unread=UNREAD))
    reached.sock.send(b"never acknowledged")
    ground.clock.advance(LONG_MS)
    return reached


def _keepalive(ground: Ground) -> Reached:
    reached = reach(ground.dut, ground.peer, "ESTABLISHED", Given(unread=UNREAD))
    reached.sock.option(keepalive_ms=10_000, keepalive_every_ms=1_000, keepalive_count=3)
    ground.clock.advance(60_000)
    return reached


def _address_lost(ground: Ground) -> Reached:
    is_at_its_own_address(ground.dut)
    reached = reach(ground.dut, ground.peer, "ESTABLISHED", Given(unread=UNREAD))
    ground.dut.net("10.0.0.77")
    return reached


def _aborted(ground: Ground) -> Reached:
    reached = reach(ground.dut, ground.peer, "ESTABLISHED", Given(unread=UNREAD))
    reached.sock.abort()
    return reached


def _reaped(ground: Ground) -> Reached:
    reached = reach(ground.dut, ground.peer, "FIN-WAIT-2", Given(unread=UNREAD))
    ground.clock.advance(ground.dut.profile["fin_wait_2_ms"])
    return reached


# What it is called, how to get there, and whether bytes were received before.
ENDS: dict[str, tuple[str, Callable[[Ground], Reached], bool]] = {
    "reset": ("reset", _reset, True),
    "refused": ("refused", _refused, False),
    "SYN given up": ("connect-timeout", _connect_timeout, False),
    "no ARP answer": ("connect-timeout", _no_arp_answer, False),
    "deadline": ("connect-timeout", _deadline, False),
    "user timeout": ("user-timeout", _user_timeout, True),
    "retransmissions": ("retransmissions", _retransmissions, True),
    "keepalive": ("keepalive", _keepalive, True),
    "address lost": ("address-lost", _address_lost, True),
    "aborted": ("aborted", _aborted, True),
    "reaped": ("reaped", _reaped, True),
}


RESETS = {"aborted", "address lost", "keepalive"}  # the peer is told


@pytest.fixture
def ground(dut: Dut, peer: Peer, clock: StackClock) -> Ground:
    return Ground(dut, peer, clock)


@scenario(
    "AX-TCP-11", "AX-TCP-13", "AX-TCP-14", "AX-TCP-15", "AX-TCP-16", "AX-TCP-17", "AX-TCP-19", "AX-TCP-20",
    "AX-TCP-21", "AX-TCP-23", "AX-TCP-33", "AX-PRED-2", "AX-PRED-16", "AX-PRED-17", "RFC9293 MUST-12",
)  # fmt: skip
@pytest.mark.parametrize("end", ENDS)
def test_an_end_says_why_after_the_last_byte(ground: Ground, end: str) -> None:
    name, bring, holds = ENDS[end]

    sock = bring(ground).sock

    view = sock.state()
    assert (view.state, view.end, view.released) == ("CLOSED", name, True)
    assert (view.may_send, view.can_send, view.may_recv, view.can_recv) == (False, False, holds, holds)
    if holds:
        assert sock.recv() == UNREAD
    for _ in range(2):
        with pytest.raises(Refused) as refusal:
            sock.recv()
        assert refusal.value.name == name


@scenario("AX-TCP-28", "AX-TCP-17", "AX-TCP-33")
@pytest.mark.parametrize("end", ENDS)
def test_after_an_end_the_wire_is_silent(ground: Ground, end: str) -> None:
    reached = ENDS[end][1](ground)

    resets = [segment for segment in reached.conn.segments() if segment.flags & RST]

    assert len(resets) == (1 if end in RESETS else 0)
    assert all(segment.seq == reached.conn.rcv_nxt for segment in resets)
    ground.clock.advance(LONG_MS)
    reached.conn.expect_nothing()


@scenario("AX-TCP-12", "AX-TCP-32", "RFC9293 MUST-13")
def test_closed_is_said_when_both_fins_are_acknowledged(dut: Dut, peer: Peer, clock: StackClock) -> None:
    reached = reach(dut, peer, "FIN-WAIT-2")
    before = reached.sock.state().end

    reached.conn.send(TCP(flags="FA"))
    in_time_wait = reached.sock.state()
    clock.advance(2 * dut.profile["msl_ms"] + dut.profile["tcp_slow_tick_ms"])

    assert (before, in_time_wait.state, in_time_wait.end) == ("ok", "TIME-WAIT", "closed")
    assert (reached.sock.state().state, reached.sock.state().end) == ("CLOSED", "closed")


@scenario("AX-TCP-12")
def test_the_side_that_closes_last_is_closed_by_the_ack_of_its_fin(dut: Dut, peer: Peer) -> None:
    reached = reach(dut, peer, "LAST-ACK")

    reached.conn.send(TCP(flags="A"))

    view = reached.sock.state()
    assert (view.state, view.end, view.released) == ("CLOSED", "closed", True)
    reached.conn.expect_nothing()


@scenario("AX-TCP-32", needs={"pools"})
def test_time_wait_makes_room_for_new_connections(dut: Dut, peer: Peer) -> None:
    listener, ends = dut.listen(PORT), []

    for _ in range(dut.profile["connections"] + 1):
        sock = dut.tcp()
        listener.lend(sock)
        conn = peer.tcp(PORT).handshake()
        sock.close()
        conn.accept_close()
        conn.close()
        sock.destroy()
        ends.append(conn)

    assert dut.mem().levels["time_wait"] == dut.profile["connections"]
    for conn in ends[1:]:
        conn.send(TCP(flags="FA", seq=conn.snd_nxt - 1))
        conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=conn.snd_nxt))
    ends[0].send(TCP(flags="FA", seq=ends[0].snd_nxt - 1))
    ends[0].expect(TCP(flags=has_flags("R"), seq=ends[0].rcv_nxt))


@scenario("AX-TCP-24", needs={"cable_switch"})
def test_a_pulled_cable_ends_nothing(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)

    dut.cable(False)
    clock.advance(dut.profile["link_debounce_ms"])
    sock.send(b"into a cable that is out")
    clock.advance(1000)
    dut.cable(True)
    clock.advance(dut.profile["rto_initial_ms"])

    assert sock.state().state == "ESTABLISHED"
    conn.expect(TCP(flags="PA") / b"into a cable that is out")


@scenario("AX-WAKE-5", "AX-WAKE-9", "AX-WAKE-10")
@pytest.mark.parametrize("interest", ["readable", "writable"])
@pytest.mark.parametrize("end", ["reset", "aborted", "retransmissions"])
def test_every_end_wakes_all_who_wait(ground: Ground, end: str, interest: str) -> None:
    reached = reach(ground.dut, ground.peer, "ESTABLISHED", Given(tx_full=True))
    watches = [ground.dut.watch(reached.sock, interest) for _ in range(3)]
    assert all(not watch.events() for watch in watches)

    if end == "reset":
        reached.conn.send(TCP(flags="R"))
    elif end == "aborted":
        reached.sock.abort()
    else:
        ground.clock.advance(LONG_MS)

    for watch in watches:
        assert [(event.kind, event.readable, event.writable) for event in watch.events()] == [("wake", True, True)]
