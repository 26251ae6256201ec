# SPDX-License-Identifier: GPL-2.0-or-later
"""What can answer a SYN-ACK, other than the right ACK and a reset (RFC 9293 3.10.7.4)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import NO_PAYLOAD, Dut, Peer, StackClock, TcpEnd, TcpSocket, has_flags, scenario
from scenarios.sequence import off

PORT, RX = 7, 4096
DATA = b"sent with the third ACK"
WRONG_ACK = {"iss": -1, "below-iss": -2, "above": 1, "half-way": 1 << 31}
OUTSIDE = {"below": -2, "at-the-edge": RX, "far-above": 1 << 30, "far-below": -(1 << 30)}
Reach = Callable[[str], tuple[TcpEnd, TcpSocket]]


def still_completes(conn: TcpEnd, sock: TcpSocket) -> None:
    assert sock.state().state == "SYN-RECEIVED"
    conn.send(TCP(flags="A", seq=off(conn.isn, 1)))
    conn.expect_nothing()
    assert sock.state().state == "ESTABLISHED"


@pytest.mark.parametrize("wrong", WRONG_ACK)
@pytest.mark.parametrize("payload", [b"", DATA], ids=["empty", "data"])
@scenario("RFC9293 SA-24")
def test_a_wrong_ack_is_reset_and_the_handshake_goes_on(reach: Reach, wrong: str, payload: bytes) -> None:
    conn, sock = reach("SYN-RECEIVED")
    ack = off(conn.rcv_nxt, WRONG_ACK[wrong])

    conn.send(TCP(flags="A", seq=conn.snd_nxt, ack=ack) / payload)

    conn.expect(TCP(flags=has_flags("R", without="SF"), seq=ack) / NO_PAYLOAD)
    conn.expect_nothing()
    still_completes(conn, sock)


@scenario("RFC9293 SA-24")
def test_the_reset_of_a_wrong_ack_has_no_ack_itself(reach: Reach) -> None:
    conn, _ = reach("SYN-RECEIVED")

    conn.send(TCP(flags="A", ack=off(conn.rcv_nxt, 1)))

    conn.expect(TCP(flags="R", seq=off(conn.rcv_nxt, 1)))
    conn.expect_nothing()


@pytest.mark.parametrize("place", OUTSIDE)
@scenario("RFC9293 SA-25", "RFC9293 SA-13")
def test_a_right_ack_outside_the_window_does_not_establish(reach: Reach, place: str) -> None:
    conn, sock = reach("SYN-RECEIVED")

    conn.send(TCP(flags="A", seq=off(conn.snd_nxt, OUTSIDE[place])))

    assert sock.state().state == "SYN-RECEIVED"
    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=conn.snd_nxt) / NO_PAYLOAD)
    conn.expect_nothing()


@pytest.mark.parametrize("length", [1, 2, len(DATA)])
@scenario("RFC9293 SA-25", "RFC9293 SA-12")
def test_a_right_ack_with_nothing_behind_the_syn_does_not_establish(reach: Reach, length: int) -> None:
    conn, sock = reach("SYN-RECEIVED")

    conn.send(TCP(flags="A", seq=off(conn.snd_nxt, -length)) / DATA[:length])

    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=off(conn.isn, 1)) / NO_PAYLOAD)
    conn.expect_nothing()
    still_completes(conn, sock)


@pytest.mark.parametrize("flags", [0, "F", "P", "U"], ids=["nothing", "fin", "psh", "urg"])
@scenario("RFC9293 SA-23")
def test_a_segment_without_ack_is_dropped(reach: Reach, flags: str) -> None:
    conn, sock = reach("SYN-RECEIVED")

    conn.send(TCP(flags=flags, seq=conn.snd_nxt) / DATA)

    conn.expect_nothing()
    still_completes(conn, sock)


@scenario("RFC9293 SA-13")
def test_the_syn_again_is_answered_and_starts_nothing_new(reach: Reach) -> None:
    conn, sock = reach("SYN-RECEIVED")

    conn.send(TCP(flags="S", seq=conn.isn))

    conn.expect(TCP(flags=has_flags("A", without="R"), seq=lambda seq: seq in (conn.irs, conn.rcv_nxt),
                    ack=conn.snd_nxt))  # fmt: skip
    conn.expect_nothing()
    still_completes(conn, sock)


@scenario("RFC9293 SA-22")
def test_another_syn_in_the_window_gives_the_socket_back(reach: Reach) -> None:
    conn, sock = reach("SYN-RECEIVED")

    conn.send(TCP(flags="S", seq=off(conn.snd_nxt, 100)))

    assert sock.state().state == "LISTEN"


@pytest.mark.parametrize(("flags", "state"), [("PA", "ESTABLISHED"), ("FA", "CLOSE-WAIT"), ("FPA", "CLOSE-WAIT")])
@scenario("RFC9293 SA-26")
def test_the_third_segment_may_carry_more(reach: Reach, flags: str, state: str) -> None:
    conn, sock = reach("SYN-RECEIVED")
    payload = DATA if "P" in flags else b""

    conn.send(TCP(flags=flags) / payload)

    if "F" in flags:
        conn.expect(TCP(flags="A", ack=conn.snd_nxt) / NO_PAYLOAD)
    conn.expect_nothing()
    assert (sock.state().state, sock.state().rx) == (state, len(payload))
    assert not payload or sock.recv() == payload


@scenario("RFC9293 SA-26", "AX-FULL-1", "AX-FULL-4")
def test_the_third_segment_is_cut_at_the_window(dut: Dut, peer: Peer, clock: StackClock) -> None:
    sock, conn = dut.accept_on(PORT, rx=10), peer.tcp(PORT)
    conn.send(TCP(flags="S"))
    conn.expect(TCP(flags="SA", window=10))

    conn.send(TCP(flags="PA") / DATA)
    clock.advance_to_frame(at_most_ms=dut.profile["delayed_ack_ms"])

    conn.expect(TCP(flags="A", ack=off(conn.isn, 11), window=0))
    conn.expect_nothing()
    assert sock.recv() == DATA[:10]


@scenario("RFC9293 SA-39")
def test_close_sends_fin_once_the_handshake_is_done(reach: Reach) -> None:
    conn, sock = reach("SYN-RECEIVED")

    sock.close()
    first = sock.state().state
    conn.send(TCP(flags="A"))

    conn.expect(TCP(flags="FA", seq=conn.rcv_nxt, ack=conn.snd_nxt))
    conn.expect_nothing()
    assert (first, sock.state().state) == ("FIN-WAIT-1", "FIN-WAIT-1")
