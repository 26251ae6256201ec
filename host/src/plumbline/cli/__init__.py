# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb`: the suite and its devices from the command line."""
