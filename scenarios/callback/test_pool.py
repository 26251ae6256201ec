# SPDX-License-Identifier: GPL-2.0-or-later
"""The clients of a server that calls back, one connection after another."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Peer, scenario
from scenarios.callback.clients import PORT
from scenarios.callback.servers import BROKEN, WHOLE, break_off, live, pool_of


@scenario("AX-CALL-13", "AX-CALL-2")
def test_a_client_that_was_told_of_its_end_serves_again(dut: Dut, peer: Peer) -> None:
    server, [(sock, callbacks)] = pool_of(dut, 1)

    live(peer.tcp(PORT), sock)
    live(peer.tcp(PORT), sock)

    assert callbacks.words() == WHOLE * 2
    status = server.status()
    assert (status["waiting"], status["connected"], status["accepted"]) == (1, 0, 2)


@scenario("AX-CALL-13")
def test_what_nobody_took_of_the_one_before_is_gone(dut: Dut, peer: Peer) -> None:
    _, [(sock, callbacks)] = pool_of(dut, 1)
    conn = peer.tcp(PORT).handshake()
    conn.send(b"for nobody")
    conn.send(TCP(flags="R"))

    peer.tcp(PORT).handshake().send(b"hello")

    assert callbacks.words() == ["client", "packet 10", "error reset", "disconnect", "client", "packet 5"]
    assert sock.recv() == b"hello"


@scenario("AX-CALL-13", "AX-CALL-2")
def test_one_that_never_was_a_connection_is_told_of_to_nobody(dut: Dut, peer: Peer) -> None:
    server, [(_, callbacks)] = pool_of(dut, 1)
    conn = peer.tcp(PORT)
    conn.send(TCP(flags="S"))
    conn.expect(TCP(flags="SA"))

    conn.send(TCP(flags="R"))

    assert callbacks.words() == []
    assert (server.status()["waiting"], server.status()["returned"]) == (1, 1)
    peer.tcp(PORT).handshake()


@scenario("AX-CALL-13", "AX-CALL-5")
@pytest.mark.parametrize("until", range(len(BROKEN)), ids=[words.split()[0] for words in BROKEN])
def test_one_that_is_destroyed_in_a_callback_is_out_of_the_pool(dut: Dut, peer: Peer, until: int) -> None:
    server, [(_, doomed), (other, callbacks)] = pool_of(dut, 2)
    doomed.do(BROKEN[until].split()[0], "destroy")

    break_off(peer.tcp(PORT))
    live(peer.tcp(PORT), other)

    assert (doomed.words(), callbacks.words()) == (BROKEN[: until + 1], WHOLE)
    assert server.status()["waiting"] == 1
