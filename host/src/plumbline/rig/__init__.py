# SPDX-License-Identifier: GPL-2.0-or-later
"""Boards on desks: which there are, who has them, and whether all is in place."""
