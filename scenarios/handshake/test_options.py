# SPDX-License-Identifier: GPL-2.0-or-later
"""Options of the peer's SYN and SYN-ACK, and the size of what the device then sends."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP
from scapy.packet import Raw

from plumbline.scenario import NO_OPTIONS, Dut, Pattern, Peer, TcpEnd, TcpSocket, connected, has_flags, scenario
from scenarios.sequence import off

PORT = 7
DEFAULT_MSS = 536
OWN_MSS = 1460  # what fits Ethernet

MSS_1000 = bytes.fromhex("020403e8")
NOP, EOL = b"\x01", b"\x00"
TABLE = {
    # what is in the header: what it means for the size of segments
    "none": (b"", DEFAULT_MSS),
    "mss": (MSS_1000, 1000),
    "mss-0": (bytes.fromhex("02040000"), DEFAULT_MSS),
    "mss-1": (bytes.fromhex("02040001"), 1),
    "mss-64": (bytes.fromhex("02040040"), 64),
    "mss-535": (bytes.fromhex("02040217"), 535),
    "mss-536": (bytes.fromhex("02040218"), 536),
    "mss-1459": (bytes.fromhex("020405b3"), 1459),
    "mss-1460": (bytes.fromhex("020405b4"), OWN_MSS),
    "mss-1461": (bytes.fromhex("020405b5"), OWN_MSS),
    "mss-65535": (bytes.fromhex("0204ffff"), OWN_MSS),
    "nop-before-mss": (NOP + MSS_1000 + NOP * 3, 1000),
    "two-nops-before-mss": (NOP * 2 + MSS_1000 + NOP * 2, 1000),
    "three-nops-before-mss": (NOP * 3 + MSS_1000 + EOL, 1000),
    "36-nops-before-mss": (NOP * 36 + MSS_1000, 1000),
    "only-nops": (NOP * 40, DEFAULT_MSS),
    "only-eol": (EOL * 4, DEFAULT_MSS),
    "mss-behind-eol": (EOL * 4 + MSS_1000, DEFAULT_MSS),
    "unknown-before-mss": (bytes.fromhex("fd04aaaa") + MSS_1000, 1000),
    "unknown-without-data": (bytes.fromhex("fd020101") + MSS_1000, 1000),
    "unknown-odd": (bytes.fromhex("1e05aabbcc") + MSS_1000 + NOP * 3, 1000),
    "unknown-34-long": (b"\xfe\x22" + b"\x02" * 32 + MSS_1000 + NOP * 2, 1000),
    "unknown-behind-mss": (MSS_1000 + bytes.fromhex("fd04aaaa"), 1000),
    "usual-of-others": (MSS_1000 + bytes.fromhex("0402080a00000001000000000103030e"), 1000),
    # malformed: nothing behind the fault counts
    "unknown-length-0": (bytes.fromhex("fd000101") + MSS_1000, DEFAULT_MSS),
    "unknown-length-1": (bytes.fromhex("fd010101") + MSS_1000, DEFAULT_MSS),
    "unknown-past-header": (bytes.fromhex("fdff0101"), DEFAULT_MSS),
    "unknown-cut": (NOP * 3 + b"\xfd", DEFAULT_MSS),
    "mss-length-0": (bytes.fromhex("020003e8"), DEFAULT_MSS),
    "mss-length-1": (bytes.fromhex("020103e8"), DEFAULT_MSS),
    "mss-length-3": (bytes.fromhex("020303e8"), DEFAULT_MSS),
    "mss-length-5": (bytes.fromhex("020503e801010101"), DEFAULT_MSS),
    "mss-past-header": (NOP * 2 + bytes.fromhex("0204"), DEFAULT_MSS),
    "mss-cut": (NOP * 3 + b"\x02", DEFAULT_MSS),
    "mss-then-malformed": (MSS_1000 + bytes.fromhex("fd00fd00"), 1000),
}


def raw(flags: str, options: bytes) -> TCP:
    """A segment with these octets for options, as they stand: Scapy's payload lies within the header's length."""
    return TCP(flags=flags, dataofs=5 + len(options) // 4) / Raw(options)


def expect_segments_of(conn: TcpEnd, sock: TcpSocket, size: int) -> None:
    """The socket sends one octet more than `size`: one segment that is full, one that is not."""
    sock.option(no_delay=1)
    sock.send(Pattern(1, 0, size + 1))
    full = conn.expect(TCP(flags=has_flags("A"), options=NO_OPTIONS))
    rest = conn.expect(TCP(flags=has_flags("A"), options=NO_OPTIONS))
    assert (len(full.payload), len(rest.payload)) == (size, 1)
    conn.expect_nothing()


@pytest.mark.parametrize("case", TABLE)
@scenario("RFC9293 MUST-4", "RFC9293 MUST-6", "RFC9293 MUST-7", "RFC9293 MUST-15", "RFC9293 MUST-16", "RFC9293 MUST-64")
def test_of_a_syn(dut: Dut, peer: Peer, case: str) -> None:
    options, size = TABLE[case]
    sock, conn = dut.accept_on(PORT), peer.tcp(PORT)

    conn.send(raw("S", options))
    conn.expect(TCP(flags="SA", ack=off(conn.isn, 1)))
    conn.send(TCP(flags="A"))

    expect_segments_of(conn, sock, size)


@pytest.mark.parametrize("case", TABLE)
@scenario("RFC9293 MUST-4", "RFC9293 MUST-6", "RFC9293 MUST-7", "RFC9293 MUST-15", "RFC9293 MUST-16", "RFC9293 MUST-64")
def test_of_a_syn_ack(dut: Dut, peer: Peer, case: str) -> None:
    options, size = TABLE[case]
    sock, conn = dut.tcp(), peer.tcp(sport=PORT)
    sock.connect(peer, PORT)
    conn.expect(TCP(flags="S"))

    conn.send(raw("SA", options))
    conn.expect(TCP(flags="A", ack=off(conn.isn, 1)))

    expect_segments_of(conn, sock, size)


@pytest.mark.parametrize("later", [64, 1460], ids=["smaller", "larger"])
@pytest.mark.parametrize("flags", ["A", "PA"], ids=["ack", "data"])
@scenario("RFC9293 MUST-5", "RFC9293 MUST-14")
def test_mss_counts_on_a_syn_only(dut: Dut, peer: Peer, flags: str, later: int) -> None:
    conn, sock = connected(dut, peer, options=[("MSS", 1000)])

    conn.send(TCP(flags=flags, options=[("MSS", later)]) / (b"data" if "P" in flags else b""))

    expect_segments_of(conn, sock, 1000)


@pytest.mark.parametrize("case", TABLE)
@scenario("RFC9293 MUST-5", "RFC9293 MUST-6", "RFC9293 MUST-7", "RFC9293 MUST-64")
def test_of_a_data_segment_change_nothing(dut: Dut, peer: Peer, case: str) -> None:
    options, _ = TABLE[case]
    conn, sock = connected(dut, peer, options=[("MSS", 1200)])

    conn.send(raw("PA", options) / Raw(b"data"))
    received = sock.recv()
    conn.snd_nxt = off(conn.isn, 1 + len(b"data"))

    assert received == b"data"
    expect_segments_of(conn, sock, 1200)


@scenario("RFC9293 MUST-65", "RFC9293 MUST-14")
def test_the_device_sends_mss_on_its_syn_alone(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    sock.send(b"data")
    sock.close()

    conn.expect(TCP(flags="PA", options=NO_OPTIONS) / b"data")
    conn.expect(TCP(flags="FA", options=NO_OPTIONS))
    conn.expect_nothing()
