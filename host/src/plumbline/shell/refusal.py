# SPDX-License-Identifier: GPL-2.0-or-later
"""Expecting a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from plumbline.errors import BeyondProfile, Refused, Unexpected


@contextmanager
def refused(name: str) -> Iterator[None]:
    """The block must be refused by the device, with that error's name. What asks for more than the profile has may be
    refused for that before anything else is looked at."""
    try:
        yield
    except Refused as refusal:
        if refusal.name != name:
            if isinstance(refusal, BeyondProfile):
                raise
            raise Unexpected(f"{refusal.command!r}: expected {name}, came {refusal.name} {refusal.text}") from refusal
    else:
        raise Unexpected(f"expected {name}, but the device did it")
