# SPDX-License-Identifier: GPL-2.0-or-later
"""ARP packets that are not for Ethernet and IPv4, or no question and no answer, or cut short: they have no effect."""

from __future__ import annotations

import pytest
from scapy.layers.l2 import ARP, Ether
from scapy.packet import Raw

from plumbline.scenario import Dut, Peer, Wire, scenario

ARP_LEN = 28
BROADCAST = "ff:ff:ff:ff:ff:ff"
WRONG: dict[str, dict[str, int]] = {
    "htype-0": {"hwtype": 0},
    "htype-6": {"hwtype": 6},
    "htype-256": {"hwtype": 256},
    "ptype-ipv6": {"ptype": 0x86DD},
    "ptype-0": {"ptype": 0},
    "hlen-0": {"hwlen": 0},
    "hlen-5": {"hwlen": 5},
    "hlen-8": {"hwlen": 8},
    "plen-0": {"plen": 0},
    "plen-3": {"plen": 3},
    "plen-16": {"plen": 16},
    "op-0": {"op": 0},
    "op-3": {"op": 3},
    "op-256": {"op": 256},
    "op-65535": {"op": 65535},
}
FIELD_AT = {"hwtype": (0, 2), "ptype": (2, 2), "hwlen": (4, 1), "plen": (5, 1), "op": (6, 2)}


def arp_of(dut: Dut, peer: Peer, op: int) -> bytes:
    hwdst = dut.net().mac if op == 2 else "000000000000"
    target = ":".join(hwdst[at : at + 2] for at in range(0, 12, 2))
    return bytes(ARP(op=op, hwsrc=peer.mac.hex(":"), psrc=peer.ip, hwdst=target, pdst=peer.dut_ip))


def with_field(arp: bytes, **fields: int) -> bytes:
    """Only those octets are other ones: Scapy would lay the packet out anew."""
    changed = bytearray(arp)
    for name, value in fields.items():
        at, size = FIELD_AT[name]
        changed[at : at + size] = value.to_bytes(size, "big")
    return bytes(changed)


def frame_of(peer: Peer, arp: bytes) -> bytes:
    return bytes(Ether(src=peer.mac.hex(":"), dst=BROADCAST, type=0x0806) / Raw(arp))


def assert_nothing_was_learned(dut: Dut, peer: Peer) -> None:
    """Who is not known is asked for."""
    peer.arp = False
    udp = dut.udp()
    udp.bind(7)
    udp.send(peer, 9, b"to whom")
    peer.expect(ARP(op="who-has", pdst=peer.ip))
    peer.expect_nothing()


@pytest.mark.parametrize("op", [1, 2], ids=["question", "answer"])
@pytest.mark.parametrize("case", WRONG)
@scenario("RFC826 3")
def test_a_wrong_field_has_no_effect(dut: Dut, peer: Peer, wire: Wire, case: str, op: int) -> None:
    wire.frames()

    wire.send(frame_of(peer, with_field(arp_of(dut, peer, op), **WRONG[case])))

    wire.expect_nothing()
    assert_nothing_was_learned(dut, peer)


@pytest.mark.parametrize("op", [1, 2], ids=["question", "answer"])
@pytest.mark.parametrize("octets", range(ARP_LEN))
@scenario("RFC826 3")
def test_a_packet_cut_short_has_no_effect(dut: Dut, peer: Peer, wire: Wire, octets: int, op: int) -> None:
    wire.frames()

    wire.send(frame_of(peer, arp_of(dut, peer, op)[:octets]))

    wire.expect_nothing()
    assert_nothing_was_learned(dut, peer)


@scenario("RFC826 1", "RFC826 2")
def test_a_whole_question_is_answered_and_learned_from(dut: Dut, peer: Peer, wire: Wire) -> None:
    """What the cases above leave out, so that their silence has a cause."""
    wire.send(frame_of(peer, arp_of(dut, peer, 1)))
    peer.expect(ARP(op="is-at", hwdst=peer.mac.hex(":"), pdst=peer.ip))
    udp, end = dut.udp(), peer.udp(7, sport=9)
    udp.bind(7)

    udp.send(peer, 9, b"known")

    end.expect(b"known")
    peer.expect_nothing()


@pytest.mark.parametrize("op", [1, 2], ids=["question", "answer"])
@pytest.mark.parametrize("sender", [BROADCAST, "01:00:5e:00:00:01", "00:00:00:00:00:00", "own"])
@scenario("RFC5227 1")
def test_a_sender_that_is_no_other_host_has_no_effect(dut: Dut, peer: Peer, wire: Wire, sender: str, op: int) -> None:
    wire.frames()
    arp = bytearray(arp_of(dut, peer, op))
    arp[8:14] = bytes.fromhex(dut.net().mac if sender == "own" else sender.replace(":", ""))

    wire.send(frame_of(peer, bytes(arp)))

    wire.expect_nothing()
    assert_nothing_was_learned(dut, peer)
