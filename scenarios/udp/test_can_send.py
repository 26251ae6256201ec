# SPDX-License-Identifier: GPL-2.0-or-later
"""can_send(len) is exact: asked for every length, it says what a send of that length then finds."""

from __future__ import annotations

import pytest

from plumbline.scenario import Dut, Pattern, Peer, bound, refused, scenario

AREA, SLOTS = 40, 3
NONE = -1  # not even an empty datagram

# What is sent (d: the oldest leaves), and the largest that is taken then.
STATES = {
    "empty": ("", 40),
    "behind-one": ("10", 30),
    "behind-two": ("10 20", 10),
    "tail-as-large-as-front": ("10 20 d", 10),
    "front-larger-than-tail": ("20 10 d", 20),
    "tail-larger-than-front": ("10 10 d", 20),
    "front-only": ("15 25 d", 15),
    "wrapped": ("20 20 d 5", 15),
    "wrapped-and-full": ("15 25 d 15", 0),
    "wrapped-past-a-gap": ("20 15 d 10", 10),
    "the-gap-was-passed": ("20 15 d 10 d", 30),
    "full": ("40", 0),
    "full-but-for-one": ("39", 1),
    "drained": ("10 20 d d", 40),
    "only-empty-ones": ("0 0", 40),
    "rewound-before-an-empty-one": ("30 0 d", 40),
    "no-slot": ("1 1 1", NONE),
    "no-slot-for-empty-ones": ("0 0 0", NONE),
    "a-slot-came-back": ("1 1 1 d", 37),
}


@pytest.mark.parametrize(("steps", "largest"), STATES.values(), ids=STATES.keys())
@scenario("AX-UDP-10", "AX-UDP-5", "AX-UDP-7")
def test_answers_for_exactly_that_length(dut: Dut, peer: Peer, steps: str, largest: int) -> None:
    end, udp = bound(dut, peer, tx=AREA, tx_slots=SLOTS)
    dut.poll_by_hand()
    for step in steps.split():
        if step == "d":
            dut.poll(datagrams=1)
        else:
            udp.send(peer, end.sport, Pattern(1, 0, int(step)))
    before = udp.state()

    answers = [udp.can_send(length) for length in range(AREA + 3)]

    assert answers == [length <= largest for length in range(AREA + 3)]
    assert udp.state() == before
    assert before.can_send is (largest >= 1)
    with refused("would-block" if largest < AREA else "too-large"):
        udp.send(peer, end.sport, Pattern(2, 0, largest + 1))
    if largest != NONE:
        udp.send(peer, end.sport, Pattern(2, 0, largest))


@scenario("AX-UDP-10")
def test_says_no_before_bind_and_after_close(dut: Dut, peer: Peer) -> None:
    udp = dut.udp(tx=AREA)
    lengths = (0, 1, AREA, AREA + 1)

    assert not any(udp.can_send(length) for length in lengths)
    udp.bind(7)
    assert [udp.can_send(length) for length in lengths] == [True, True, True, False]

    dut.poll_by_hand()
    udp.close()
    assert not any(udp.can_send(length) for length in lengths)
    peer.expect_nothing()


@scenario("AX-UDP-10", "AX-UDP-11")
def test_a_ring_without_bytes_sends_empty_datagrams(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer, tx=0, tx_slots=1)

    assert udp.can_send(0)
    assert not udp.can_send(1)
    udp.send(peer, end.sport, b"")
    with refused("too-large"):
        udp.send(peer, end.sport, b"x")

    end.expect(b"")
    end.expect_nothing()
