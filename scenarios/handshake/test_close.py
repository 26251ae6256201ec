# SPDX-License-Identifier: GPL-2.0-or-later
"""Every order of closing, segment by segment, with the states on the way and the end that is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import (
    NO_PAYLOAD,
    Dut,
    Peer,
    TcpEnd,
    TcpSocket,
    connected,
    connected_actively,
    refused,
    scenario,
)
from scenarios.sequence import off

Open = Callable[[Dut, Peer], tuple[TcpEnd, TcpSocket]]
Reach = Callable[[str], tuple[TcpEnd, TcpSocket]]
BOTH_WAYS = pytest.mark.parametrize("opened", [connected, connected_actively], ids=["passive", "active"])


def where(sock: TcpSocket) -> tuple[str, str]:
    return sock.state().state, sock.state().end


@BOTH_WAYS
@scenario("RFC9293 SA-30", "AX-TCP-12", "AX-TCP-25", "AX-PRED-5")
def test_the_device_closes_first(dut: Dut, peer: Peer, opened: Open) -> None:
    conn, sock = opened(dut, peer)

    sock.close()
    conn.expect(TCP(flags="FA", seq=conn.rcv_nxt, ack=conn.snd_nxt) / NO_PAYLOAD)
    states = [where(sock)]
    conn.send(TCP(flags="A"))
    conn.expect_nothing()
    states.append(where(sock))
    conn.send(TCP(flags="FA"))
    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=conn.snd_nxt) / NO_PAYLOAD)
    states.append(where(sock))

    assert states == [("FIN-WAIT-1", "ok"), ("FIN-WAIT-2", "ok"), ("TIME-WAIT", "closed")]
    conn.expect_nothing()


@BOTH_WAYS
@scenario("RFC9293 SA-33", "AX-TCP-12", "AX-PRED-6", "AX-TCP-31")
def test_the_peer_closes_first(dut: Dut, peer: Peer, opened: Open) -> None:
    conn, sock = opened(dut, peer)

    conn.send(TCP(flags="FA"))
    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=conn.snd_nxt) / NO_PAYLOAD)
    states = [where(sock)]
    sock.close()
    conn.expect(TCP(flags="FA", seq=conn.rcv_nxt, ack=conn.snd_nxt) / NO_PAYLOAD)
    states.append(where(sock))
    conn.send(TCP(flags="A"))
    conn.expect_nothing()
    states.append(where(sock))

    assert states == [("CLOSE-WAIT", "ok"), ("LAST-ACK", "ok"), ("CLOSED", "closed")]
    assert sock.state().released


@scenario("RFC9293 SA-30")
def test_fin_that_acknowledges_ours_goes_to_time_wait_at_once(reach: Reach) -> None:
    conn, sock = reach("FIN-WAIT-1")

    conn.send(TCP(flags="FA"))

    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=conn.snd_nxt))
    conn.expect_nothing()
    assert where(sock) == ("TIME-WAIT", "closed")


@scenario("RFC9293 SA-30", "RFC9293 SA-32")
def test_both_close_at_once(reach: Reach) -> None:
    conn, sock = reach("FIN-WAIT-1")

    conn.send(TCP(flags="FA", ack=off(conn.rcv_nxt, -1)))
    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=conn.snd_nxt))
    states = [where(sock)]
    conn.send(TCP(flags="A"))
    states.append(where(sock))

    assert states == [("CLOSING", "ok"), ("TIME-WAIT", "closed")]
    conn.expect_nothing()


@pytest.mark.parametrize("ack", [-1, -2], ids=["without-fin", "older"])
@scenario("RFC9293 SA-32")
def test_only_the_ack_of_fin_ends_closing(reach: Reach, ack: int) -> None:
    conn, sock = reach("CLOSING")

    conn.send(TCP(flags="A", ack=off(conn.rcv_nxt, ack)))

    assert where(sock) == ("CLOSING", "ok")
    conn.send(TCP(flags="A"))
    assert where(sock) == ("TIME-WAIT", "closed")
    conn.expect_nothing()


@pytest.mark.parametrize("ack", [-1, -2], ids=["without-fin", "older"])
@scenario("RFC9293 SA-33")
def test_only_the_ack_of_fin_ends_last_ack(reach: Reach, ack: int) -> None:
    conn, sock = reach("LAST-ACK")

    conn.send(TCP(flags="A", ack=off(conn.rcv_nxt, ack)))

    assert where(sock) == ("LAST-ACK", "ok")
    conn.send(TCP(flags="A"))
    assert where(sock) == ("CLOSED", "closed")
    conn.expect_nothing()


@scenario("RFC9293 SA-39", "AX-TCP-25", "AX-TCP-26", "RFC9293 SA-31")
def test_the_device_closes_first_with_data_both_ways(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    sock.send(b"last words")
    sock.close()
    conn.expect(TCP(flags="PA") / b"last words")
    conn.expect(TCP(flags="FA", seq=conn.rcv_nxt))

    conn.send(TCP(flags="PA") / b"more to say")
    conn.send(TCP(flags="FA") / b", and done")

    conn.expect(TCP(flags="A", ack=conn.snd_nxt))
    conn.expect_nothing()
    assert where(sock) == ("TIME-WAIT", "closed")
    assert sock.recv() == b"more to say, and done"
    with refused("eof"):
        sock.recv()


@scenario("RFC9293 SA-39", "RFC9293 SA-38", "AX-PRED-15")
def test_the_peer_closes_first_with_data_both_ways(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    conn.send(TCP(flags="FPA") / b"last words")
    conn.expect(TCP(flags="A", ack=conn.snd_nxt))

    sock.send(b"answer")
    sock.close()

    conn.expect(TCP(flags="PA", ack=conn.snd_nxt) / b"answer")
    conn.expect(TCP(flags="FA", seq=conn.rcv_nxt))
    conn.send(TCP(flags="A"))
    assert where(sock) == ("CLOSED", "closed")
    assert sock.recv() == b"last words"
    with refused("eof"):
        sock.recv()
    conn.expect_nothing()


@scenario("RFC9293 SA-30", "RFC9293 SA-31", "AX-TCP-8")
def test_both_close_at_once_with_data_both_ways(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    before = conn.rcv_nxt
    sock.send(b"ours")
    sock.close()
    conn.expect(TCP(flags="PA") / b"ours")
    conn.expect(TCP(flags="FA"))

    conn.send(TCP(flags="FPA", ack=before) / b"theirs")
    conn.expect(TCP(flags="A", ack=conn.snd_nxt))
    crossed = where(sock)
    conn.send(TCP(flags="A"))

    assert (crossed, where(sock)) == (("CLOSING", "ok"), ("TIME-WAIT", "closed"))
    assert sock.recv() == b"theirs"
    conn.expect_nothing()


@scenario("AX-TCP-27")
def test_bytes_not_yet_read_are_no_reason_for_a_reset(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    conn.send(TCP(flags="PA") / b"not read")

    sock.close()

    conn.expect(TCP(flags="FA", ack=conn.snd_nxt))
    conn.send(TCP(flags="FA"))
    conn.expect(TCP(flags="A", ack=conn.snd_nxt))
    conn.expect_nothing()
    assert (where(sock), sock.recv()) == (("TIME-WAIT", "closed"), b"not read")
