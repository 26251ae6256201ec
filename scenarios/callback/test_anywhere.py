# SPDX-License-Identifier: GPL-2.0-or-later
"""Every end, of this client and of another, inside every callback. The table is all of one against all of the other."""

from __future__ import annotations

from itertools import product

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Peer, Refused, StackClock, TcpSocket, scenario
from scenarios.callback.clients import PORT, Client, accepted, prepared

MS = 40
# A life in which everything is told. Of what comes at one tick by the clock the first is what was armed first.
WHOLE = ["connect", "packet 5", "ack 5", "poll", "timeout rx", "end", "error reset", "disconnect"]
CALLBACKS = [words.split()[0] for words in WHOLE]
ELSEWHERE = PORT + 1


def begin(dut: Dut, peer: Peer) -> Client:
    sock, callbacks = prepared(dut)
    callbacks.set_times(rx_ms=MS, poll_ms=MS)
    dut.listen(PORT).lend(sock)
    return Client(peer.tcp(PORT), sock, callbacks)


def write(sock: TcpSocket) -> None:
    """If it still may."""
    try:
        sock.send(b"reply")
    except Refused:
        return


def live(one: Client, clock: StackClock) -> None:
    """As far as the device still has the connection."""
    conn = one.conn
    conn.send(TCP(flags="S"))
    conn.expect(TCP(flags="SA"))
    una = conn.rcv_nxt
    conn.send(TCP(flags="A"))
    write(one.sock)
    conn.send(TCP(flags="PA", ack=una) / b"hello")
    for segment in (TCP(flags="A"), TCP(flags="FA"), TCP(flags="R")):
        if segment.flags == "FA":
            clock.advance(MS)
        conn.segments()  # acknowledged by what comes next
        conn.send(segment)


def up_to(callback: str) -> list[str]:
    return WHOLE[: CALLBACKS.index(callback) + 1]


@scenario("AX-CALL-1", "AX-CALL-2")
def test_a_life_of_which_everything_is_told(dut: Dut, peer: Peer, clock: StackClock) -> None:
    one = begin(dut, peer)

    live(one, clock)

    assert one.callbacks.words() == WHOLE


@scenario("AX-CALL-5", "AX-CALL-2")
@pytest.mark.parametrize(("callback", "act"), list(product(CALLBACKS, ("close", "abort"))))
def test_it_may_end_itself_in_any_callback(dut: Dut, peer: Peer, clock: StackClock, callback: str, act: str) -> None:
    one = begin(dut, peer)
    one.callbacks.do(callback, act)

    live(one, clock)

    told = one.callbacks.words()
    assert told[: len(up_to(callback))] == up_to(callback)
    assert (told.count("disconnect"), told[-1]) == (1, "disconnect")
    assert act == "close" or set(told[len(up_to(callback)) :]) <= {"disconnect"}


@scenario("AX-CALL-5", "AX-CALL-2")
@pytest.mark.parametrize("callback", CALLBACKS)
def test_it_may_be_destroyed_in_any_callback(dut: Dut, peer: Peer, clock: StackClock, callback: str) -> None:
    one = begin(dut, peer)
    one.callbacks.do(callback, "destroy")

    live(one, clock)

    assert one.callbacks.words() == up_to(callback)
    assert dut.mem().levels["tcp"] == 0


@scenario("AX-CALL-5", "AX-CALL-2")
@pytest.mark.parametrize(("callback", "act"), list(product(CALLBACKS, ("close", "abort", "destroy"))))
def test_it_may_end_another_in_any_callback(dut: Dut, peer: Peer, clock: StackClock, callback: str, act: str) -> None:
    one, other = begin(dut, peer), accepted(dut, peer, ELSEWHERE)
    one.callbacks.do(callback, act, other.sock)

    live(one, clock)

    assert one.callbacks.words() == WHOLE
    other.conn.expect(TCP(flags="FA" if act == "close" else "RA"))
    assert other.callbacks.words() == {"close": ["connect"], "abort": ["connect", "disconnect"]}.get(act, ["connect"])


@scenario("AX-CALL-5")
def test_in_disconnect_it_may_connect_again(dut: Dut, peer: Peer, clock: StackClock) -> None:
    one, again = begin(dut, peer), peer.tcp(sport=ELSEWHERE)
    one.callbacks.connect_in("disconnect", peer, ELSEWHERE)

    live(one, clock)
    again.accept()
    again.send(b"hello again")

    assert one.callbacks.words() == [*WHOLE, "connect", "packet 11"]
