# SPDX-License-Identifier: GPL-2.0-or-later
import random

import pytest
from scapy.volatile import RandShort

from plumbline.errors import HarnessError
from plumbline.match import NO_OPTIONS, NO_PAYLOAD
from plumbline.match.fill import complete
from plumbline.match.layers import ICMP, IP, TCP, Ether, Packet

BASE = [
    Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02"),
    IP(src="10.0.0.1", dst="10.0.0.2"),
    TCP(sport=4001, dport=80, seq=5, ack=6, window=7, flags="A"),
]


def filled(packet: Packet, seed: int = 1) -> Packet:
    """As it stands on the wire."""
    sent: Packet = Ether(bytes(complete(packet, BASE, random.Random(seed))))
    return sent


def test_layers_below_and_unset_fields_are_filled_in() -> None:
    sent = filled(TCP() / b"hi")

    assert (sent[Ether].dst, sent[IP].src, sent[TCP].dport, sent[TCP].seq) == ("02:00:00:00:00:02", "10.0.0.1", 80, 5)
    assert str(sent[TCP].flags) == "A"
    assert bytes(sent[TCP].payload) == b"hi"


def test_a_field_that_is_set_is_meant() -> None:
    sent = filled(TCP(flags="", seq=0, chksum=0xBAD, dataofs=4))

    assert (sent[TCP].seq, sent[TCP].chksum, sent[TCP].dataofs, int(sent[TCP].flags)) == (0, 0xBAD, 4, 0)


def test_a_lower_layer_that_is_given_is_filled_in_too() -> None:
    sent = filled(IP(ttl=1) / TCP(flags="S"))

    assert (sent[IP].ttl, sent[IP].dst, sent[TCP].sport) == (1, "10.0.0.2", 4001)


def test_an_ethernet_frame_can_be_all_ones_own() -> None:
    sent = filled(Ether(dst="ff:ff:ff:ff:ff:ff") / IP() / TCP())

    assert (sent.dst, sent.src) == ("ff:ff:ff:ff:ff:ff", "02:00:00:00:00:01")


def test_checksums_are_right_unless_they_are_set() -> None:
    sent = filled(TCP() / b"x")
    wrong = sent.copy()
    del wrong[TCP].chksum

    assert Ether(bytes(wrong))[TCP].chksum == sent[TCP].chksum


def test_the_packet_given_is_not_changed() -> None:
    packet = IP() / TCP(sport=RandShort())
    filled(packet)

    assert "src" not in packet.fields
    assert "seq" not in packet[TCP].fields
    assert isinstance(packet[TCP].fields["sport"], RandShort)


def test_what_a_packet_carries_inside_is_left_alone() -> None:
    inner = IP(src="9.9.9.9", dst="8.8.8.8") / TCP(sport=1, dport=2)
    sent: Packet = Ether(bytes(complete(ICMP(type=3) / inner, BASE[:2], random.Random(1))))

    assert sent[IP].src == "10.0.0.1"
    assert sent[ICMP].payload.src == "9.9.9.9"


def test_a_volatile_field_is_frozen_and_drawn_from_our_own_randomness() -> None:
    packet = TCP(sport=RandShort())
    frozen = complete(packet, BASE, random.Random(1))

    assert bytes(frozen) == bytes(frozen)
    assert filled(packet, seed=1)[TCP].sport == filled(packet, seed=1)[TCP].sport
    assert len({filled(packet, seed=seed)[TCP].sport for seed in range(5)}) > 1


def test_the_randomness_of_the_process_is_left_as_it_was() -> None:
    before = random.getstate()
    filled(TCP(sport=RandShort()))

    assert random.getstate() == before


def test_a_predicate_cannot_be_sent() -> None:
    with pytest.raises(HarnessError, match=r"TCP\.seq .* has a predicate"):
        filled(TCP(seq=lambda _: True))


def test_no_options_and_no_payload_can_be_sent() -> None:
    sent = filled(TCP(options=NO_OPTIONS) / NO_PAYLOAD)

    assert sent[TCP].options == []
    assert not sent[TCP].payload
