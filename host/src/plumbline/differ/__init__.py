# SPDX-License-Identifier: GPL-2.0-or-later
"""The same scenarios on several benches: the frames and stack times of all, compared."""

from plumbline.differ.comparison import Comparison, Outcome, compare_benches
from plumbline.differ.side import Side, load_side
from plumbline.differ.telling import lines, to_json

__all__ = ["Comparison", "Outcome", "Side", "compare_benches", "lines", "load_side", "to_json"]
