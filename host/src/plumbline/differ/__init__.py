# SPDX-License-Identifier: GPL-2.0-or-later
"""The same scenarios on several benches and through several ways: the frames and stack times of all, compared."""

from plumbline.differ.comparison import Comparison, Outcome, compare_benches, compare_ways
from plumbline.differ.side import Side, load_side
from plumbline.differ.telling import lines, to_json

__all__ = ["Comparison", "Outcome", "Side", "compare_benches", "compare_ways", "lines", "load_side", "to_json"]
