# SPDX-License-Identifier: GPL-2.0-or-later
"""Operations of a connection that ends under them: each is done, with the cause."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import STATES, Dut, Future, Given, Peer, StackClock, TcpSocket, connected, reach, scenario

OPERATIONS = ("recv", "read-exact", "send", "write-all", "flush", "shutdown", "close")
ENDED = {"CLOSED", "TIME-WAIT"}
BEFORE = {"LISTEN", "SYN-SENT", "SYN-RECEIVED"}


def begin(dut: Dut, sock: TcpSocket, name: str) -> Future:
    futures = dut.futures
    return {
        "recv": lambda: futures.recv(sock),
        "read-exact": lambda: futures.read_exact(sock, 20),
        "send": lambda: futures.send(sock, b"more"),
        "write-all": lambda: futures.write_all(sock, b"more"),
        "flush": lambda: futures.flush(sock),
        "shutdown": lambda: futures.shutdown(sock),
        "close": lambda: futures.close(sock),
    }[name]()


@scenario("AX-FUT-9", "AX-WAKE-10", "AX-WAKE-5")
@pytest.mark.parametrize("name", OPERATIONS)
def test_a_reset_ends_what_is_under_way_with_the_cause(dut: Dut, peer: Peer, name: str) -> None:
    reached = reach(dut, peer, "ESTABLISHED", Given(tx_full=True))
    future = begin(dut, reached.sock, name)
    assert future.ended() is None

    reached.conn.send(TCP(flags="R"))

    told = future.outcome()
    assert told.result == "reset"


@scenario("AX-FUT-2", "AX-PRED-15", "AX-PRED-17")
def test_the_end_of_the_stream_comes_behind_the_bytes(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    reading = dut.futures.read_exact(sock, 20)
    conn.send(TCP(flags="PFA") / b"only ten o")

    told = reading.outcome()
    assert (told.result, told.done, reading.view().data) == ("eof", 10, b"only ten o")
    assert dut.futures.recv(sock).outcome().result == "eof"


@scenario("AX-FUT-1")
@pytest.mark.parametrize("name", ["connect", "accept"])
def test_a_connection_that_is_refused_is_no_connection(dut: Dut, peer: Peer, name: str) -> None:
    if name == "connect":
        sock, conn = dut.tcp(), peer.tcp(sport=7)
        future = dut.futures.connect(sock, peer, 7)
        conn.expect(TCP(flags="S"))
        conn.send(TCP(flags="RA"))
        assert future.outcome().result == "refused"
        return
    listener, sock, conn = dut.listen(7), dut.tcp(), peer.tcp(7)
    future = dut.futures.accept(listener, sock)
    conn.send(TCP(flags="S"))
    conn.expect(TCP(flags="SA"))
    conn.send(TCP(flags="R"))
    assert future.ended() is None  # it is back with its listener, and waits for the next

    peer.tcp(7).handshake()

    assert future.outcome().result == 0


@scenario("AX-FUT-1")
def test_a_listener_that_is_closed_ends_who_waits_at_it(dut: Dut) -> None:
    listener, sock = dut.listen(7), dut.tcp()
    future = dut.futures.accept(listener, sock)

    listener.close()

    assert future.outcome().result == "aborted"


@scenario("AX-FUT-1", "AX-TCP-15")
def test_a_connect_that_nobody_answers_ends_with_its_cause(dut: Dut, peer: Peer, clock: StackClock) -> None:
    sock, conn = dut.tcp(), peer.tcp(sport=7)
    future = dut.futures.connect(sock, peer, 7)

    clock.advance(600_000)

    assert future.outcome().result == "connect-timeout"
    conn.segments()


@scenario("AX-FUT-4", "AX-TCP-31", "AX-TCP-32")
@pytest.mark.parametrize("state", STATES)
def test_a_socket_can_be_closed_in_any_state_and_is_released(dut: Dut, peer: Peer, state: str) -> None:
    reached = reach(dut, peer, state)
    closing = dut.futures.close(reached.sock)

    conn = reached.conn
    conn.segments()
    if state not in ENDED | BEFORE:
        conn.send(TCP(flags="A"))
        conn.segments()
        if state in {"ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2"}:
            conn.send(TCP(flags="FA"))
    elif state == "SYN-RECEIVED":
        conn.send(TCP(flags="A"))
        conn.segments()
        conn.send(TCP(flags="FA", ack=conn.rcv_nxt))

    told = closing.outcome()
    assert told.result == ("aborted" if state in {"LISTEN", "SYN-SENT"} else 0)
    assert reached.sock.state().released


@scenario("AX-FUT-4")
def test_receiving_goes_on_behind_a_shutdown(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    shutdown = dut.futures.shutdown(sock)
    conn.expect(TCP(flags="FA"))
    conn.send(TCP(flags="A"))

    conn.send(b"still something to say")

    assert shutdown.outcome().result == 0
    assert sock.recv() == b"still something to say"


@scenario("AX-FUT-3", "AX-WAKE-2")
def test_a_flush_behind_a_close_waits_for_the_fin_as_well(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    sock.send(b"the last words")
    sock.close()
    flush = dut.futures.flush(sock)
    conn.segments()

    conn.send(TCP(flags="A", ack=conn.rcv_nxt - 1))
    assert flush.ended() is None
    conn.send(TCP(flags="A"))

    assert flush.outcome().result == 0
