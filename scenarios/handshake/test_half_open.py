# SPDX-License-Identifier: GPL-2.0-or-later
"""One end knows the connection, the other does not, or knows another (RFC 9293 figures 8 to 11)."""

from __future__ import annotations

from collections.abc import Callable

from scapy.layers.inet import TCP

from plumbline.scenario import (
    AT_ITS_OWN_ADDRESS,
    NO_PAYLOAD,
    Dut,
    Peer,
    connected,
    connected_actively,
    has_flags,
    scenario,
)
from scenarios.sequence import off

PORT = 7


@scenario("RFC9293 SA-42", "RFC9293 SA-21", "AX-TCP-13", "RFC5961 2")
def test_a_peer_that_restarted_connects_again(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    again = peer.tcp(PORT, sport=conn.sport, isn=off(conn.isn, 100_000))

    again.send(TCP(flags="S"))
    challenge = again.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=conn.snd_nxt) / NO_PAYLOAD)
    still = sock.state().state
    again.send(TCP(flags="R", seq=challenge.ack))

    again.expect_nothing()
    assert (still, sock.state().state, sock.state().end) == ("ESTABLISHED", "CLOSED", "reset")


@scenario("RFC9293 SA-42")
def test_the_syn_of_a_peer_that_restarted_is_taken_at_the_second_try(dut: Dut, peer: Peer) -> None:
    listener, first, second = dut.listen(PORT), dut.tcp(), dut.tcp()
    listener.lend(first)
    listener.lend(second)
    conn = peer.tcp(PORT).handshake()
    again = peer.tcp(PORT, sport=conn.sport, isn=off(conn.isn, 100_000))
    again.send(TCP(flags="S"))
    challenge = again.expect(TCP(flags="A", ack=conn.snd_nxt))
    again.send(TCP(flags="R", seq=challenge.ack))

    again.send(TCP(flags="S", seq=again.isn))
    again.expect(TCP(flags="SA", ack=again.snd_nxt))
    again.send(TCP(flags="A"))

    again.expect_nothing()
    assert (first.state().state, second.state().state) == ("CLOSED", "ESTABLISHED")


@scenario("RFC9293 SA-18", "AX-TCP-13")
def test_data_to_a_peer_that_forgot_ends_the_connection(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    sock.send(b"data")
    data = conn.expect(TCP(flags="PA") / b"data")

    conn.send(TCP(flags="R", seq=data.ack))

    conn.expect_nothing()
    assert (sock.state().state, sock.state().end) == ("CLOSED", "reset")


@scenario("RFC9293 SA-03", ways=AT_ITS_OWN_ADDRESS)
def test_data_to_a_device_that_restarted_is_reset(dut: Dut, peer: Peer, restart: Callable[..., None]) -> None:
    conn, _ = connected(dut, peer)

    restart()
    conn.send(TCP(flags="PA") / b"data")

    conn.expect(TCP(flags=has_flags("R", without="SF"), seq=conn.rcv_nxt) / NO_PAYLOAD)
    conn.expect_nothing()


@scenario("RFC9293 SA-10", "RFC9293 SA-08")
def test_a_device_that_restarted_and_connects_resets_the_old_connection(
    dut: Dut, peer: Peer, restart: Callable[..., None]
) -> None:
    old, _ = connected_actively(dut, peer, port=PORT)
    local = old.dport
    restart(seed=77)
    sock, new = dut.tcp(), peer.tcp(sport=PORT)

    sock.connect(peer, PORT, local=local)
    new.expect(TCP(flags="S"))
    new.send(TCP(flags="A", seq=old.snd_nxt, ack=old.rcv_nxt))

    new.expect(TCP(flags=has_flags("R", without="SF"), seq=old.rcv_nxt))
    assert sock.state().state == "SYN-SENT"


@scenario("RFC9293 SA-18", "AX-LISTEN-9")
def test_an_old_syn_is_reset_by_its_peer_and_the_new_one_taken(dut: Dut, peer: Peer) -> None:
    sock = dut.accept_on(PORT)
    old = peer.tcp(PORT)
    old.send(TCP(flags="S"))
    answer = old.expect(TCP(flags="SA"))
    old.send(TCP(flags="R", seq=answer.ack))
    waits = sock.state().state

    new = peer.tcp(PORT, sport=old.sport, isn=off(old.isn, 500)).handshake()

    new.expect_nothing()
    assert (waits, sock.state().state) == ("LISTEN", "ESTABLISHED")
