# SPDX-License-Identifier: GPL-2.0-or-later
"""Numbers that wrap within one connection: the stack clock, the peer's sequence numbers, the device's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import AT_ITS_OWN_ADDRESS, Dut, Pattern, Peer, StackClock, has_flags, scenario
from scenarios.sequence import off

PORT = 7
WRAP, HALF = 1 << 32, 1 << 31
AROUND = [edge + by for edge in (HALF, WRAP) for by in (-2000, -1001, -1000, -3, -2, -1)] + [0, HALF, HALF + 1]
DATA = bytes(range(250)) * 4
Restart = Callable[..., None]


@pytest.mark.parametrize("before_ms", [1, 100, 1000, 5000, 30_000])
@scenario("AX-TIME-15", "RFC9293 MUST-13")
def test_a_connect_across_the_end_of_the_clock(
    dut: Dut, peer: Peer, clock: StackClock, restart: Restart, before_ms: int
) -> None:
    restart(held_at_ms=WRAP - before_ms)
    sock, conn = dut.tcp(), peer.tcp(sport=PORT)
    sock.connect(peer, PORT)
    first = conn.expect(TCP(flags="S"))
    clock.advance_to_frame(at_most_ms=10_000)
    conn.expect(TCP(flags="S", seq=first.seq))
    first_ms = dut.profile["rto_initial_ms"] - dut.profile["tcp_slow_tick_ms"] + dut.profile["tcp_tick_ms"]
    assert (clock.now - (WRAP - before_ms)) % WRAP == first_ms
    conn.send(TCP(flags="SA"))
    conn.expect(TCP(flags="A"))

    sock.close()
    conn.expect(TCP(flags="FA"))
    conn.send(TCP(flags="FA"))
    conn.expect(TCP(flags="A", ack=conn.snd_nxt))
    clock.advance(2 * dut.profile["msl_ms"])
    before = sock.state().state
    clock.advance(dut.profile["tcp_slow_tick_ms"])

    assert (before, sock.state().state, sock.state().end) == ("TIME-WAIT", "CLOSED", "closed")
    conn.expect_nothing()


@pytest.mark.parametrize("before_ms", [1, 700, 1700])
@scenario("AX-TIME-15", "AX-TIME-3")
def test_a_deadline_across_the_end_of_the_clock(
    dut: Dut, peer: Peer, clock: StackClock, restart: Restart, before_ms: int
) -> None:
    restart(held_at_ms=WRAP - before_ms)
    sock, conn = dut.tcp(), peer.tcp(sport=PORT)
    sock.connect(peer, PORT, timeout_ms=1700)

    clock.advance(1699)
    before = sock.state().state
    clock.advance(1)

    assert (before, sock.state().state, sock.state().end) == ("SYN-SENT", "CLOSED", "connect-timeout")
    conn.expect(TCP(flags="S"))
    conn.expect_nothing()


@pytest.mark.parametrize("isn", AROUND)
@scenario("RFC9293 SA-43")
def test_the_peers_numbers_wrap(dut: Dut, peer: Peer, isn: int) -> None:
    sock = dut.accept_on(PORT)
    conn = peer.tcp(PORT, isn=isn).handshake()

    conn.send(TCP(flags="PA") / DATA)
    conn.send(TCP(flags="FA"))

    conn.expect(TCP(flags="A", ack=off(isn, 1 + len(DATA) + 1)))
    assert (sock.recv(200), sock.state().state) == (DATA[:200], "CLOSE-WAIT")
    sock.close()
    conn.expect(TCP(flags="FA", ack=conn.snd_nxt))
    conn.send(TCP(flags="A"))
    conn.expect_nothing()
    assert (sock.state().state, sock.state().end) == ("CLOSED", "closed")


@pytest.mark.parametrize("isn", AROUND)
@scenario("RFC9293 SA-43")
def test_the_peers_numbers_wrap_when_the_device_connects(dut: Dut, peer: Peer, isn: int) -> None:
    sock, conn = dut.tcp(), peer.tcp(sport=PORT, isn=isn)
    sock.connect(peer, PORT)
    conn.accept()

    conn.send(TCP(flags="PA", ack=conn.rcv_nxt) / DATA)
    sock.close()

    conn.expect(TCP(flags="FA", ack=conn.snd_nxt))
    conn.send(TCP(flags="FA"))
    conn.expect(TCP(flags="A", ack=conn.snd_nxt))
    conn.expect_nothing()
    assert (sock.state().state, sock.recv(200)) == ("TIME-WAIT", DATA[:200])


@pytest.mark.parametrize("isn", AROUND)
@scenario("RFC9293 SA-43", "RFC9293 SA-19", "RFC9293 SA-20")
def test_the_window_of_resets_wraps(dut: Dut, peer: Peer, isn: int) -> None:
    sock = dut.accept_on(PORT, rx=2000)
    conn = peer.tcp(PORT, isn=isn).handshake()
    nxt = conn.snd_nxt

    conn.send(TCP(flags="R", seq=off(nxt, -1)))
    conn.expect_nothing()
    conn.send(TCP(flags="R", seq=off(nxt, 1999)))
    conn.expect(TCP(flags="A", ack=nxt))
    conn.send(TCP(flags="R", seq=off(nxt, 2001)))
    conn.expect_nothing()

    conn.send(TCP(flags="R", seq=nxt))
    assert (sock.state().state, sock.state().end) == ("CLOSED", "reset")


@pytest.mark.parametrize("edge", [HALF, WRAP])
@scenario("RFC9293 SA-43", "RFC9293 MUST-8", ways=AT_ITS_OWN_ADDRESS)
def test_the_devices_own_numbers_wrap(dut: Dut, peer: Peer, clock: StackClock, edge: int) -> None:
    sock = dut.accept_on(PORT)
    probe = peer.tcp(PORT, sport=50_000)
    probe.send(TCP(flags="S"))
    isn = probe.expect(TCP(flags="SA")).seq
    probe.send(TCP(flags="R"))
    clock.advance((edge - 500 - isn) % WRAP // 250)  # 250 numbers a millisecond: at most 749 before the edge

    conn = peer.tcp(PORT, sport=50_000).handshake()
    sock.send(Pattern(1, 0, 1000))
    data = conn.expect(TCP(flags=has_flags("PA")))
    conn.send(TCP(flags="A"))

    assert edge - 750 <= data.seq - 1 <= edge - 500
    assert (len(data.payload), conn.rcv_nxt, sock.state().tx) == (1000, off(data.seq, 1000), 0)
    sock.close()
    conn.expect(TCP(flags="FA", seq=conn.rcv_nxt))
    conn.expect_nothing()
