# SPDX-License-Identifier: GPL-2.0-or-later
"""The cable is pulled: what was on its way leaves later as it was, and its other end may then be another."""

from __future__ import annotations

import pytest

from host.tests.virtual_nucleo.virtual_board import VirtualBoard, lacks
from host.tests.virtual_nucleo.wire_end import agree, wait_for_cable, wait_for_link, wired

pytestmark = pytest.mark.skipif(bool(lacks()), reason=f"without {lacks()}")

DATAGRAM = 30000  # bytes: more parts than the MAC holds, fewer than the ring
ROUNDS = 3


def send(board: VirtualBoard) -> None:
    board.type(f"@5 udp send 1 10.0.0.1:9 pattern:1:0:{DATAGRAM}")
    board.serial.hear("@5= ok")


def cut_behind(frames: int, board: VirtualBoard) -> None:
    """Pulls the cable when so many parts of a datagram were sent: no driver can have known of it before."""
    wait_for_link(board)  # without one nothing is sent at all
    passed = board.stat("sent")
    board.tell(f"link cut {frames}")
    send(board)
    wait_for_cable(board, "out")
    assert board.stat("sent") == passed + frames


def test_frames_that_a_pulled_cable_held_back_leave_as_they_were() -> None:
    with wired() as (board, wire):
        its = wire.find()
        assert wire.answered(its, 1)
        board.type(f"@3 udp open 100 1 {DATAGRAM} 1")
        board.serial.hear("@3= ok sock=1")
        board.type("@4 udp bind 1 0.0.0.0:7")
        board.serial.hear("@4= ok")
        send(board)
        whole = dict(wire.parts(its))
        assert sum(map(len, whole.values())) >= DATAGRAM

        for frames in (1, 2, 5):
            cut_behind(frames, board)
            board.tell("link up")

            came = wire.parts(its)
            assert len(came) > frames, "what stood behind the cut is lost"
            assert [where for where, part in came if part != whole[where]] == []
        assert wire.answered(its, 2)
        assert board.tell("strict") == "total=0"


@pytest.mark.parametrize("partner", ["10-half", "10-full", "100-half", "100-full"])
def test_the_mac_follows_the_speed_that_the_partner_can(partner: str) -> None:
    with wired() as (board, wire):
        its = wire.find()

        agree(board, partner)

        assert wire.answered(its, 1)
        assert board.tell("strict") == "total=0"


def test_a_link_that_is_lost_for_a_moment_was_lost() -> None:
    """It is back before the driver looks again; but its partner, and with it the speed, may be another."""
    with wired() as (board, _):
        for _ in range(ROUNDS):
            wait_for_cable(board, "in")
            board.type("@9 link tell out")
            board.serial.hear("@9= ok")

            board.tell("link blip")

            board.serial.hear("cable in=0")
        assert board.tell("strict") == "total=0"
