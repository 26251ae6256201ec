# SPDX-License-Identifier: GPL-2.0-or-later
"""The stack clock, and ours beside it."""

from plumbline.clock.clock import StackClock
from plumbline.clock.real_time import Reading, RealTime

__all__ = ["Reading", "RealTime", "StackClock"]
