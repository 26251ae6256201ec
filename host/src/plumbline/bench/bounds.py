# SPDX-License-Identifier: GPL-2.0-or-later
"""Bounds that guard against a dead or runaway device. None of them proves anything about a living one.

Those in seconds are real time; a shared machine may be slow, so they are far above what is ever needed.
"""

from __future__ import annotations

START_S = 20.0  # from the start of a device to its first word
ANSWER_S = 5.0  # silence on the line that owes us something
FENCE_LOST_S = 1.0  # after this a fence is sent again
END_S = 20.0  # from the closed shell to the end of the process, leak detection included
STARVED_ROUNDS = 6  # how often a device that gets no processor time is given ANSWER_S more


def wait_for_a_person() -> None:
    """Somebody looks into the device: from now on no silence of it counts."""
    global START_S, ANSWER_S, FENCE_LOST_S
    START_S = ANSWER_S = FENCE_LOST_S = 7 * 24 * 3600.0


LEG_MS = 7_200_000  # of an advance of the stack clock: 0.3 s of an emulated board's time, when it is idle
FRAMES_PER_FENCE = 50_000  # one stimulus, without time passing, cannot cause more
LINES_PER_ANSWER = 50_000  # of the shell, before it says what it owes
ROUNDS_PER_SETTLE = 5_000  # answers to answers
