# SPDX-License-Identifier: GPL-2.0-or-later
"""Plumbline: a hardware-in-the-loop test harness for TCP/IP stacks on Ethernet microcontrollers."""
