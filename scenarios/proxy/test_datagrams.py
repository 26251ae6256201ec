# SPDX-License-Identifier: GPL-2.0-or-later
"""Datagrams come with both endpoints, and are answered from their destination while their tuple has a place."""

from __future__ import annotations

import pytest
from scapy.layers.inet import ICMP, UDP

from plumbline.scenario import Dut, Endpoint, Peer, StackClock, Wire, bound, refused, scenario, takes
from scenarios.proxy.place import ELSEWHERE, ITS_PORT, THERE, UNREACHABLE, proxied

DNS = 53
RING = 100


@pytest.mark.parametrize("at", ["198.51.100.0", THERE, "198.51.100.255"])
@pytest.mark.parametrize("port", [1, DNS, 65535])
@scenario("AX-PROXY-6", "AX-PROXY-2")
def test_has_both_endpoints_and_is_answered_from_where_it_went(dut: Dut, peer: Peer, at: str, port: int) -> None:
    proxy = proxied(dut, peer)
    end = peer.udp(port, at=at)

    end.send(b"ask")
    came = proxy.recv()
    proxy.send(came.to, peer, end.sport, b"answer")

    end.expect(b"answer")
    assert (came.data, came.from_, came.to) == (b"ask", Endpoint(peer.ip, end.sport), Endpoint(at, port))


@scenario("AX-PROXY-6", "AX-PROXY-3")
def test_tuples_are_told_apart_and_kept(dut: Dut, peer: Peer) -> None:
    proxy = proxied(dut, peer)
    ends = [peer.udp(port, 5000, at=at) for at, port in [(THERE, DNS), (ELSEWHERE, DNS), (THERE, DNS + 1)]]

    for end in (*ends, *ends):
        end.send(b"ask")

    assert [(one.place, one.local) for one in proxy.tuples()] == [
        (0, Endpoint(THERE, DNS)), (1, Endpoint(ELSEWHERE, DNS)), (2, Endpoint(THERE, DNS + 1)),
    ]  # fmt: skip
    assert (proxy.stats()["received"], proxy.stats()["udp_taken"]) == (6, 3)


@scenario("AX-PROXY-6")
def test_only_a_tuple_that_has_a_place_is_answered(dut: Dut, peer: Peer) -> None:
    proxy = proxied(dut, peer)
    end = peer.udp(DNS, at=THERE)
    end.send(b"ask")

    for local in (Endpoint(ELSEWHERE, DNS), Endpoint(THERE, DNS + 1)):
        with refused("state"):
            proxy.send(local, peer, end.sport, b"answer")
    with refused("state"):
        proxy.send(Endpoint(THERE, DNS), peer, end.sport + 1, b"answer")

    end.expect_nothing()


@scenario("AX-PROXY-5")
def test_a_socket_of_ours_at_the_same_port_has_its_own(dut: Dut, peer: Peer) -> None:
    proxy = proxied(dut, peer)
    ours, own = bound(dut, peer, port=DNS)
    theirs = peer.udp(DNS, at=THERE)
    nobodys = peer.udp(DNS, at=ELSEWHERE, sport=0)

    for end, data in ((ours, b"ours"), (theirs, b"theirs"), (nobodys, b"from port 0")):
        end.send(data)

    assert own.recv().data == b"ours"
    assert [proxy.recv().data for _ in range(2)] == [b"theirs", b"from port 0"]
    assert not own.state().can_recv


@scenario("AX-PROXY-12", "AX-UDP-18", "AX-UDP-19")
def test_len_decides_what_is_payload(dut: Dut, peer: Peer) -> None:
    proxy = proxied(dut, peer)
    end = peer.udp(DNS, at=THERE)

    end.send(UDP(len=7, chksum=0) / b"never")
    end.send(UDP(len=100, chksum=0) / b"never")
    end.send(UDP(chksum=0x1234) / b"never")
    end.send(UDP(len=8 + 4, chksum=0) / b"payload")

    assert proxy.recv().data == b"payl"
    assert proxy.stats()["received"] == 1


@scenario("AX-PROXY-12", "RFC1122 F1")
def test_comes_in_fragments_of_any_order(dut: Dut, peer: Peer, wire: Wire) -> None:
    takes(dut, "reassembly_frames", 3)
    proxy = proxied(dut, peer)
    end = peer.udp(DNS, at=THERE)

    for frame in reversed(end.fragments(bytes(range(60)), [16, 24], ident=1)):
        wire.send(frame)

    assert proxy.recv().data == bytes(range(60))


@scenario("AX-PROXY-12")
def test_goes_in_fragments(dut: Dut, peer: Peer) -> None:
    takes(dut, "datagram_max", 3000)
    proxy = proxied(dut, peer, ring=6000)
    end = peer.udp(DNS, at=THERE)
    end.send(b"ask")

    proxy.send(Endpoint(THERE, DNS), peer, end.sport, bytes(100))
    dut.command(f"proxy send {THERE}:{DNS} {peer.ip}:{end.sport} pattern:1:0:3000")

    end.expect(bytes(100))
    assert len(end.expect(UDP(len=3008)).payload) == 3000


@pytest.mark.parametrize("policy", ["reset", "drop"])
@scenario("AX-PROXY-11", "AX-PROXY-7")
def test_what_finds_no_place_is_refused_as_the_policy_says(dut: Dut, peer: Peer, policy: str) -> None:
    proxy = proxied(dut, peer, policy, tuples=1)
    first, second = peer.udp(DNS, at=THERE), peer.udp(DNS, at=ELSEWHERE)
    first.send(b"ask")
    proxy.send(proxy.recv().to, peer, first.sport, b"answer")
    first.expect(b"answer")

    second.send(b"too many")

    if policy == "reset":
        peer.expect(ICMP(type=UNREACHABLE, code=ITS_PORT))
    peer.expect_nothing()
    assert proxy.stats()["udp_refused"] == 1


@scenario("AX-PROXY-6", "AX-UDP-12")
def test_what_finds_no_room_is_dropped_and_counted_and_takes_no_place(dut: Dut, peer: Peer) -> None:
    proxy = proxied(dut, peer, ring=RING)
    first, second = peer.udp(DNS, at=THERE), peer.udp(DNS, at=ELSEWHERE)

    first.send(bytes(60))
    second.send(bytes(60))

    assert (proxy.stats()["rx_dropped_payload"], proxy.stats()["tuples"]) == (1, 1)
    second.expect_nothing()


@pytest.mark.parametrize("why", ["too-large", "would-block"])
@scenario("AX-PROXY-6", "AX-PROXY-10")
def test_an_answer_that_is_refused_is_none(dut: Dut, peer: Peer, clock: StackClock, why: str) -> None:
    proxy = proxied(dut, peer, ring=RING)
    end, other = peer.udp(DNS, at=THERE), peer.udp(DNS, at=ELSEWHERE)
    for one in (end, other):
        one.send(b"ask")
    clock.advance(1)
    if why == "would-block":
        dut.fault_tx_full("all")
        proxy.send(Endpoint(ELSEWHERE, DNS), peer, other.sport, bytes(RING))

    with refused(why):
        proxy.send(Endpoint(THERE, DNS), peer, end.sport, bytes(RING + 1 if why == "too-large" else 1))

    asked = proxy.tuples()[0]
    assert (asked.local.addr, asked.answered, asked.age_ms) == (THERE, False, 1)
    end.expect_nothing()
