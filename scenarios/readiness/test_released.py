# SPDX-License-Identifier: GPL-2.0-or-later
"""When a TCP socket's memory is its owner's again: said once, when the stack is done with it, and not before."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Given, Peer, Reached, StackClock, connected, reach, scenario

PORT = 7
TICK_MS = 500  # lwIP's, by which 2 MSL may be longer
FULL = Given(unread=b"unread", tx_full=True)

CONNECTED = ("SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT")
ENDINGS: dict[str, Callable[[Reached], None]] = {
    "abort": lambda reached: reached.sock.abort(),
    "destroy": lambda reached: reached.sock.destroy(),
}


def waits_for_arp(dut: Dut, peer: Peer) -> Reached:
    peer.arp = False
    sock = dut.tcp()
    sock.connect(peer, PORT)
    assert dut.mem().pools["neighbour_packets"].used == 1
    return Reached(peer.tcp(sport=PORT), sock, 0)


@scenario("AX-TCP-31", "AX-TCP-32", "AX-TIME-2")
@pytest.mark.parametrize("end", ENDINGS)
@pytest.mark.parametrize("state", [*CONNECTED, "no ARP answer", "full rings"])
def test_it_is_said_when_the_stack_has_let_go_and_not_at_the_call(dut: Dut, peer: Peer, state: str, end: str) -> None:
    if state == "no ARP answer":
        reached = waits_for_arp(dut, peer)
    else:
        reached = reach(dut, peer, *(("ESTABLISHED", FULL) if state == "full rings" else (state,)))
    watch = dut.watch(reached.sock, "released")
    dut.poll_by_hand()

    ENDINGS[end](reached)
    assert watch.events() == []
    dut.poll()

    assert [(event.kind, event.released) for event in watch.events()] == [("wake", True)]
    assert dut.mem().pools["neighbour_packets"].used == 0


@scenario("AX-TCP-31", "AX-TIME-2")
@pytest.mark.parametrize("withdraw", ["close", "abort"])
def test_what_no_syn_has_taken_is_released_in_the_call(dut: Dut, peer: Peer, withdraw: str) -> None:
    sock = reach(dut, peer, "LISTEN").sock
    watch = dut.watch(sock, "released")
    assert watch.events() == []
    dut.poll_by_hand()

    getattr(sock, withdraw)()

    assert [(event.kind, event.released) for event in watch.events()] == [("wake", True)]
    peer.expect_nothing()


@scenario("AX-TCP-31", "AX-TIME-2", "AX-TIME-3")
@pytest.mark.parametrize("end", ENDINGS)
def test_a_connect_withdrawn_before_the_stack_knew_it_is_released_when_it_does(dut: Dut, peer: Peer, end: str) -> None:
    sock = dut.tcp()
    dut.poll_by_hand()
    sock.connect(peer, PORT)
    watch = dut.watch(sock, "released")

    ENDINGS[end](Reached(peer.tcp(sport=PORT), sock, 0))
    assert watch.events() == []
    dut.poll()

    assert [(event.kind, event.released) for event in watch.events()] == [("wake", True)]
    peer.expect_nothing()


# The state, and the segment that ends the connection there.
ENDED_BY_THE_PEER = {
    "refused": ("SYN-SENT", TCP(flags="RA", seq=0)),
    "reset": ("ESTABLISHED", TCP(flags="R")),
    "reset of our FIN": ("FIN-WAIT-1", TCP(flags="R")),
    "last ACK": ("LAST-ACK", TCP(flags="A")),
}


@scenario("AX-TCP-31", "AX-TCP-12", "AX-TCP-13")
@pytest.mark.parametrize("how", ENDED_BY_THE_PEER)
def test_what_the_peer_ends_is_released_with_it(dut: Dut, peer: Peer, how: str) -> None:
    state, segment = ENDED_BY_THE_PEER[how]
    reached = reach(dut, peer, state)
    watch, reader = dut.watch(reached.sock, "released"), dut.watch(reached.sock, "readable")
    dut.poll_by_hand()

    reached.conn.send(segment)
    assert watch.events() == []
    dut.poll(frames=1)

    assert [(event.kind, event.released) for event in watch.events()] == [("wake", True)]
    assert [event.kind for event in reader.events()] == ["wake"]


@scenario("AX-TCP-31", "AX-TCP-32", "RFC9293 MUST-13")
def test_time_wait_keeps_it_for_2_msl(dut: Dut, peer: Peer, clock: StackClock) -> None:
    reached = reach(dut, peer, "TIME-WAIT")
    watch = dut.watch(reached.sock, "released")

    clock.advance(2 * dut.profile["msl_ms"] - 1)
    assert watch.events() == []
    clock.advance(1 + TICK_MS)

    assert [(event.kind, event.released) for event in watch.events()] == [("wake", True)]
    reached.conn.expect_nothing()


@scenario("AX-TCP-31", "AX-TCP-26")
def test_a_close_releases_nothing_while_the_peer_goes_on(dut: Dut, peer: Peer) -> None:
    reached = reach(dut, peer, "ESTABLISHED", FULL)
    watch = dut.watch(reached.sock, "released")

    reached.sock.close()
    reached.conn.send(b"more")
    reached.conn.segments()
    reached.conn.send(TCP(flags="FA"))
    reached.conn.segments()

    assert reached.sock.state().state == "TIME-WAIT"
    assert watch.events() == []
    assert reached.sock.recv() == b"unreadmore"


@scenario("AX-TCP-31", "AX-TCP-15", "AX-TIME-3")
def test_a_connect_that_runs_out_of_time_is_released_then(dut: Dut, peer: Peer, clock: StackClock) -> None:
    sock = dut.tcp()
    peer.arp = False
    sock.connect(peer, PORT, timeout_ms=100)
    watch = dut.watch(sock, "released")

    clock.advance(99)
    assert watch.events() == []
    clock.advance(1)

    assert [(event.kind, event.ms) for event in watch.events()] == [("wake", 100)]
    assert (sock.state().released, dut.mem().pools["neighbour_packets"].used) == (True, 0)


@scenario("AX-TCP-31", "AX-BENCH-7")
def test_the_memory_of_a_destroyed_socket_carries_another_at_once(dut: Dut, peer: Peer, clock: StackClock) -> None:
    """Bytes that were not acknowledged do not come again from memory that is somebody else's by now."""
    reached = reach(dut, peer, "ESTABLISHED", FULL)
    reached.sock.destroy()
    reached.conn.segments()

    conn, heir = connected(dut, peer, port=PORT + 1)
    heir.send(b"of another")
    clock.advance(10 * dut.profile["rto_initial_ms"])

    assert heir.handle == reached.sock.handle
    assert {segment.payload for segment in conn.segments()} == {b"of another"}
    reached.conn.expect_nothing()
