# SPDX-License-Identifier: GPL-2.0-or-later
"""The control shell: its language, the line it travels on, and the device's calls with types."""

from plumbline.shell.dut import Dut
from plumbline.shell.pattern import Pattern, pattern_bytes
from plumbline.shell.refusal import refused

__all__ = ["Dut", "Pattern", "pattern_bytes", "refused"]
