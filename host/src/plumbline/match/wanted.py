# SPDX-License-Identifier: GPL-2.0-or-later
"""What a scenario can demand of a field beside a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from plumbline.errors import HarnessError
from plumbline.match.layers import FlagValue, Raw, VolatileValue

Predicate = Callable[[Any], object]


class Where(VolatileValue):  # type: ignore[type-arg]
    """A field that must satisfy a predicate. A bare function does for every field but `flags`, which Scapy converts."""

    def __init__(self, predicate: Predicate, text: str = "") -> None:
        self.predicate = predicate
        self.text = text or predicate_name(predicate)

    def __repr__(self) -> str:
        return self.text

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other

    __hash__ = object.__hash__  # type: ignore[assignment]  # Scapy's base has none

    def _fix(self) -> NoReturn:
        raise HarnessError(f"a field to send has a value, not a predicate ({self.text})")


def has_flags(letters: str, *, without: str = "") -> Where:
    """Flags that hold all these letters, and none of the others; the rest is don't-care."""

    def holds(flags: FlagValue) -> bool:
        present = str(flags)
        return all(letter in present for letter in letters) and not any(letter in present for letter in without)

    return Where(holds, f"with {letters}" + (f", without {without}" if without else ""))


class NoOptions(Where):
    """Sent, it is no options."""

    def __init__(self) -> None:
        super().__init__(lambda options: not options, "no options")


NO_OPTIONS = NoOptions()
NO_PAYLOAD = Raw(load=b"")


def is_unset(value: object) -> bool:
    """An empty list is Scapy's own default, and cannot be told from one that was given."""
    return value is None or (isinstance(value, list) and not value)


def as_predicate(value: object) -> Predicate | None:
    """None for a plain value."""
    if isinstance(value, Where):
        return value.predicate
    if callable(value) and not isinstance(value, VolatileValue | FlagValue):
        return value
    return None


def predicate_name(predicate: Predicate) -> str:
    name = getattr(predicate, "__name__", "")
    return "a predicate" if name in ("", "<lambda>") else name
