# SPDX-License-Identifier: GPL-2.0-or-later
"""Segments for a port that nobody listens on: every field of the RST, and when there is none."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import AT_ITS_OWN_ADDRESS, NO_OPTIONS, NO_PAYLOAD, Dut, Peer, has_flags, scenario

PORT = 9
SEQ, ACK = 0x12345678, 0x9ABCDEF0
LAST = (1 << 32) - 1
DATA = b"twelve bytes"
RESET = has_flags("R", without="SF")  # whether it has ACK is a scenario of its own

WITHOUT_ACK = {
    # flags, payload: SEG.LEN
    "syn": ("S", b"", 1),
    "syn-data": ("S", DATA, 1 + len(DATA)),
    "syn-fin": ("SF", b"", 2),
    "fin": ("F", b"", 1),
    "fin-data": ("F", DATA, 1 + len(DATA)),
    "nothing": (0, b"", 0),
    "data": ("P", DATA, len(DATA)),
    "urgent": ("U", DATA, len(DATA)),
}
WITH_ACK = {
    "ack": ("A", b""),
    "syn-ack": ("SA", b""),
    "fin-ack": ("FA", b""),
    "syn-fin-ack": ("SFA", b""),
    "data": ("PA", DATA),
    "fin-data": ("FPA", DATA),
    "urgent": ("UA", DATA),
}


@pytest.mark.parametrize("case", WITHOUT_ACK)
@scenario("RFC9293 SA-02")
def test_a_segment_without_ack_is_reset_with_its_length_acknowledged(peer: Peer, case: str) -> None:
    flags, payload, length = WITHOUT_ACK[case]
    conn = peer.tcp(PORT)

    conn.send(TCP(flags=flags, seq=SEQ) / payload)

    conn.expect(TCP(flags="RA", seq=0, ack=SEQ + length, urgptr=0, options=NO_OPTIONS) / NO_PAYLOAD)
    conn.expect_nothing()


@pytest.mark.parametrize("case", WITH_ACK)
@scenario("RFC9293 SA-03")
def test_a_segment_with_ack_is_reset_where_it_acknowledges(peer: Peer, case: str) -> None:
    flags, payload = WITH_ACK[case]
    conn = peer.tcp(PORT)

    conn.send(TCP(flags=flags, seq=SEQ, ack=ACK) / payload)

    conn.expect(TCP(flags=RESET, seq=ACK, urgptr=0, options=NO_OPTIONS) / NO_PAYLOAD)
    conn.expect_nothing()


@scenario("RFC9293 SA-03")
def test_a_reset_of_a_segment_with_ack_has_no_ack_itself(peer: Peer) -> None:
    conn = peer.tcp(PORT)

    conn.send(TCP(flags="A", seq=SEQ, ack=ACK))

    conn.expect(TCP(flags="R", seq=ACK))
    conn.expect_nothing()


@scenario("RFC9293 SA-02")
def test_the_acknowledgement_field_does_not_count_without_its_flag(peer: Peer) -> None:
    conn = peer.tcp(PORT)

    conn.send(TCP(flags="S", seq=SEQ, ack=ACK))

    conn.expect(TCP(flags="RA", seq=0, ack=SEQ + 1))
    conn.expect_nothing()


@pytest.mark.parametrize("flags", ["R", "RA", "RS", "RF", "RSA", "RSFPUA"])
@scenario("RFC9293 SA-01")
def test_a_reset_is_not_answered(peer: Peer, flags: str) -> None:
    conn = peer.tcp(PORT)

    conn.send(TCP(flags=flags, seq=SEQ, ack=ACK))

    conn.expect_nothing()


@pytest.mark.parametrize(
    ("seq", "length", "ack"),
    [(LAST, 0, 0), (LAST - len(DATA), len(DATA), 0), (LAST - 5, len(DATA), len(DATA) - 5), ((1 << 31) - 1, 0, 1 << 31)],
    ids=["to-0", "data-to-0", "past-0", "to-the-half"],
)
@scenario("RFC9293 SA-02", "RFC9293 SA-43")
def test_the_sum_of_a_reset_wraps(peer: Peer, seq: int, length: int, ack: int) -> None:
    conn = peer.tcp(PORT)

    conn.send(TCP(flags="S", seq=seq) / DATA[:length])

    conn.expect(TCP(flags="RA", seq=0, ack=ack))
    conn.expect_nothing()


@pytest.mark.parametrize(("sport", "dport"), [(1, 65535), (65535, 1), (PORT, PORT), (PORT, 0)])
@scenario("RFC9293 SA-02")
def test_the_ports_of_a_reset_are_turned_around(peer: Peer, sport: int, dport: int) -> None:
    conn = peer.tcp(dport, sport=sport)

    conn.send(TCP(flags="S", seq=SEQ))

    conn.expect(TCP(flags="RA", sport=dport, dport=sport, ack=SEQ + 1))
    conn.expect_nothing()


@scenario("RFC9293 SA-02", "AX-LISTEN-12", ways=AT_ITS_OWN_ADDRESS)
def test_a_port_is_closed_beside_one_that_is_listened_on(dut: Dut, peer: Peer) -> None:
    dut.listen(PORT + 1).lend(dut.tcp())
    dut.listen(PORT - 1).lend(dut.tcp())
    conn = peer.tcp(PORT)

    conn.send(TCP(flags="S"))

    conn.expect(TCP(flags="RA", seq=0, ack=conn.snd_nxt))
    conn.expect_nothing()
