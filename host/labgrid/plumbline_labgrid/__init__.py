# SPDX-License-Identifier: GPL-2.0-or-later
"""Plumbline's boards in labgrid. Imported, it makes the class of them known: `imports: [plumbline_labgrid]`."""

from plumbline_labgrid.board import PlumblineBoard

__all__ = ["PlumblineBoard"]
