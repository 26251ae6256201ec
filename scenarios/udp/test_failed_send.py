# SPDX-License-Identifier: GPL-2.0-or-later
"""A send that fails has no side effect: not on levels, ids, counters, wakes, nor on the wire."""

from __future__ import annotations

import pytest

from plumbline.scenario import Dut, Pattern, Peer, Wire, bound, refused, scenario

AREA, SLOTS = 16, 3
OFF_LINK = "192.0.2.1"
BEYOND_THE_PATH = -1  # stands for one more than datagram_max

# Into an area that holds 10 bytes in two of three slots, without a gateway.
FAILURES = {
    "no-room-in-one-piece": ("10.0.0.1", 9, 7, "would-block"),
    "larger-than-the-ring": ("10.0.0.1", 9, AREA + 1, "too-large"),
    "larger-than-the-path": ("10.0.0.1", 9, BEYOND_THE_PATH, "too-large"),
    "larger-than-a-length-field": ("10.0.0.1", 9, 65535, "too-large"),
    "to-port-0": ("10.0.0.1", 0, 1, "arg"),
    "to-no-address": ("0.0.0.0", 9, 1, "arg"),
    "to-network-0": ("0.1.2.3", 9, 1, "arg"),
    "to-network-127": ("127.0.0.1", 9, 1, "arg"),
    "to-class-e": ("240.0.0.1", 9, 1, "arg"),
    "to-itself": ("10.0.0.2", 9, 1, "arg"),
    "no-route": (OFF_LINK, 9, 1, "unreachable"),
    "no-route-and-no-room": (OFF_LINK, 9, 7, "unreachable"),
}


every_failure = pytest.mark.parametrize(("host", "port", "length", "error"), FAILURES.values(), ids=FAILURES.keys())


def too_much(dut: Dut, length: int) -> Pattern:
    return Pattern(9, 0, dut.profile["datagram_max"] + 1 if length == BEYOND_THE_PATH else length)


def network_polls(dut: Dut) -> int:
    return dut.tasks().by_name["network"]


@every_failure
@scenario("AX-UDP-5", "AX-UDP-4", "AX-UDP-33", "AX-PRED-12")
def test_changes_nothing(dut: Dut, peer: Peer, host: str, port: int, length: int, error: str) -> None:
    end, udp = bound(dut, peer, tx=AREA, tx_slots=SLOTS)
    dut.net(dut.net().addr)  # without a gateway
    dut.poll_by_hand()
    queued = [Pattern(seed, 0, 5) for seed in (1, 2)]
    ids = [udp.send(peer, end.sport, pattern) for pattern in queued]
    watch = dut.watch(udp, "writable", room=7)
    before = udp.state(), udp.stats(), dut.mem().levels

    with refused(error):
        udp.send(host, port, too_much(dut, length))

    assert (udp.state(), udp.stats(), dut.mem().levels) == before
    assert watch.events() == []
    dut.poll(datagrams=SLOTS)
    assert end.payloads() == [bytes(pattern) for pattern in queued]
    assert udp.send(peer, end.sport, b"next") == ids[-1] + 1
    peer.expect_nothing()


@every_failure
@scenario("AX-UDP-5", "AX-PRED-12")
def test_uses_no_identification(
    dut: Dut, peer: Peer, wire: Wire, host: str, port: int, length: int, error: str
) -> None:
    end, udp = bound(dut, peer, tx=AREA, tx_slots=SLOTS)
    dut.net(dut.net().addr)
    wire.frames()
    dut.poll_by_hand()
    udp.send(peer, end.sport, Pattern(1, 0, 10))

    with refused(error):
        udp.send(host, port, too_much(dut, length))
    dut.poll(datagrams=1)
    udp.send(peer, end.sport, b"next")
    dut.poll(datagrams=1)

    first, second = (frame.ip.ident for frame in wire.frames() if frame.ip)
    assert second == first + 1
    end.payloads()
    end.expect_nothing()


@scenario("AX-UDP-5", "AX-UDP-11")
def test_for_want_of_a_slot_changes_nothing(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer, tx=AREA, tx_slots=1)
    dut.poll_by_hand()
    udp.send(peer, end.sport, b"")
    before = udp.state(), udp.stats()

    for length in (0, 1, AREA):
        with refused("would-block"):
            udp.send(peer, end.sport, Pattern(1, 0, length))

    assert (udp.state(), udp.stats()) == before
    dut.poll(datagrams=2)
    end.expect(b"")
    end.expect_nothing()


@pytest.mark.parametrize("bind", [False, True], ids=["never-bound", "closed"])
@scenario("AX-UDP-5")
def test_outside_its_life_a_socket_says_state(dut: Dut, peer: Peer, bind: bool) -> None:
    udp = dut.udp()
    dut.poll_by_hand()
    if bind:
        udp.bind(7)
        dut.poll()
        udp.close()

    with refused("state"):
        udp.send(peer, 9, b"x")
    with refused("state"):
        udp.recv()

    assert not udp.can_send(0)
    peer.expect_nothing()


@every_failure
@scenario("AX-UDP-5", "AX-TIME-5")
def test_does_not_even_wake_the_network_task(
    dut: Dut, peer: Peer, host: str, port: int, length: int, error: str
) -> None:
    end, udp = bound(dut, peer, tx=AREA)
    datagram = too_much(dut, length)
    dut.net(dut.net().addr)
    dut.poll_by_hand()
    udp.send(peer, end.sport, Pattern(1, 0, 10))

    polls = [network_polls(dut)]
    dut.command(f"udp can-send {udp.handle} 1")  # only asks, and is fenced like any command
    polls.append(network_polls(dut))
    with refused(error):
        udp.send(host, port, datagram)
    polls.append(network_polls(dut))

    assert polls[2] - polls[1] == polls[1] - polls[0]
    end.expect_nothing()
