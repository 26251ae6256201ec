# SPDX-License-Identifier: GPL-2.0-or-later
"""ICMP speaks for the address that was meant."""

from __future__ import annotations

import pytest
from scapy.layers.inet import ICMP, IP

from plumbline.scenario import Dut, Peer, StackClock, Wire, scenario, takes
from scenarios.proxy.place import ELSEWHERE, ITS_PROTOCOL, THERE, UNREACHABLE, proxied

NOBODY_KNOWS = 253
TIME_EXCEEDED, IN_REASSEMBLY = 11, 1


@pytest.mark.parametrize("at", ["198.51.100.0", THERE, "198.51.100.255"])
@scenario("AX-PROXY-7")
def test_a_ping_is_answered_from_where_it_went(dut: Dut, peer: Peer, at: str) -> None:
    proxied(dut, peer)

    peer.send(IP(dst=at) / ICMP(type="echo-request", id=7, seq=1) / b"ping")

    peer.expect(IP(src=at) / ICMP(type="echo-reply", id=7, seq=1) / b"ping")
    peer.expect_nothing()


@scenario("AX-PROXY-7")
def test_another_protocol_is_told_to_be_unreachable(dut: Dut, peer: Peer) -> None:
    proxied(dut, peer)

    peer.send(IP(dst=THERE, proto=NOBODY_KNOWS) / b"who?")

    peer.expect(IP(src=THERE) / ICMP(type=UNREACHABLE, code=ITS_PROTOCOL))
    peer.expect_nothing()


@scenario("AX-PROXY-7")
def test_fragments_that_never_meet_are_told_from_there(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    takes(dut, "reassembly_frames", 1)
    proxied(dut, peer)

    wire.send(peer.udp(53, at=THERE).fragments(bytes(60), [16], ident=1)[0])
    peer.send(IP(dst=ELSEWHERE) / ICMP(type="echo-request"))
    peer.expect(IP(src=ELSEWHERE) / ICMP(type="echo-reply"))
    clock.advance_to_frame(at_most_ms=2 * dut.profile["reassembly_ms"])

    peer.expect(IP(src=THERE) / ICMP(type=TIME_EXCEEDED, code=IN_REASSEMBLY))
    peer.expect_nothing()
