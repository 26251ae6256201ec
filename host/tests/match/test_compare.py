# SPDX-License-Identifier: GPL-2.0-or-later
import pytest

from plumbline.match import NO_OPTIONS, NO_PAYLOAD, Where, has_flags
from plumbline.match.compare import compare, matches, same_layer
from plumbline.match.dissect import dissect
from plumbline.match.layers import ARP, ICMP, IP, TCP, UDP, Ether, Packet, Raw
from plumbline.wire.decode import decode

LINK = Ether(src="02:00:00:00:00:02", dst="02:00:00:00:00:01")
NET = IP(src="10.0.0.2", dst="10.0.0.1")


def came(packet: Packet, padding: bytes = b"") -> Packet:
    return dissect(decode(bytes(LINK / NET / packet) + padding))


SEGMENT = came(TCP(sport=80, dport=4001, seq=5, ack=6, flags="PA", window=7, options=[("MSS", 1460)]) / b"hi")
BARE = came(TCP(sport=80, dport=4001, flags="A"), padding=bytes(6))


@pytest.mark.parametrize(
    "expected",
    [
        TCP(),
        TCP(seq=5),
        TCP(flags="PA", window=7) / b"hi",
        TCP(flags="AP"),
        TCP(seq=lambda v: v > 4),
        TCP(flags=Where(lambda v: "P" in v)),
        TCP(flags=has_flags("A", without="SFR")),
        TCP(options=[("MSS", 1460)]),
        TCP(options=lambda options: ("MSS", 1460) in options),
        TCP() / Raw(load=lambda load: load.startswith(b"h")),
        IP(src="10.0.0.2") / TCP(),
        IP() / TCP(ack=6),
        Ether(dst="02:00:00:00:00:01") / IP() / TCP(),
        IP(),
    ],
)
def test_what_is_set_holds(expected: Packet) -> None:
    assert matches(expected, SEGMENT)


@pytest.mark.parametrize(
    ("expected", "field"),
    [
        (TCP(seq=6), "TCP.seq"),
        (TCP(flags="A"), "TCP.flags"),
        (TCP(flags="PAU"), "TCP.flags"),
        (TCP(seq=lambda v: v > 5), "TCP.seq"),
        (TCP(flags=has_flags("S")), "TCP.flags"),
        (TCP(flags=has_flags("A", without="P")), "TCP.flags"),
        (TCP(options=NO_OPTIONS), "TCP.options"),
        (TCP(options=[("MSS", 536)]), "TCP.options"),
        (TCP() / b"hi!", "payload"),
        (TCP() / b"", "payload"),
        (TCP() / NO_PAYLOAD, "payload"),
        (TCP() / Raw(load=lambda load: len(load) > 2), "payload"),
        (IP(src="10.0.0.3") / TCP(), "IP.src"),
        (UDP(), "UDP"),
        (IP() / UDP(), "UDP"),
        (ARP(), "ARP"),
    ],
)
def test_what_does_not_hold_is_named(expected: Packet, field: str) -> None:
    assert [row.field for row in compare(expected, SEGMENT) if row.differs] == [field]


def test_no_options_and_an_empty_list_are_dont_care() -> None:
    assert matches(TCP(options=[]), SEGMENT)
    assert matches(TCP(options=NO_OPTIONS), BARE)


def test_the_padding_of_a_short_frame_is_no_payload() -> None:
    assert matches(TCP() / NO_PAYLOAD, BARE)
    assert not BARE[TCP].payload


def test_what_an_error_message_carries_is_compared_too() -> None:
    error = came(ICMP(type=3, code=3) / IP(src="10.0.0.1", dst="10.0.0.2") / UDP(sport=5, dport=6))

    assert matches(ICMP(type=3) / IP(dst="10.0.0.2") / UDP(dport=6), error)
    assert not matches(ICMP(type=3) / IP(dst="10.0.0.2") / UDP(dport=7), error)


def test_the_payload_of_a_ping_counts() -> None:
    reply = came(ICMP(type=0, id=1, seq=2) / b"data")

    assert matches(ICMP(type="echo-reply") / b"data", reply)
    assert not matches(ICMP(type=0) / b"date", reply)


def test_the_layer_given_back_is_the_one_asked_for() -> None:
    assert type(same_layer(TCP(), SEGMENT)) is TCP
    assert type(same_layer(IP() / TCP(), SEGMENT)) is IP
    assert same_layer(UDP(), SEGMENT) is None
