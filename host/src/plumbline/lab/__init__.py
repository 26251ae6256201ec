# SPDX-License-Identifier: GPL-2.0-or-later
"""Boards that labgrid lends, and every way to a board."""

from plumbline.lab.borrowing import Lab, borrowed
from plumbline.lab.export import exporter_configuration
from plumbline.lab.keeper import PlaceBusy
from plumbline.lab.program import Labgrid, labgrid_of
from plumbline.lab.sources import from_rig, reach, source_of

__all__ = [
    "Lab",
    "Labgrid",
    "PlaceBusy",
    "borrowed",
    "exporter_configuration",
    "from_rig",
    "labgrid_of",
    "reach",
    "source_of",
]
