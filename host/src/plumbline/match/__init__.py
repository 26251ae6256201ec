# SPDX-License-Identifier: GPL-2.0-or-later
"""Partial Scapy packets: filled in when sending, compared field by field when expecting."""

from plumbline.match.wanted import NO_OPTIONS, NO_PAYLOAD, Where, has_flags

__all__ = ["NO_OPTIONS", "NO_PAYLOAD", "Where", "has_flags"]
