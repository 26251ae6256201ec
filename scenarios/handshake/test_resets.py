# SPDX-License-Identifier: GPL-2.0-or-later
"""RST and SYN in every synchronized state, at every place around the window (RFC 9293 3.10.7.4, RFC 5961)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import NO_PAYLOAD, Dut, Peer, TcpEnd, TcpSocket, connected, refused, scenario
from scenarios.sequence import off

WINDOW = 4096
FIN_TAKEN = ["CLOSE-WAIT", "CLOSING", "LAST-ACK"]
STATES = ["ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", *FIN_TAKEN]
INSIDE = {"next": 1, "middle": WINDOW // 2, "last": WINDOW - 1}
OUTSIDE = {"one-below": -1, "window-below": -WINDOW, "edge": WINDOW, "beyond": WINDOW + 1, "half-way": 1 << 31}
FLAGS = ["R", "RA", "RPA", "RFA"]
EVERY_STATE = pytest.mark.parametrize("state", STATES)
Reach = Callable[[str], tuple[TcpEnd, TcpSocket]]


def unacknowledged(state: str) -> int:
    """How much of what the device sent the peer has not acknowledged in that state: its FIN, or nothing."""
    return state in ("FIN-WAIT-1", "CLOSING", "LAST-ACK")


def around(conn: TcpEnd, state: str, by: int) -> int:
    """The peer's FIN, once taken, is in front of the window, whose edge stays where it was."""
    is_at_the_edge = abs(by - WINDOW) <= 1
    return off(conn.snd_nxt, by - (is_at_the_edge and state in FIN_TAKEN))


@pytest.mark.parametrize("flags", FLAGS)
@EVERY_STATE
@scenario("RFC9293 SA-18", "RFC5961 1", "AX-TCP-13", "AX-TCP-31")
def test_a_reset_at_the_next_number_ends_it(dut: Dut, reach: Reach, state: str, flags: str) -> None:
    conn, sock = reach(state)
    ack = off(conn.rcv_nxt, -unacknowledged(state))

    conn.send(TCP(flags=flags, ack=ack if "A" in flags else 0))

    conn.expect_nothing()
    view = sock.state()
    assert (view.state, view.end, view.released) == ("CLOSED", "reset", True)
    assert dut.mem().levels["active"] == 0


@pytest.mark.parametrize("place", INSIDE)
@EVERY_STATE
@scenario("RFC9293 SA-19", "RFC5961 1")
def test_a_reset_elsewhere_in_the_window_is_challenged(reach: Reach, state: str, place: str) -> None:
    conn, sock = reach(state)
    nxt = conn.snd_nxt

    conn.send(TCP(flags="R", seq=around(conn, state, INSIDE[place])))

    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=nxt) / NO_PAYLOAD)
    conn.expect_nothing()
    assert sock.state().state == state


@pytest.mark.parametrize("place", OUTSIDE)
@EVERY_STATE
@scenario("RFC9293 SA-20", "RFC5961 1")
def test_a_reset_outside_the_window_is_dropped(reach: Reach, state: str, place: str) -> None:
    conn, sock = reach(state)

    conn.send(TCP(flags="R", seq=around(conn, state, OUTSIDE[place])))

    conn.expect_nothing()
    assert sock.state().state == state


@pytest.mark.parametrize("place", {"isn": -1, "next": 0} | INSIDE | OUTSIDE)
@pytest.mark.parametrize("flags", ["S", "SA"])
@EVERY_STATE
@scenario("RFC9293 SA-21", "RFC5961 2")
def test_a_syn_is_challenged_wherever_it_lies(reach: Reach, state: str, flags: str, place: str) -> None:
    conn, sock = reach(state)
    nxt, by = conn.snd_nxt, ({"isn": -1, "next": 0} | INSIDE | OUTSIDE)[place]
    ack = off(conn.rcv_nxt, -unacknowledged(state))

    conn.send(TCP(flags=flags, seq=off(nxt, by), ack=ack if "A" in flags else 0))

    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=nxt) / NO_PAYLOAD)
    conn.expect_nothing()
    assert sock.state().state == state


@pytest.mark.parametrize("flags", [0, "F", "P", "U", "FPU"], ids=["nothing", "fin", "psh", "urg", "all"])
@EVERY_STATE
@scenario("RFC9293 SA-23")
def test_a_segment_without_ack_is_dropped(reach: Reach, state: str, flags: str) -> None:
    conn, sock = reach(state)

    conn.send(TCP(flags=flags) / b"without ack")

    conn.expect_nothing()
    assert (sock.state().state, sock.state().rx) == (state, 0)


@scenario("RFC9293 SA-18", "AX-PRED-17", "AX-PRED-16", "RFC9293 MUST-12")
def test_bytes_before_a_reset_stay_readable(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    conn.send(TCP(flags="PA") / b"before")

    conn.send(TCP(flags="R"))

    assert (sock.state().state, sock.recv()) == ("CLOSED", b"before")
    with refused("reset"):
        sock.recv()
    conn.expect_nothing()


@scenario("RFC9293 SA-18", "AX-PRED-15", "AX-TCP-13")
def test_a_reset_behind_the_fin_leaves_the_end_of_stream(reach: Reach) -> None:
    conn, sock = reach("CLOSE-WAIT")

    conn.send(TCP(flags="R"))

    assert (sock.state().state, sock.state().end) == ("CLOSED", "reset")
    with refused("eof"):
        sock.recv()
    conn.expect_nothing()


@scenario("RFC9293 MUST-66", "RFC9293 SA-15")
def test_a_reset_is_heard_through_a_closed_window(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer, rx=4)
    conn.send(TCP(flags="PA") / b"full")
    assert sock.state().rx == 4

    conn.send(TCP(flags="R"))

    assert (sock.state().state, sock.state().end) == ("CLOSED", "reset")


@scenario("RFC9293 SHLD-2")
def test_a_reset_may_carry_data(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)

    conn.send(TCP(flags="RA") / b"because")

    conn.expect_nothing()
    assert (sock.state().state, sock.state().end, sock.state().rx) == ("CLOSED", "reset", 0)
