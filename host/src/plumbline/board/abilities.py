# SPDX-License-Identifier: GPL-2.0-or-later
"""What a board can be declared to do (`can` in fixtures/boards/), and so what a scenario can need of one."""

from __future__ import annotations

from collections.abc import Mapping

ABILITIES: Mapping[str, str] = {
    "boot_word": "starts held at any time, with any seed",
    "cable_switch": "the cable can be pulled and put back",
    "console_full": "its serial line can be full, and frames go on meanwhile",
    "fault_stage": "transmit ring full, no receive buffer, receive event deferred",
    "fifo_overflow": "a receiver that loses frames unseen when more come than it holds",
    "fifo_to_the_word": "what that receiver holds is what its `receive_fifo` says, to the last word",
    "poll_by_hand": "frames are taken in when asked for, so many at a time",
    "pools": "memory pools of fixed size, counted: exhaustion can be seen",
    "takes_frames_unplugged": "a frame that comes with the cable out reaches the receiver, and is counted",
    "takes_runts": "a frame shorter than its header reaches the receiver",
}
