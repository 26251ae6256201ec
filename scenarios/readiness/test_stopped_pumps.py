# SPDX-License-Identifier: GPL-2.0-or-later
"""A task that gave up moves nothing any more: what it waited for is the next one's, whole and in order."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import WITH_DATAGRAMS, Dut, Pattern, Peer, bound, connected, scenario

SEED, TX = 7, 64
NEVER_MS = 1_000_000
DATA = b"for whoever asks next"


@pytest.mark.parametrize("kind", ["sink", "echo"])
@scenario("AX-TIME-2")
def test_bytes_that_come_later_are_there(dut: Dut, peer: Peer, kind: str) -> None:
    conn, sock = connected(dut, peer)
    pump = dut.pump_sink(sock, SEED) if kind == "sink" else dut.pump_echo(sock)
    pump.stop()

    conn.send(DATA)

    assert sock.recv() == DATA
    conn.expect_nothing()


@scenario("AX-TIME-2", "AX-WAKE-3")
def test_another_task_takes_its_place(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    dut.pump_sink(sock, SEED).stop()
    dut.futures.sleep(NEVER_MS)  # in the place that the pump's task had

    pump = dut.pump_sink(sock, SEED, TX)
    conn.send(bytes(Pattern(SEED, 0, TX)))

    done = pump.done()
    assert done is not None
    assert (done.bytes, done.bad, done.end) == (TX, 0, "ok")


@scenario("AX-TIME-2")
def test_no_byte_goes_that_found_no_room(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer, tx=TX)
    pump = dut.pump_source(sock, SEED, 10 * TX)
    pump.stop()

    sent = b"".join(segment.payload for segment in conn.segments())
    conn.send(TCP(flags="A"))
    assert (sock.send(DATA), sock.state().tx) == (len(DATA), len(DATA))

    conn.expect(DATA)
    conn.expect_nothing()
    assert sent == bytes(Pattern(SEED, 0, TX))


@pytest.mark.parametrize("kind", ["sink", "echo"])
@scenario("AX-TIME-2", ways=WITH_DATAGRAMS)
def test_datagrams_that_come_later_are_there(dut: Dut, peer: Peer, kind: str) -> None:
    end, udp = bound(dut, peer)
    pump = dut.pump_udp_sink(udp, SEED, 2) if kind == "sink" else dut.pump_udp_echo(udp)
    pump.stop()

    end.send(DATA)

    assert udp.recv().data == DATA
    end.expect_nothing()


@scenario("AX-TIME-2", ways=WITH_DATAGRAMS)
def test_no_datagram_goes_that_found_no_room(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer, tx=TX)
    dut.fault_tx_full("all")
    pump = dut.pump_udp_source(udp, peer, end.sport, SEED, TX, TX + 1)
    pump.stop()

    dut.fault_tx_full("off")

    end.expect(bytes(Pattern(SEED + TX, 0, TX)))
    end.expect_nothing()
