# SPDX-License-Identifier: GPL-2.0-or-later
"""The stack clock."""

from plumbline.clock.clock import StackClock

__all__ = ["StackClock"]
