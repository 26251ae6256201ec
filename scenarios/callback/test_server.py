# SPDX-License-Identifier: GPL-2.0-or-later
"""A server that calls back: whom it tells of, how it answers, and its end."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Peer, refused, scenario
from scenarios.callback.clients import PORT
from scenarios.callback.servers import WHOLE, live, pool_of


@scenario("AX-CALL-12")
def test_each_connection_is_told_of_once_and_counted(dut: Dut, peer: Peer) -> None:
    server, pool = pool_of(dut, 2)
    before = server.status()

    peer.tcp(PORT).handshake().send(b"hello")

    assert [callbacks.words() for _, callbacks in pool] == [["client", "packet 5"], []]
    assert (before["waiting"], before["connected"], before["listening"]) == (2, 0, 1)
    after = server.status()
    assert (after["waiting"], after["connected"], after["accepted"]) == (1, 1, 1)


@scenario("AX-CALL-12")
@pytest.mark.parametrize("policy", ["reset", "drop"])
def test_one_more_than_the_pool_is_answered_as_the_policy_says(dut: Dut, peer: Peer, policy: str) -> None:
    server, pool = pool_of(dut, 2, policy)
    for _ in pool:
        peer.tcp(PORT).handshake()
    late = peer.tcp(PORT)

    late.send(TCP(flags="S"))

    late.expect(TCP(flags="RA")) if policy == "reset" else late.expect_nothing()
    assert [callbacks.words() for _, callbacks in pool] == [["client"], ["client"]]
    status = server.status()
    assert (status["reset"], status["dropped"]) == ((1, 0) if policy == "reset" else (0, 1))


@scenario("AX-CALL-14")
def test_an_end_leaves_connections_alone_and_frees_who_waits(dut: Dut, peer: Peer) -> None:
    server, [(busy, of_busy), (idle, of_idle)] = pool_of(dut, 2)
    conn, onward = peer.tcp(PORT).handshake(), peer.tcp(sport=PORT + 1)

    server.end()

    late = peer.tcp(PORT)
    late.send(TCP(flags="S"))
    late.expect(TCP(flags="RA"))
    busy.send(b"still here")
    conn.expect(TCP(flags="PA") / b"still here")
    idle.connect(peer, PORT + 1)
    onward.accept()
    assert (of_busy.words(), of_idle.words()) == (["client"], ["connect"])
    assert (server.status()["listening"], server.status()["released"]) == (0, 1)


@scenario("AX-CALL-14", "AX-CALL-5")
@pytest.mark.parametrize("callback", [words.split()[0] for words in WHOLE])
def test_it_may_end_in_any_callback(dut: Dut, peer: Peer, callback: str) -> None:
    server, [(sock, callbacks), (_, of_idle)] = pool_of(dut, 2)
    callbacks.end_server_in(callback)

    live(peer.tcp(PORT), sock)

    assert (callbacks.words(), of_idle.words()) == (WHOLE, [])
    assert (server.status()["listening"], server.status()["released"]) == (0, 1)
    late = peer.tcp(PORT)
    late.send(TCP(flags="S"))
    late.expect(TCP(flags="RA"))


@scenario("AX-CALL-14")
def test_a_port_is_free_again_once_its_server_has_ended(dut: Dut, peer: Peer) -> None:
    server, _ = pool_of(dut, 1)
    with refused("state"):
        dut.serve_callbacks(PORT + 1)
    server.end()

    again, [(_, callbacks)] = pool_of(dut, 1)

    peer.tcp(PORT).handshake()
    assert (callbacks.words(), again.status()["connected"]) == (["client"], 1)


@scenario("AX-CALL-12")
@pytest.mark.parametrize("no_delay", [False, True])
def test_its_pool_sends_at_once_where_nagle_is_off(dut: Dut, peer: Peer, no_delay: bool) -> None:
    server, [(sock, _)] = pool_of(dut, 1)
    server.set_no_delay(no_delay)
    conn = peer.tcp(PORT).handshake()

    sock.send(b"one")
    sock.send(b"two")

    conn.expect(TCP() / b"one")
    conn.expect(TCP() / b"two") if no_delay else conn.expect_nothing()
