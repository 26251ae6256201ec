# SPDX-License-Identifier: GPL-2.0-or-later
"""What can answer a SYN, other than the right SYN-ACK (RFC 9293 3.10.7.3)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import NO_PAYLOAD, TcpEnd, TcpSocket, has_flags, scenario
from scenarios.sequence import off

DATA = b"sent with the SYN-ACK"
# Where ACK stands, seen from the right one.
WRONG = {"iss": -1, "below-iss": -2, "above": 1, "half-way": 1 << 31, "far-below": -(1 << 31) + 1}
Reach = Callable[[str], tuple[TcpEnd, TcpSocket]]


def still_connects(conn: TcpEnd, sock: TcpSocket) -> None:
    """What came was no harm: the right answer is taken."""
    assert sock.state().state == "SYN-SENT"
    conn.send(TCP(flags="SA", seq=conn.isn))
    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=off(conn.isn, 1)))
    conn.expect_nothing()
    assert sock.state().state == "ESTABLISHED"


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("flags", ["A", "SA", "FA", "PA"])
@scenario("RFC9293 SA-08")
def test_a_wrong_ack_is_reset_and_the_connection_still_opens(reach: Reach, flags: str, wrong: str) -> None:
    conn, sock = reach("SYN-SENT")

    conn.send(TCP(flags=flags, seq=conn.isn, ack=off(conn.rcv_nxt, WRONG[wrong])))

    conn.expect(TCP(flags=has_flags("R", without="SF"), seq=off(conn.rcv_nxt, WRONG[wrong])) / NO_PAYLOAD)
    conn.send(TCP(flags="SA", seq=conn.isn))
    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=off(conn.isn, 1)), any_order=True)
    assert sock.state().state == "ESTABLISHED"


@scenario("RFC9293 SA-08")
def test_nothing_follows_the_reset_of_a_wrong_ack(reach: Reach) -> None:
    conn, _ = reach("SYN-SENT")

    conn.send(TCP(flags="A", seq=conn.isn, ack=off(conn.rcv_nxt, 1)))

    conn.expect(TCP(flags=has_flags("R")))
    conn.expect_nothing()


@scenario("RFC9293 SA-08")
def test_the_reset_of_a_wrong_ack_has_no_ack_itself(reach: Reach) -> None:
    conn, _ = reach("SYN-SENT")

    conn.send(TCP(flags="A", seq=conn.isn, ack=off(conn.rcv_nxt, 1)))

    conn.expect(TCP(flags="R", seq=off(conn.rcv_nxt, 1)))


@pytest.mark.parametrize("flags", ["A", "FA", "PA"])
@scenario("RFC9293 SA-10")
def test_a_right_ack_without_syn_is_dropped(reach: Reach, flags: str) -> None:
    conn, sock = reach("SYN-SENT")

    conn.send(TCP(flags=flags, seq=conn.isn))

    conn.expect_nothing()
    still_connects(conn, sock)


@pytest.mark.parametrize("flags", [0, "F", "P", "U"], ids=["nothing", "fin", "psh", "urg"])
@scenario("RFC9293 SA-10")
def test_what_says_nothing_is_dropped(reach: Reach, flags: str) -> None:
    conn, sock = reach("SYN-SENT")

    conn.send(TCP(flags=flags, seq=conn.isn) / DATA)

    conn.expect_nothing()
    still_connects(conn, sock)


@pytest.mark.parametrize("flags", ["RA", "RSA", "RFA"])
@scenario("RFC9293 SA-09", "AX-TCP-14")
def test_a_reset_with_the_right_ack_refuses(reach: Reach, flags: str) -> None:
    conn, sock = reach("SYN-SENT")

    conn.send(TCP(flags=flags, seq=0))

    conn.expect_nothing()
    assert (sock.state().state, sock.state().end, sock.state().released) == ("CLOSED", "refused", True)


@pytest.mark.parametrize("wrong", WRONG)
@scenario("RFC9293 SA-09")
def test_a_reset_with_a_wrong_ack_is_dropped(reach: Reach, wrong: str) -> None:
    conn, sock = reach("SYN-SENT")

    conn.send(TCP(flags="RA", seq=conn.isn, ack=off(conn.rcv_nxt, WRONG[wrong])))

    conn.expect_nothing()
    still_connects(conn, sock)


@pytest.mark.parametrize("ack", [False, True], ids=["ack-field-0", "ack-field-right"])
@scenario("RFC9293 SA-09")
def test_a_reset_without_ack_is_dropped(reach: Reach, ack: bool) -> None:
    conn, sock = reach("SYN-SENT")

    conn.send(TCP(flags="R", seq=conn.isn, ack=conn.rcv_nxt if ack else 0))

    conn.expect_nothing()
    still_connects(conn, sock)


@scenario("RFC9293 SA-11")
def test_data_of_a_syn_ack_is_taken(reach: Reach) -> None:
    conn, sock = reach("SYN-SENT")

    conn.send(TCP(flags="SA") / DATA)

    came = conn.expect(TCP(flags="A", seq=conn.rcv_nxt))
    covered = off(came[TCP].ack, -conn.isn - 1)
    assert covered == len(DATA), f"the ACK covers {covered} behind the SYN"
    conn.expect_nothing()
    assert sock.recv() == DATA


@scenario("RFC9293 SA-11", "AX-TCP-8")
def test_data_of_a_syn_ack_is_delivered_once_when_it_comes_again(reach: Reach) -> None:
    conn, sock = reach("SYN-SENT")

    conn.send(TCP(flags="SA") / DATA)
    conn.expect(TCP(flags="A"))
    conn.send(TCP(flags="PA", seq=off(conn.isn, 1)) / DATA)

    state = sock.state()
    assert (state.state, state.rx, sock.recv()) == ("ESTABLISHED", len(DATA), DATA)


@scenario("RFC9293 SA-11")
def test_fin_of_a_syn_ack_is_taken(reach: Reach) -> None:
    conn, sock = reach("SYN-SENT")

    conn.send(TCP(flags="SFA"))

    came = conn.expect(TCP(flags="A", seq=conn.rcv_nxt))
    covered = off(came[TCP].ack, -conn.isn - 1)
    assert covered == 1, f"the ACK covers {covered} behind the SYN"
    conn.expect_nothing()
    assert sock.state().state == "CLOSE-WAIT"
