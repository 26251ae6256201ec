# SPDX-License-Identifier: GPL-2.0-or-later
"""The door for scenario files: everything they may import of this package."""

from plumbline.errors import DutError, Refused, Unexpected
from plumbline.scenario.marks import scenario
from plumbline.scenario.outcomes import non_strict
from plumbline.shell.pattern import Pattern
from plumbline.shell.refusal import refused

__all__ = ["DutError", "Pattern", "Refused", "Unexpected", "non_strict", "refused", "scenario"]
