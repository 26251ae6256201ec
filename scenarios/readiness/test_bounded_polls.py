# SPDX-License-Identifier: GPL-2.0-or-later
"""What one poll of the network task does is bounded both ways, so that nobody who has much keeps the others waiting."""

from __future__ import annotations

from itertools import groupby, takewhile

import pytest
from scapy.layers.inet import ICMP, IP, TCP

from plumbline.scenario import (
    WAYS,
    WITH_DATAGRAMS,
    Dut,
    Peer,
    UdpSocket,
    Wire,
    bound,
    connected,
    introduce,
    scenario,
    takes,
)

PING = IP() / ICMP(type="echo-request", id=1)


def backlog(dut: Dut, peer: Peer, *counts: int) -> list[UdpSocket]:
    """Sockets on ports from 7 on with so many datagrams queued, held still by polling by hand."""
    introduce(peer)
    sockets = [dut.udp(tx=count, tx_slots=count) for count in counts]
    for port, udp in enumerate(sockets, 7):
        udp.bind(port)
    dut.poll_by_hand()
    for udp, count in zip(sockets, counts, strict=True):
        for number in range(count):
            udp.send(peer, 9, bytes([number]))
    return sockets


def kinds(wire: Wire) -> list[tuple[str, int]]:
    """What the device sent, runs of one kind counted."""
    sent = ["udp" if frame.udp else "tcp" if frame.tcp else "icmp" for frame in wire.frames()]
    return [(kind, len(list(run))) for kind, run in groupby(sent)]


@pytest.mark.parametrize("datagrams", [0, 1, 2, 5, 9, 10, 11])
@scenario("AX-TIME-9", "AX-UDP-2", ways=WITH_DATAGRAMS)
def test_a_poll_by_hand_sends_as_many_datagrams_as_it_was_asked_to(dut: Dut, peer: Peer, datagrams: int) -> None:
    (udp,) = backlog(dut, peer, 10)
    end = peer.udp(7, sport=9)

    dut.poll(datagrams=datagrams)

    sent = min(datagrams, 10)
    assert end.payloads() == [bytes([number]) for number in range(sent)]
    assert (udp.stats()["sent"], udp.state().tx_slots) == (sent, 10 - sent)


@pytest.mark.parametrize("frames", [0, 1, 2, 5, 6])
@scenario("AX-TIME-9", "AX-BENCH-3", ways=WITH_DATAGRAMS)
def test_a_poll_by_hand_takes_as_many_frames_as_it_was_asked_to(dut: Dut, peer: Peer, frames: int) -> None:
    end, udp = bound(dut, peer)
    dut.poll_by_hand()
    for _ in range(5):
        end.send(b"one")

    taken = dut.poll(frames=frames).frames

    assert taken == min(frames, 5)
    assert (udp.state().rx_slots, dut.waiting()) == (taken, 5 - taken)


@scenario("AX-TIME-9", "AX-UDP-17", ways=WITH_DATAGRAMS)
def test_sockets_take_turns(dut: Dut, peer: Peer, wire: Wire) -> None:
    backlog(dut, peer, 9, 2, 5)
    wire.frames()

    for _ in range(8):
        dut.poll(datagrams=2)

    ports = [frame.udp.sport for frame in wire.frames() if frame.udp]
    assert ports == [7, 8, 9, 7, 8, 9, 7, 9, 7, 9, 7, 9, 7, 7, 7, 7]
    wire.expect_nothing()


@scenario("AX-TIME-9", "AX-UDP-17", ways=WITH_DATAGRAMS)
def test_a_socket_that_comes_later_waits_for_one_turn_of_the_others(dut: Dut, peer: Peer, wire: Wire) -> None:
    backlog(dut, peer, 6, 6)
    late = dut.udp()
    late.bind(10)
    dut.poll(datagrams=3)
    wire.frames()

    late.send(peer, 9, b"late")
    dut.poll(datagrams=4)

    assert [frame.udp.sport for frame in wire.frames() if frame.udp] == [8, 7, 10, 8]


@scenario("AX-TIME-9", "AX-TIME-10", ways=WITH_DATAGRAMS)
def test_frames_in_and_datagrams_out_take_turns(dut: Dut, peer: Peer, wire: Wire) -> None:
    frames, datagrams = dut.profile["poll_frames"], dut.profile["poll_datagrams"]
    takes(dut, "rx_queue", 2 * frames + 1)
    backlog(dut, peer, 2 * datagrams + 4)
    for _ in range(2 * frames + 1):
        peer.send(PING)
    wire.frames()

    dut.poll_auto()

    assert kinds(wire) == [
        ("icmp", frames), ("udp", datagrams), ("icmp", frames), ("udp", datagrams), ("icmp", 1), ("udp", 4),
    ]  # fmt: skip


# in the others the turn of a client, or of the reactor's task, comes between
@scenario("AX-TIME-9", "AX-TIME-4", "AX-TCP-8", ways=set(WAYS) - {"callback", "reactor"})
def test_a_backlog_of_datagrams_does_not_hold_up_a_connection(dut: Dut, peer: Peer, wire: Wire) -> None:
    datagrams = dut.profile["poll_datagrams"]
    conn, sock = connected(dut, peer, port=80)
    dut.pump_echo(sock)
    backlog(dut, peer, 3 * datagrams)
    conn.send(TCP(flags="PA") / b"echo this")
    wire.frames()

    dut.poll_auto()  # taken in by the first poll, echoed by its task beside the second

    assert kinds(wire) == [("udp", 2 * datagrams), ("tcp", 1), ("udp", datagrams)]
    conn.expect(b"echo this")


@scenario("AX-TIME-9", "AX-TIME-4", "AX-UDP-17")
def test_a_flood_of_segments_does_not_hold_up_a_datagram(dut: Dut, peer: Peer, wire: Wire) -> None:
    frames = dut.profile["poll_frames"]
    takes(dut, "rx_queue", 2 * frames)
    conn, sock = connected(dut, peer, port=80)
    backlog(dut, peer, 1)
    for number in range(2 * frames):
        conn.send(TCP(flags="PA") / bytes([number]))
    wire.frames()

    dut.poll_auto()

    before = takewhile(lambda frame: frame.udp is None, wire.frames())
    acked = [frame.tcp.ack for frame in before if frame.tcp]
    assert acked[-1:] == [(conn.snd_nxt - frames) % (1 << 32)]
    assert sock.state().rx == 2 * frames
