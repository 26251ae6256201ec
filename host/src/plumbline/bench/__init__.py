# SPDX-License-Identifier: GPL-2.0-or-later
"""A device on its bench: wire, shell, board, clock and peers, in order."""

from plumbline.bench.bench import Bench
from plumbline.bench.events import Recorder

__all__ = ["Bench", "Recorder"]
