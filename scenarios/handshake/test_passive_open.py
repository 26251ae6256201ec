# SPDX-License-Identifier: GPL-2.0-or-later
"""A peer connects: three segments, every field of them, and what the socket says on the way."""

from __future__ import annotations

from typing import Any

import pytest
from scapy.layers.inet import IP, TCP

from plumbline.scenario import AT_ITS_OWN_ADDRESS, NO_PAYLOAD, Dut, Peer, connected, scenario
from scenarios.sequence import off

PORT = 7
OFFERED_MAX = 65535


@scenario("AX-LISTEN-3", "RFC9293 MUST-14", "RFC9293 SHLD-5", "RFC9293 MUST-67")
def test_answers_a_syn_with_every_field_right(dut: Dut, peer: Peer) -> None:
    sock = dut.accept_on(PORT, rx=4096)
    conn = peer.tcp(PORT)

    conn.send(TCP(flags="S", options=[("MSS", 1460)]))

    mss = dut.profile["mss"]
    conn.expect(TCP(flags="SA", ack=off(conn.isn, 1), window=4096, urgptr=0, options=[("MSS", mss)]) / NO_PAYLOAD)
    assert sock.state().state == "SYN-RECEIVED"
    conn.expect_nothing()


@scenario("AX-LISTEN-8", "AX-PRED-3", "AX-PRED-4")
def test_is_established_by_the_third_segment_and_says_nothing_to_it(dut: Dut, peer: Peer) -> None:
    listener, sock = dut.listen(PORT), dut.tcp()
    listener.lend(sock)
    conn = peer.tcp(PORT)
    conn.send(TCP(flags="S"))
    conn.expect(TCP(flags="SA"))
    before, half_open = sock.state(), listener.stats()

    conn.send(TCP(flags="A"))

    conn.expect_nothing()
    after = sock.state()
    assert (before.may_send, before.may_recv) == (False, False)
    assert (after.state, after.may_send, after.can_send, after.may_recv, after.can_recv, after.end) == (
        "ESTABLISHED", True, True, True, False, "ok",
    )  # fmt: skip
    assert (half_open["syns"], half_open["accepted"]) == (1, 0)
    assert (listener.stats()["syns"], listener.stats()["accepted"]) == (1, 1)


@scenario("RFC9293 MUST-45", ways=AT_ITS_OWN_ADDRESS)
def test_both_ends_know_each_other(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)

    view = sock.state()

    assert (view.local.addr, view.local.port) == (dut.net().addr, PORT)
    assert (view.remote.addr, view.remote.port) == (peer.ip, conn.sport)
    conn.expect_nothing()


@pytest.mark.parametrize("rx", [1, 535, 1460, 4096, OFFERED_MAX, OFFERED_MAX + 1, 100_000])
@scenario("AX-TCP-3", "AX-TCP-6", "AX-TCP-7")
def test_offers_the_window_of_the_socket_from_the_first_segment_on(dut: Dut, peer: Peer, rx: int) -> None:
    dut.accept_on(PORT, rx=rx)
    conn = peer.tcp(PORT)

    conn.send(TCP(flags="S"))

    conn.expect(TCP(flags="SA", window=min(rx, dut.profile["window_max"])))
    conn.expect_nothing()


@pytest.mark.parametrize("extra", ["P", "U", "PU", "E", "C", "EC"])
@scenario("RFC9293 SA-45", "RFC9293 SA-46")
def test_flags_beside_syn_do_no_harm(dut: Dut, peer: Peer, extra: str) -> None:
    sock = dut.accept_on(PORT)
    conn = peer.tcp(PORT)

    conn.send(TCP(flags=f"S{extra}", urgptr=1 if "U" in extra else 0))

    conn.expect(TCP(flags="SA", ack=conn.snd_nxt))
    conn.send(TCP(flags="A"))
    conn.expect_nothing()
    assert sock.state().state == "ESTABLISHED"


@scenario("RFC9293 SA-45")
def test_reserved_bits_do_no_harm(dut: Dut, peer: Peer) -> None:
    sock = dut.accept_on(PORT)
    conn = peer.tcp(PORT)

    conn.send(TCP(flags="S", reserved=7))

    conn.expect(TCP(flags="SA", ack=conn.snd_nxt, reserved=0))
    conn.send(TCP(flags="A", reserved=7))
    conn.expect_nothing()
    assert sock.state().state == "ESTABLISHED"


@pytest.mark.parametrize("wrong", [{"chksum": 1}, {"dataofs": 4}, {"dataofs": 15}], ids=["checksum", "short", "long"])
@scenario("RFC9293 MUST-3", "RFC9293 SA-44")
def test_a_broken_syn_is_dropped(dut: Dut, peer: Peer, wrong: dict[str, Any]) -> None:
    sock = dut.accept_on(PORT)
    conn = peer.tcp(PORT)

    conn.send(IP() / TCP(flags="S", sport=conn.sport, dport=PORT, **wrong))

    conn.expect_nothing()
    peer.expect_nothing()
    assert sock.state().state == "LISTEN"
