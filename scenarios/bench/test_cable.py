# SPDX-License-Identifier: GPL-2.0-or-later
"""The switch beside the wire: a cable that moves is believed once it has been still, in stack time."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from scapy.layers.inet import ICMP, IP

from plumbline.scenario import Dut, Peer, StackClock, bound, connected, refused, scenario


def is_up(dut: Dut) -> bool:
    return dut.link()["up"] == 1


def move(dut: Dut, clock: StackClock, times: Sequence[int]) -> None:
    """At each of these times the cable moves: out, in, out, ..."""
    for number, at in enumerate(times):
        clock.advance(at - clock.now)
        dut.cable(number % 2 == 1)


def pull(dut: Dut, clock: StackClock) -> None:
    dut.cable(False)
    clock.advance(dut.profile["link_debounce_ms"])
    assert not is_up(dut)


# When the cable moves, in hundredths of the time it must be still: it is out in the end.
FLAPS = {
    "once": [0],
    "back for an instant": [50, 50, 50],
    "back at the last moment": [0, 99, 99],
    "back for nearly as long": [0, 1, 100],
    "in the middle": [0, 50, 60],
    "again and again": [0, 99, 100, 199, 200, 299, 300],
    "ever shorter": [0, 90, 110, 150, 160, 161, 162],
}


@pytest.mark.parametrize("flaps", FLAPS)
@scenario("AX-TIME-16", needs={"cable_switch"})
def test_a_pulled_cable_is_believed_so_long_after_its_last_movement(dut: Dut, clock: StackClock, flaps: str) -> None:
    debounce_ms = dut.profile["link_debounce_ms"]
    times = [at * debounce_ms // 100 for at in FLAPS[flaps]]

    move(dut, clock, times)
    clock.advance(debounce_ms - 1)
    early = is_up(dut)
    clock.advance(1)

    assert (early, is_up(dut), clock.now) == (True, False, times[-1] + debounce_ms)


@pytest.mark.parametrize("flaps", FLAPS)
@scenario("AX-TIME-16", needs={"cable_switch"})
def test_a_cable_put_back_is_believed_so_long_after_its_last_movement(dut: Dut, clock: StackClock, flaps: str) -> None:
    debounce_ms = dut.profile["link_debounce_ms"]
    pull(dut, clock)

    began = clock.now
    for number, at in enumerate(FLAPS[flaps]):
        clock.advance(began + at * debounce_ms // 100 - clock.now)
        dut.cable(number % 2 == 0)
    clock.advance(debounce_ms - 1)
    early = is_up(dut)
    clock.advance(1)

    assert (early, is_up(dut)) == (False, True)


@scenario("AX-TIME-16", needs={"cable_switch"})
def test_a_cable_that_is_back_in_time_is_never_believed_out(dut: Dut, clock: StackClock) -> None:
    debounce_ms = dut.profile["link_debounce_ms"]

    for out_ms in (1, debounce_ms // 2, debounce_ms - 1):
        move(dut, clock, [clock.now, clock.now + out_ms])
        for _ in range(2):
            clock.advance(debounce_ms)
            assert is_up(dut)


@scenario("AX-TIME-16", needs={"cable_switch", "poll_by_hand"})
def test_a_cable_that_moves_before_the_next_poll_has_to_be_still_as_well(dut: Dut, clock: StackClock) -> None:
    """The time that it was still before has been used: the last poll believed the cable out because of it."""
    debounce_ms = dut.profile["link_debounce_ms"]
    dut.poll_by_hand()
    dut.cable(False)
    dut.poll()
    clock.advance(debounce_ms)
    dut.poll()
    assert not is_up(dut)

    dut.cable(True)
    dut.poll()
    at_once = is_up(dut)
    clock.advance(debounce_ms - 1)
    dut.poll()
    early = is_up(dut)
    clock.advance(1)
    dut.poll()

    assert (at_once, early, is_up(dut)) == (False, False, True)


@scenario("AX-TIME-16", "AX-TIME-6", needs={"cable_switch"})
def test_what_goes_on_meanwhile_does_not_begin_the_wait_anew(dut: Dut, peer: Peer, clock: StackClock) -> None:
    debounce_ms = dut.profile["link_debounce_ms"]
    end, udp = bound(dut, peer)
    dut.cable(False)

    for _ in range(4):
        clock.advance(debounce_ms // 5)
        udp.send(peer, end.sport, b"wakes the network task")
    clock.advance(debounce_ms - debounce_ms // 5 * 4 - 1)
    early = is_up(dut)
    clock.advance(1)

    assert (early, is_up(dut)) == (True, False)


@scenario("AX-TIME-16", "AX-TIME-10", needs={"cable_switch"})
def test_frames_into_a_pulled_cable_are_counted_before_it_is_believed(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer)
    before = dut.link()
    dut.cable(False)

    for _ in range(3):
        udp.send(peer, end.sport, b"into the air")
    after = dut.link()
    dut.cable(True)

    assert (after["tx_down"] - before["tx_down"], after["tx"] - before["tx"], after["tx_full"]) == (3, 0, 0)
    udp.send(peer, end.sport, b"by the cable")
    end.expect(b"by the cable")
    end.expect_nothing()


@scenario("AX-TIME-16", "AX-TIME-10", needs={"cable_switch", "takes_frames_unplugged"})
def test_a_frame_that_arrives_with_the_cable_out_is_counted_and_not_taken(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer)
    before = dut.link()
    dut.cable(False)

    for _ in range(3):
        end.send(b"lost on the way")
    after = dut.link()
    dut.cable(True)
    end.send(b"arrives")

    assert (after["rx_down"] - before["rx_down"], after["rx"] - before["rx"]) == (3, 0)
    assert (udp.recv().data, udp.state().can_recv) == (b"arrives", False)


@scenario("AX-TIME-16", "AX-TIME-10", needs={"cable_switch", "takes_frames_unplugged"})
def test_a_frame_that_is_lost_in_the_cable_takes_no_buffer(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer)
    dut.fault_rx_alloc(1)
    before = dut.link()
    dut.cable(False)

    end.send(b"lost on the way")
    dut.cable(True)
    end.send(b"finds no buffer")
    end.send(b"arrives")

    after = dut.link()
    assert (after["rx_down"] - before["rx_down"], after["rx_alloc"] - before["rx_alloc"]) == (1, 1)
    assert (udp.recv().data, udp.state().can_recv) == (b"arrives", False)


@scenario("AX-TIME-16", "AX-UDP-16", needs={"cable_switch"})
def test_with_the_link_down_datagrams_are_given_up_by_their_id(dut: Dut, peer: Peer, clock: StackClock) -> None:
    end, udp = bound(dut, peer)
    pull(dut, clock)
    before = dut.link()

    ids = [udp.send(peer, end.sport, b"no way") for _ in range(3)]

    stats = udp.stats()
    assert (stats["sent"], stats["unreachable"], stats["unreachable_id"]) == (0, 3, ids[-1])
    assert dut.link() == before


@scenario("AX-TIME-16", "AX-TCP-24", needs={"cable_switch"})
def test_a_link_that_comes_back_carries_on(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)
    pull(dut, clock)
    sock.send(b"sent while it was down")

    dut.cable(True)
    clock.advance(dut.profile["link_debounce_ms"] + 2 * dut.profile["rto_initial_ms"])
    peer.send(IP() / ICMP(type="echo-request", id=1, seq=1))

    assert is_up(dut)
    conn.expect(b"sent while it was down")
    peer.expect(IP() / ICMP(type="echo-reply", id=1, seq=1), any_order=True)
    with refused("would-block"):
        sock.recv()
